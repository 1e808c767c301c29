"""Reads about programmes and what is authorised, each a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Prefetch, QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.permissions.rules import Permission
from costing.measure import FULL_YEAR, WHOLE_LIFE, Measure
from phases.models import ApprovalLimit, Authorisation, FundingDecision, Programme, ProgrammeRevision
from phases.routing import rules as routing
from phases.routing.rules import Effect, Step


def programmes_for(user: User) -> QuerySet[Programme]:
    """The programmes this person may see: all of them, or none."""
    return Programme.objects.select_related("committee") if user.may(Permission.VIEW_PROGRAMMES) else Programme.objects.none()


class ProgrammeSize(NamedTuple):
    """A programme in the list of them, with how many phases and lines it has."""

    programme: Programme
    phases: int
    lines: int


def sizes_of(programmes: Sequence[Programme]) -> list[ProgrammeSize]:
    """These programmes, in their order (two queries)."""
    counted = Programme.objects.filter(pk__in=[each.pk for each in programmes]).order_by()
    phases = dict(counted.values_list("pk", Count("phases")))
    lines = dict(counted.values_list("pk", Count("lines")))
    return [ProgrammeSize(each, phases[each.pk], lines[each.pk]) for each in programmes]


def programme_for(user: User, slug: str) -> Programme:
    """One programme, or Http404 for one that is unknown or that this person may not know of."""
    return get_object_or_404(programmes_for(user), slug=slug)


def set_up_of(programme: Programme) -> dict[str, Any]:
    """What the set-up page of a programme shows (four queries)."""
    return {
        "phases": programme.phases.annotate(line_count=Count("lines")),
        "teams": programme.teams.annotate(line_count=Count("lines")),
        "sources": programme.funding_sources.all(),
        "excluded_items": programme.excluded_items.select_related("funding_source"),
    }


def decisions_of(programme: Programme) -> QuerySet[FundingDecision]:
    """In the order of their dates, each with its authorisations (four queries)."""
    return (
        FundingDecision.objects.filter(programme=programme)
        .select_related("body")
        .prefetch_related(Prefetch("authorisations", authorisations_of(programme)))
        .order_by("decided_on", "id")
    )


def authorisations_of(*programmes: Programme) -> QuerySet[Authorisation]:
    """What is authorised, replaced ones included, with decision, source, limits and phases (three queries)."""
    return (
        Authorisation.objects.filter(programme__in=programmes)
        .select_related("decision__body", "funding_source", "replaces", "replaced_by")
        .prefetch_related("limits", "phases")
        .order_by("decision__decided_on", "id")
    )


def in_force(authorisations: Iterable[Authorisation]) -> list[Authorisation]:
    """Those that no later authorisation has replaced."""
    return [authorisation for authorisation in authorisations if not hasattr(authorisation, "replaced_by")]


def approval_limits() -> list[ApprovalLimit]:
    """The council's whole table: what is in force, what was, and what is to come. One query."""
    return list(ApprovalLimit.objects.select_related("approver"))


class LimitOn(NamedTuple):
    """A limit, and how it stands on one day: "in_force", "to_come", "ended" or "never"."""

    limit: ApprovalLimit
    state: str


def limits_on(limits: Iterable[ApprovalLimit], day: date) -> list[LimitOn]:
    return [LimitOn(limit, _state(limit, day)) for limit in limits]


def approval_limits_on(day: date) -> list[LimitOn]:
    """The council's whole table, as it stands that day. One query."""
    return limits_on(approval_limits(), day)


def _state(limit: ApprovalLimit, day: date) -> str:
    if limit.ends and limit.ends < limit.starts:
        return "never"
    if limit.ends and limit.ends < day:
        return "ended"
    return "to_come" if limit.starts > day else "in_force"


def beyond_approval(programme: Programme) -> list[Step]:
    """The authorisations in force that brought the programme above what their bodies could approve that day (four queries).

    They count in the order of their decisions. Where no limit is in force for a measure, nothing is beyond it.
    """
    limits = approval_limits()
    if not limits:
        return []
    effects: dict[Measure, list[Effect]] = defaultdict(list)
    for authorisation in in_force(authorisations_of(programme)):
        decision, kind = authorisation.decision, authorisation.funding_source.kind
        for measure, pounds in _effects(authorisation):
            effects[measure].append(Effect(authorisation.title, kind, decision.decided_on, pounds, decision.body.deciding))
    found = [step for measure in effects for step in routing.steps(effects[measure], measure, limits)]
    return [step for step in found if step.is_beyond_its_body]


def _effects(authorisation: Authorisation) -> Iterator[tuple[Measure, Decimal]]:
    """What an authorisation adds to its programme: its full-year limit where it is recurring, and the limits of its years."""
    limits = {limit.measure: limit.amount for limit in authorisation.limits.all()}
    full_year = limits.pop(FULL_YEAR, None)
    if full_year is not None and authorisation.term == Authorisation.Term.RECURRING:
        yield FULL_YEAR, full_year
    yield from limits.items()
    if limits:
        yield WHOLE_LIFE, sum(limits.values(), Decimal(0))


class PhaseThen(NamedTuple):
    """A phase as it stood. Its `id` stays when it is renamed or given another number."""

    id: int
    number: int
    name: str


_FORM = 1


def state_of(programme: Programme) -> dict[str, Any]:
    """A programme and its phases as they are stored now, for a ProgrammeRevision: `as_it_was` reads it back (two queries)."""
    stored = Programme.objects.get(pk=programme.pk)
    phases = stored.phases.order_by("pk").values_list("pk", "number", "name")
    details = {field.attname: field.value_to_string(stored) for field in _details() if getattr(stored, field.attname) is not None}
    return {"form": _FORM, "details": details, "phases": [list(phase) for phase in phases]}


def as_it_was(programme: Programme, moment: datetime) -> tuple[Programme, list[PhaseThen]]:
    """A copy of the programme, and its phases, as they stood at a moment (at most two queries)."""
    later = ProgrammeRevision.objects.filter(programme=programme, entry__at__gt=moment).order_by("entry__number")
    revision = later.values_list("state", flat=True).first()
    was = copy(programme)
    if revision is None:
        return was, [PhaseThen(*phase) for phase in programme.phases.values_list("pk", "number", "name")]
    if revision["form"] != _FORM:
        raise ValueError(f"A programme's past is in form {revision['form']}, which is not known.")
    for field in _details():
        setattr(was, field.attname, field.to_python(revision["details"].get(field.attname)))
    return was, [PhaseThen(*phase) for phase in revision["phases"]]


def _details() -> list[Any]:
    """What a person types of a programme. Its version only counts, and its address is where it is found now."""
    return [field for field in Programme._meta.concrete_fields if field.attname not in ("id", "version", "slug")]
