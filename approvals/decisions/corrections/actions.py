"""Correct a published record by another one."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.council.queries import council
from accounts.models import User
from accounts.permissions.rules import Permission, require
from approvals.decisions.corrections.models import Correction
from approvals.decisions.corrections.rules import CorrectionContent, reference_of
from approvals.decisions.models import DecisionRecord
from approvals.decisions.rewording.models import Rewording
from approvals.decisions.withdrawal.queries import withdrawal_of
from approvals.drawdowns.actions import NotAllowedNow, day_of, entry_of, locked
from approvals.notices.actions import tell
from approvals.notices.models import Notice
from costing.frozen import digest, written
from posts.exempt.queries import check_public


class Corrected(NamedTuple):
    """What of a record is wrong, and what is right."""

    kind: Correction.Kind
    wrong: str
    right: str


@transaction.atomic
def correct(*, record: DecisionRecord, number: int, said: Corrected, by: User, at: datetime) -> Correction:
    """Publish a correction, the record staying as it is. `number`: the next of this record, so that none is published twice.

    Raises NotAllowedNow where the record is not published or another correction came first, ValidationError by field where a
    text is missing, both are the same, or it would say something exempt in public.
    """
    return _published(checked(record, number, said, by, at), by, at)


def correct_text(rewording: Rewording, by: User, at: datetime) -> Correction:
    """Publish the text that the decision maker has just confirmed, in the transaction of their answer.

    Raises NotAllowedNow where the record is not public any more, ValidationError where the text says something exempt.
    """
    said = Corrected(Correction.Kind.TEXT, rewording.earlier, rewording.text)
    record = _public_record(rewording.record)
    made = _made(record, said, rewording.proposed_by, at, by.name)
    return _published(made, by, at)


def _published(correction: Correction, by: User, at: datetime) -> Correction:
    number, kind = correction.number, Correction.Kind(correction.kind)
    details = {"number": number, "about": kind.label, "wrong": correction.wrong, "right": correction.right}
    details |= {"sha256": correction.sha256, "published_on": correction.published_on}
    correction.entry = entry_of(correction.record.drawdown, "record_corrected", details, by, at)
    correction.save(force_insert=True)
    tell(correction.record.drawdown, Notice.Kind.CORRECTED, at=at, by=by, about=correction)
    return correction


def checked(record: DecisionRecord, number: int, said: Corrected, by: User, at: datetime) -> Correction:
    """The correction as it would be published now, without its entry. Raises as `correct`; writes nothing."""
    require(by, Permission.RECORD_DECISIONS)
    record = _public_record(record)
    if said.kind is Correction.Kind.TEXT:
        raise ValidationError({"kind": "The decision maker confirms another text: ask for another wording."})
    if number != next_number(record):
        raise NotAllowedNow("Somebody published another correction of this record meanwhile. Read it first.")
    return _made(record, said._replace(wrong=said.wrong.strip(), right=said.right.strip()), by, at)


def _public_record(record: DecisionRecord) -> DecisionRecord:
    """As it stands now, with its drawdown locked; NotAllowedNow where anybody cannot read it."""
    drawdown = locked(record.drawdown)
    record = DecisionRecord.objects.select_related("drawdown__programme").get(drawdown=drawdown)
    if record.published_on is None:
        raise NotAllowedNow("This record is not published yet: add to it, or ask for another wording, instead of correcting it.")
    if withdrawal_of(record):
        raise NotAllowedNow("This record was withdrawn from publication: nothing of it is published any more.")
    return record


def _made(record: DecisionRecord, said: Corrected, clerk: User, at: datetime, confirmed_by: str = "") -> Correction:
    drawdown, number = record.drawdown, next_number(record)
    assert record.published_on is not None  # `_public_record` has seen it
    on, wrong, right = day_of(at), said.wrong, said.right
    if wrong == right:
        raise ValidationError({"right": "This is what the record says already: change it."})
    if not record.exempt_paragraph:
        check_public(drawdown.programme.slug, {"wrong": wrong, "right": right})
    content = CorrectionContent(
        council=council().name,
        reference=reference_of(drawdown.reference, number),
        of_reference=drawdown.reference,
        of_title=record.title,
        of_published_on=record.published_on,
        record_sha256=record.sha256,
        about=said.kind.label,
        wrong=wrong,
        right=right,
        exempt_paragraph=record.exempt_paragraph,
        published_on=on,
        recorded_by=clerk.name,
        confirmed_by=confirmed_by,
    )
    values: Mapping[str, object] = {"kind": said.kind, "wrong": wrong, "right": right, "content": written(content)}
    correction = Correction(record=record, number=number, published_on=on, published_by=clerk, **values)
    correction.sha256 = digest(correction.content)
    correction.clean_fields(exclude=["entry"])
    return correction


def next_number(record: DecisionRecord) -> int:
    """That of the next correction (one query)."""
    return record.corrections.count() + 1
