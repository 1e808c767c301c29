"""Every record of a decision with all that belongs to it, and what the acts in the audit chain say of each: what was published,
and who said what of it afterwards.

Everything here only reads. A new column of these tables is compared here, or `tests/house/test_each_column.py` says why not.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from accounts.models import AuditEntry
from approvals.decisions.actions import drafted_hash
from approvals.decisions.rules import OF_THE_ACTS, RecordContent, published
from approvals.drawdowns.submission.rules import FrozenCase, submitted
from approvals.models import CallIn, Correction, DecisionRecord, RecordAddition, Rewording, Withdrawal
from costing.frozen import canonical, digest
from operations.power import Names

NOTHING = "nothing"


class Told(NamedTuple):
    """Something of a record: what the store says of it and what the acts say, each as a hash, or in words where they differ."""

    of: str
    stored: str
    said: str


def compared(of: str, stored: Mapping[str, Any] | None, said: Mapping[str, Any] | None) -> Told:
    """The facts of both by the same names. None where the store, or the audit record, has nothing of the kind."""
    kept, told = [None if each is None else {name: _plain(value) for name, value in each.items()} for each in (stored, said)]
    if kept == told and kept is not None and told is not None:
        return Told(of, digest(canonical(kept)), digest(canonical(told)))
    differs = sorted(name for name in {*(kept or ()), *(told or ())} if (kept or {}).get(name) != (told or {}).get(name))
    return Told(of, _in_words(kept, differs), _in_words(told, differs))


def _plain(value: Any) -> str:
    """As an audit entry keeps it: a day or a moment in figures, nothing as nothing."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    return "" if value in (None, "") else str(value)


def _in_words(facts: Mapping[str, str] | None, which: list[str]) -> str:
    if facts is None:
        return NOTHING
    return "; ".join(f"{name.replace('_', ' ')} {facts.get(name) or NOTHING}" for name in which) or NOTHING


class Said(NamedTuple):
    """An entry of the audit record, with what it says."""

    entry: AuditEntry
    details: Mapping[str, Any]

    @property
    def reference(self) -> str:
        return self.entry.subject.removeprefix("drawdown:")


def _said(*acts: str) -> Iterator[Said]:
    for entry in AuditEntry.objects.filter(action__in=acts).select_related("actor").order_by("number"):
        yield Said(entry, json.loads(entry.content)["details"])


_NAMED_ALIKE = {field.name for field in fields(RecordContent)} & {field.attname for field in DecisionRecord._meta.concrete_fields}


def published_columns(names: Names) -> Iterator[Told]:
    """The columns of each published record: as its content says them, and who published it as the act says."""
    planners = {each.entry.number: each.entry.actor_id for each in _said("publication_planned")}
    records = DecisionRecord.objects.exclude(sha256="").select_related("drawdown", "entry", "recorded_by")
    for record in records.order_by("drawdown__reference"):
        of, content = f"The record of the decision on drawdown {record.drawdown}, published", published(record.content)
        alike = sorted(_NAMED_ALIKE - {"money"})
        entry = record.entry
        planned = json.loads(entry.content)["details"].get("planned_in_entry") if entry else None
        publisher = planners.get(planned) if planned else entry and entry.actor_id
        stored = {name: getattr(record, name) for name in alike} | {"published_by": record.published_by_id}
        said = {name: getattr(content, name) for name in alike} | {"published_by": publisher}
        yield compared(of, stored | _recorder(names, record.recorded_by_id, content.recorded_by), said | {"recorded_by": True})
        yield compared(f"{of}, its window", _window(record), {"closes_on": record.closes_on, "effective_on": record.effective_on})


def _recorder(names: Names, person: int | None, said: str) -> dict[str, bool]:
    return {"recorded_by": said in names.ever(person) if person else not said}


