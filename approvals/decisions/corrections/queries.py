"""Corrections of a published record, and what each says in words."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from approvals.decisions.corrections.models import Correction
from approvals.decisions.models import DecisionRecord
from approvals.decisions.queries import published_record
from approvals.decisions.withdrawal.models import Withdrawal
from approvals.decisions.wording.queries import Row, Section
from display.formats import long_date

_OWN_WITHDRAWAL: Any = Correction._meta.get_field("withdrawal")


def corrections_of(record: DecisionRecord) -> QuerySet[Correction]:
    """In their order (one query)."""
    return record.corrections.select_related("entry", "withdrawal__entry")


def corrections_seen(record: DecisionRecord) -> list[Correction]:
    """As `corrections_of`, with each that belongs to the record; of a record as it was, those that there were, as they were."""
    found = list(corrections_of(record))
    for each in found:
        each.record = record
    if (after := record.seen_after) is None:
        return found
    found = [each for each in found if each.entry.number <= after]
    for each in found:
        withdrawn: Withdrawal | None = getattr(each, "withdrawal", None)
        if withdrawn and withdrawn.entry.number > after:
            _OWN_WITHDRAWAL.set_cached_value(each, None)
    return found


def published_correction(reference: str, number: int) -> Correction:
    """One of a published record, with that record as `published_record` gives it; Http404 otherwise."""
    record = published_record(reference)
    correction = get_object_or_404(corrections_of(record), number=number)
    correction.record = record
    return correction


def public_sections(correction: Correction) -> list[Section]:
    """What anybody may read of it: where the record is exempt, that there is one."""
    said = correction.said
    rows = [
        Row("Reference", said.reference),
        Row("Corrects", f"The record of decision {said.of_reference}, {said.of_title}"),
        Row("Record published", long_date(said.of_published_on)),
        Row("Correction published", long_date(said.published_on)),
    ]
    if said.exempt_paragraph:
        rows.append(Row("Exempt information", f"Schedule 12A, Part 1, paragraph {said.exempt_paragraph}"))
        return [Section("The correction", rows)]
    rows += [
        Row("What is corrected", said.about),
        Row("What the record says", said.wrong),
        Row("What it should say", said.right),
        Row("Recorded by", said.recorded_by),
        *([Row("Confirmed by the decision maker", said.confirmed_by)] if said.confirmed_by else []),
        Row("What was decided", "Who decided, the date and the money released are unchanged."),
    ]
    return [Section("The correction", rows), Section("Record", [Row("SHA-256 of the record corrected", said.record_sha256)])]
