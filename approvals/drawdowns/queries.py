"""One drawdown, its case and its papers, and the lists of them."""

from datetime import date

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import Office, User
from approvals.decisions.models import DecisionRecord
from approvals.delegations.models import DelegationStep
from approvals.drawdowns.models import Drawdown, Paper
from phases.programmes.queries import programmes_for


def drawdowns_for(user: User) -> QuerySet[Drawdown]:
    """The drawdowns of the programmes this person may see, newest first."""
    return Drawdown.objects.filter(programme__in=programmes_for(user)).select_related(
        "programme", "delegation__decision_maker", "delegation__decision_body", "prepared_by"
    )


def drawdown_for(user: User, reference: str) -> Drawdown:
    """One drawdown by itself, or Http404 for one that is unknown or that this person may not know of."""
    return get_object_or_404(Drawdown, programme__in=programmes_for(user), reference=reference)


def drawdown_seen(user: User, reference: str) -> Drawdown:
    """As drawdown_for, with what a form that acts carries, and nothing more: the action reads it again under its lock."""
    seen = Drawdown.objects.filter(programme__in=programmes_for(user)).only("reference", "version", "sha256")
    return get_object_or_404(seen, reference=reference)


def drawdown_in_full(user: User, reference: str) -> Drawdown:
    """As drawdown_for, with all that its own page names: source decision, signature, resolution (one query)."""
    named = ("delegation__decision__body", "signed_by", "signed_for", "signed_entry", "resolution")
    return get_object_or_404(drawdowns_for(user).select_related(*named), reference=reference)


def acted_since_asked(drawdown: Drawdown, office: Office, day: date) -> QuerySet[User]:
    """Who held the office or deputised for it on any day since the drawdown was submitted, by name."""
    asked = timezone.localdate(drawdown.submitted_at) if drawdown.submitted_at else day
    held = Q(holdings__in=office.holdings.within(asked, day))
    return User.objects.filter(held | Q(deputy_appointments__in=office.deputies.within(asked, day))).distinct().order_by("name")


def step_of(drawdown: Drawdown, slug: str) -> DelegationStep:
    """How the office of this slug is asked. Http404 for one that is not."""
    return get_object_or_404(
        DelegationStep.objects.select_related("office"), delegation=drawdown.delegation_id, office__slug=slug
    )


def supporting(drawdown: Drawdown) -> QuerySet[Paper]:
    """What supports the drawdown, in the order it was attached, without the bytes. One query."""
    return _without_content(drawdown.papers.filter(kind=Paper.Kind.SUPPORTING))


def papers_of(drawdown: Drawdown) -> QuerySet[Paper]:
    """Every file of the drawdown, evidence of answers last, without the bytes. One query."""
    return _without_content(drawdown.papers.order_by("-kind", "id"))


def _without_content(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    return papers.defer("content").select_related("added_by")


def case_of(drawdown: Drawdown) -> DecisionRecord | None:
    """The case as it was written; None before that. One query."""
    return DecisionRecord.objects.filter(drawdown=drawdown).first()