def _window(record: DecisionRecord) -> dict[str, date | None]:
    """The days of call-in, counted by what the record keeps of the setting and of bank holidays."""
    if record.call_in_days is None or record.published_on is None:  # it is not open to call-in
        return {"closes_on": record.closes_on, "effective_on": record.effective_on}
    holidays, day, number = set(record.bank_holidays or ()), record.published_on, 0
    closes = None
    while number <= record.call_in_days:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            number += 1
            closes = day if number == record.call_in_days else closes
    within = all(record.published_on < each < day and each.weekday() < 5 for each in holidays)
    return {"closes_on": closes if within else None, "effective_on": day}


def cases(names: Names) -> Iterator[Told]:
    """The case in each record of a decision that is signed: as it was frozen with what was signed."""
    signed = DecisionRecord.objects.filter(drawdown__signed_entry__isnull=False).select_related("drawdown")
    for record in signed.order_by("drawdown__reference"):
        if case := submitted(record.drawdown.content).case:
            columns = [field.name for field in fields(FrozenCase)]
            stored, said = ({name: getattr(each, name) for name in columns} for each in (record, case))
            yield compared(f"The case in the record on drawdown {record.drawdown}", stored, said)


def additions(names: Names) -> Iterator[Told]:
    """What clerks added. Walked from the acts, so that one which is gone is missed."""
    rows = {row.entry_id: row for row in RecordAddition.objects.select_related("record__drawdown")}
    for each in _said("record_added_to"):
        row = rows.pop(each.entry.number, None)
        said = {"drawdown": each.reference, "about": each.details["about"], "text": each.details["text"]}
        said |= {"added_by": each.entry.actor_id, "added_at": each.entry.at}
        yield compared(f"What was added to a record in entry {each.entry.number}", _addition(row) if row else None, said)
    for row in rows.values():
        yield compared(f"What was added to the record on drawdown {row.record.drawdown}", _addition(row), None)


def _addition(row: RecordAddition) -> dict[str, Any]:
    facts = {"drawdown": row.record.drawdown.reference, "about": row.get_kind_display(), "text": row.text}
    return facts | {"added_by": row.added_by_id, "added_at": row.added_at}


def rewordings(names: Names) -> Iterator[Told]:
    """Other wordings that were put forward, in their order, and how each was answered."""
    proposed, answers = defaultdict(list), {each.entry.number: each for each in _said("rewording_answered")}
    for each in _said("rewording_proposed"):
        proposed[each.reference].append(each)
    rows = defaultdict(list)
    for row in Rewording.objects.select_related("record__drawdown", "acting_for").order_by("pk"):
        rows[row.record.drawdown.reference].append(row)
    for reference in sorted({*proposed, *rows}):
        of = f"Other wordings of the record on drawdown {reference}"
        if len(proposed[reference]) != len(rows[reference]):
            yield compared(of, {"wordings": len(rows[reference])}, {"wordings": len(proposed[reference])})
            continue
        yield from _proposals(of, rows[reference], proposed[reference])
        for row in rows[reference]:
            answer = answers.pop(row.entry_id, None) if row.entry_id else None
            stored, said = _answered(row, names), _answer(answer, reference, names)
            yield compared(f"{of}, an answer", stored, said)
    for number in answers:
        yield compared(f"An answer to another wording in entry {number}", None, {"answer": "given"})


def _proposals(of: str, rows: list[Rewording], acts: list[Said]) -> Iterator[Told]:
    """Each has the text that stood until then: the one that was signed, or the last that was confirmed before publication."""
    stands = rows[0].earlier if rows else ""
    for row, act in zip(rows, acts, strict=True):
        stored = {"text": row.text, "reasons": row.reasons, "by": row.proposed_by_id, "at": row.proposed_at, "until": row.earlier}
        said = {"text": act.details["text"], "reasons": act.details["reasons"], "by": act.entry.actor_id, "at": act.entry.at}
        yield compared(f"{of}, proposed", stored, said | {"until": stands})
        if row.entry and "record_sha256" in json.loads(row.entry.content)["details"]:
            stands = row.text
    if rows:
        record = rows[0].record
        yield compared(f"{of}, the last", {"text": record.text_resolved}, {"text": stands})
        signed = json.loads(record.drawdown.signed_entry.content)["details"] if record.drawdown.signed_entry else {}
        if sha256 := signed.get("record_sha256"):
            as_signed = {name: getattr(record, name) for name in OF_THE_ACTS} | {"text_resolved": rows[0].earlier}
            yield compared(f"{of}, the first", {"sha256": drafted_hash(as_signed)}, {"sha256": sha256})


