"""Which public PDFs are not noted yet, and which one a file is."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from accounts.models import AuditEntry
from approvals.decisions.corrections.models import Correction
from approvals.decisions.corrections.queries import corrections_seen
from approvals.decisions.models import DecisionRecord
from approvals.decisions.queries import published_records
from approvals.decisions.standing.queries import as_it_was, standing
from approvals.decisions.withdrawal.models import Withdrawal
from approvals.decisions.withdrawal.queries import sentence, withdrawal_of, withdrawal_of_correction
from display.formats import long_date
from reports.papers.correction import queries as correction_paper
from reports.papers.decision_record import queries as record_paper
from reports.papers.published.models import PublishedPaper, PublishedPlan
from reports.papers.withdrawal import queries as withdrawal_paper

CHANGES_A_PAPER = (
    *("decision_published", "drawdown_called_in", "call_in_decided", "drawdown_overturned", "drawdown_effective"),
    *("record_corrected", "publication_withdrawn"),
)
"""The acts after which the public PDF of a record may be another one."""


def not_noted() -> QuerySet[AuditEntry]:
    """Such acts since the last one whose papers were noted, oldest first."""
    last = PublishedPaper.objects.aggregate(Max("entry__number"))["entry__number__max"] or 0
    return AuditEntry.objects.filter(action__in=CHANGES_A_PAPER, number__gt=last).order_by("number")


def without_bytes() -> QuerySet[PublishedPaper]:
    """Of each record and correction the PDF that can be read now, where its bytes were not kept."""
    of_each = PublishedPaper.objects.order_by("record_id", "correction_id", "-entry_id", "-pk")
    newest = of_each.distinct("record_id", "correction_id")
    hollow = PublishedPaper.objects.filter(pk__in=newest.values("pk"), content__isnull=True)
    return hollow.select_related("record__drawdown", "correction__record", "entry").order_by("pk")


def stored_paper(record: DecisionRecord, correction: Correction | None = None) -> bytes | None:
    """The public PDF as it is now; None while it has not been drawn since the last act that changed it (two queries)."""
    changes = Q(subject=f"drawdown:{record.drawdown.reference}") | Q(action="publication_withdrawn")
    if not_noted().filter(changes).exists():
        return None
    found = PublishedPaper.objects.filter(record=record, correction=correction).last()
    return bytes(found.content) if found and found.content is not None else None


def stored_plan(today: date) -> bytes | None:
    """The forward plan's PDF of today; None while it has not been drawn since the last act that changed it."""
    if plans_not_noted(today):
        return None
    found = PublishedPlan.objects.filter(on=today).last()
    return bytes(found.content) if found and found.content is not None else None


class Face(NamedTuple):
    """A public PDF as it was after an act: of the record, or of one of its corrections."""

    record: DecisionRecord
    correction: Correction | None
    content: bytes


def faces_after(entry: AuditEntry) -> Iterator[Face]:
    """The public PDFs as this act left them, whatever was done since. A withdrawal changes those beside it too: their balances
    are withheld.
    """
    reference = entry.subject.removeprefix("drawdown:")
    for found in published_records().filter(drawdown__reference=reference):
        record = as_it_was(found, entry.number)
        yield Face(record, None, public_paper(record))
        for correction in corrections_seen(record):
            yield Face(record, correction, public_paper_of(correction))
        if entry.action == "publication_withdrawn":
            signed = record.drawdown.signed_entry
            assert signed is not None  # a decision is signed: the database holds it
            beside = {"drawdown__programme": record.drawdown.programme_id, "drawdown__signed_entry__number__gt": signed.number}
            for later in published_records().filter(**beside, entry__number__lt=entry.number):
                yield Face(later, None, public_paper(as_it_was(later, entry.number)))


def as_it_is_now(paper: PublishedPaper) -> bytes:
    """The PDF that anybody reads of the record or correction that this one was of."""
    record = published_records().get(pk=paper.record_id)
    if paper.correction_id is None:
        return public_paper(record)
    return public_paper_of(next(each for each in corrections_seen(record) if each.pk == paper.correction_id))


def public_paper(record: DecisionRecord) -> bytes:
    """The PDF that anybody reads of a record."""
    withdrawn = withdrawal_of(record)
    if withdrawn:
        return withdrawal_paper.render(record, withdrawn, record.drawdown.reference)
    return record_paper.render(record, public=True)


def public_paper_of(correction: Correction) -> bytes:
    """The PDF that anybody reads of a correction."""
    withdrawn = withdrawal_of_correction(correction)
    if withdrawn:
        return withdrawal_paper.render(correction.record, withdrawn, correction.reference)
    return correction_paper.render(correction)


class Known(NamedTuple):
    """A public PDF that a file is: whether it can be read like this now, and in sentences what it is and what became of it."""

    is_current: bool
    withdrawn: Withdrawal | None
    reference: str
    title: str
    since: str
    standing: str


def published_paper_with(sha256: str) -> Known | None:
    """The public PDF with this hash, if one was noted. Of what was withdrawn the title is not told."""
    found = PublishedPaper.objects.filter(sha256=sha256).select_related("correction", "entry").last()
    if found is None:
        return None
    same = PublishedPaper.objects.filter(record=found.record_id, correction=found.correction_id)
    record = published_records().get(pk=found.record_id)
    withdrawn = withdrawal_of(record)
    if found.correction:
        found.correction.record = record
        withdrawn = withdrawal_of_correction(found.correction)
    reference = record.drawdown.reference
    return Known(
        same.last() == found,
        withdrawn,
        found.correction.reference if found.correction else reference,
        "" if withdrawn else record.title,
        long_date(timezone.localdate(found.entry.at)),
        sentence(withdrawn) if withdrawn else standing(record),
    )


CHANGES_THE_PLAN = ("key_notice_given", "key_notice_withdrawn", "decision_published", "publication_withdrawn")
"""The acts after which the forward plan may be another one; it is another one on another day too."""


def plans_not_noted(today: date) -> list[tuple[date, AuditEntry]]:
    """The days and acts after which the forward plan's PDF is not noted: each act since the last noted one, on its own day, and
    the newest of all today. None before any notice.
    """
    given = AuditEntry.objects.filter(action="key_notice_given").order_by("number").first()
    if given is None:
        return []
    last = PublishedPlan.objects.aggregate(Max("entry__number"))["entry__number__max"] or 0
    acts = AuditEntry.objects.filter(action__in=CHANGES_THE_PLAN, number__gte=given.number).order_by("number")
    since = [(timezone.localdate(each.at), each) for each in acts.filter(number__gt=last)]
    newest = acts.last()
    assert newest is not None  # a notice was given
    if (today, newest) in since or PublishedPlan.objects.filter(on=today, entry=newest).exists():
        return since
    return [*since, (today, newest)]


class KnownPlan(NamedTuple):
    """A PDF of the forward plan: of which day, and whether it can be read like this now."""

    on: date
    is_current: bool


def published_plan_with(sha256: str) -> KnownPlan | None:
    """The forward plan with this hash, if it was noted."""
    found = PublishedPlan.objects.filter(sha256=sha256).last()
    return KnownPlan(found.on, PublishedPlan.objects.last() == found) if found else None