def _answered(row: Rewording, names: Names) -> dict[str, Any] | None:
    if not row.answer and not row.entry_id:
        return None
    facts: dict[str, Any] = {"drawdown": row.record.drawdown.reference, "answer": row.get_answer_display(), "text": row.text}
    whole = facts | {"by": row.answered_by_id, "at": row.answered_at, "authority": row.authority}
    return whole | {"acting_for": names.called(row.acting_for_id) if row.acting_for_id else ""}


def _answer(act: Said | None, reference: str, names: Names) -> dict[str, Any] | None:
    if act is None:
        return None
    details, acting_for = act.details, act.details.get("acting_for")
    facts: dict[str, Any] = {"drawdown": act.reference, "answer": details["answer"], "text": details["text"]}
    facts |= {"by": act.entry.actor_id, "at": act.entry.at, "authority": details.get("authority")}
    return facts | {"acting_for": names.person(acting_for, act.entry.number) if acting_for else ""}


def call_ins(names: Names) -> Iterator[Told]:
    """That a decision was called in, and what became of it. Walked from the acts too."""
    said: dict[str, dict[str, Any]] = {}
    for each in _said("drawdown_called_in", "call_in_decided", "drawdown_overturned"):
        details, by = each.details, each.entry.actor_id
        if each.entry.action == "drawdown_called_in":
            facts = {"called_in_on": details["called_in_on"], "called_in_by": details["called_in_by"]}
            said[each.reference] = facts | {"reasons": details["reasons"], "recorded_by_id": by}
        else:
            outcome = {"outcome": details.get("outcome", CallIn.Outcome.OVERTURNED.value), "outcome_on": details["on"]}
            outcome |= {"outcome_text": details["reasons"], "outcome_recorded_by_id": by}
            said.setdefault(each.reference, {}).update(outcome | {"effective_on": details.get("effective_on")})
    rows = {row.drawdown.reference: row for row in CallIn.objects.select_related("drawdown")}
    columns = [field.attname for field in CallIn._meta.concrete_fields if field.name not in ("id", "drawdown")]
    for reference in sorted({*said, *rows}):
        stored = {name: getattr(rows[reference], name) for name in columns} if reference in rows else None
        told = said.get(reference)
        whole = {name: told.get(name) for name in columns} if told is not None else None
        yield compared(f"The call-in of drawdown {reference}", stored, whole)


def corrections(names: Names) -> Iterator[Told]:
    """The number of each correction as its act says it, and whose correction it is as it says itself."""
    for row in Correction.objects.select_related("record__drawdown", "entry").order_by("pk"):
        details = json.loads(row.entry.content)["details"]
        stored = {"number": row.number, **_recorder(names, row.published_by_id, row.said.recorded_by)}
        said = {"number": details.get("number"), "recorded_by": True}
        yield compared(f"The correction of the record on drawdown {row.record.drawdown} in entry {row.entry_id}", stored, said)


def withdrawals(names: Names) -> Iterator[Told]:
    """Since when, under which paragraph and by whom each was withdrawn from publication."""
    for row in Withdrawal.objects.select_related("entry").order_by("pk"):
        details = json.loads(row.entry.content)["details"]
        stored = {"paragraph": row.paragraph, "withdrawn_on": row.withdrawn_on, "withdrawn_by": row.withdrawn_by_id}
        said = {"paragraph": details.get("paragraph"), "withdrawn_on": details.get("withdrawn_on")}
        yield compared(
            f"The withdrawal from publication in entry {row.entry_id}", stored, said | {"withdrawn_by": row.entry.actor_id}
        )


KINDS = (published_columns, cases, additions, rewordings, call_ins, corrections, withdrawals)
