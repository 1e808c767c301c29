"""What can be proved of the store: the audit chain is whole, every stored total and hash is right, no guard is off.

Everything here only reads. A new kind of thing that keeps a total or a hash adds a line to STORED.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Sum

from accounts.audit.rules import GENESIS, link
from accounts.models import AuditEntry, AuditHead
from approvals.decisions.actions import drafted_hash
from approvals.decisions.rules import CHANGEABLE, OF_THE_ACTS, published
from approvals.models import (
    ConfirmationPaper,
    Consumption,
    Correction,
    DecisionRecord,
    DelegationLimit,
    Drawdown,
    HandBack,
    KeyNotice,
    KeyNoticeWithdrawal,
    LimitDrawn,
    Paper,
    Submission,
    Withdrawal,
)
from costing.financial_year import FinancialYear
from costing.frozen import canonical, digest, written
from costing.intake import Basis
from operations import elsewhere, power, records
from operations.addresses import Earlier, address_at, earlier_addresses
from phases.models import AuthorisationLimit, CarryForward, Programme
from posts.lines.queries import lines_at_once
from posts.lines.rules import amounts_of, state_of
from posts.models import ImportedFile, LineAmount, LineFile
from reports.models import IssuedPaper, PublishedPaper, PublishedPlan, Rendering


class NotProved(Exception):
    """Something is not as it was written. The text names the first such thing, in a sentence."""


class Kept(NamedTuple):
    """A total or a hash that is stored, and what it is when worked out afresh."""

    of: str
    stored: str
    afresh: str
    fault: str = ""
    """What is wrong where the two differ, in a sentence of its own."""


class Tally(NamedTuple):
    """How many of one kind there are, and one SHA-256 over them all, in order: equal stores have equal tallies."""

    rows: int
    sha256: str


def check_everything(known: Sequence[tuple[int, str]] = ()) -> tuple[AuditHead, dict[str, Tally]]:
    """The head of the chain, and the tally of each kind in STORED. Raises NotProved. `known` as for check_chain."""
    head = check_chain(known)
    check_guards()
    return head, {kind: check_stored(kind) for kind in STORED}


def check_chain(known: Sequence[tuple[int, str]] = ()) -> AuditHead:
    """Reckon the whole chain afresh. `known` are entries written down earlier elsewhere, number and hash: only they show that
    somebody wrote the whole chain again, or cut off its end together with its head. Raises NotProved."""
    number, previous = 0, GENESIS
    noted, earlier = dict(known), earlier_addresses()
    for entry in AuditEntry.objects.select_related("actor").order_by("number").iterator(chunk_size=2000):
        number += 1
        if entry.number != number:
            raise NotProved(f"Entry {number} is missing: the next one is {entry.number}.")
        if fault := _fault(entry, previous, earlier):
            raise NotProved(f"Entry {number} is not as it was written: {fault}.")
        if noted.get(number, entry.hash) != entry.hash:
            raise NotProved(f"Entry {number} is not the one that was written down: its hash was {noted[number]}.")
        previous = entry.hash
    if (last := max(noted, default=0)) > number:
        raise NotProved(f"Entry {number + 1} is missing: entry {last} was written down.")
    return _head(number, previous)


def _head(number: int, last: str) -> AuditHead:
    head = AuditHead.objects.first()
    if head is None:
        raise NotProved(f"The head of the chain is missing, after entry {number}.")
    if (head.number, head.hash) != (number, last):
        missing = f"Entry {number + 1} is missing" if head.number > number else f"Entry {number} is not the one"
        raise NotProved(f"{missing}: the head of the chain stands at entry {head.number}.")
    return head


def _address(entry: AuditEntry, earlier: Earlier) -> str | None:
    return address_at(entry.actor, entry.number, earlier) if entry.actor else None


def _fault(entry: AuditEntry, previous: str, earlier: Earlier) -> str | None:
    """What is wrong with the entry itself, or None."""
    if entry.previous_hash != previous:
        return "it does not follow the entry before it"
    if entry.hash != link(previous, entry.content):
        return "its hash does not fit its content"
    try:
        content = json.loads(entry.content)
        content["at"] = datetime.fromisoformat(content["at"])  # one moment, whatever time zone it was written in
    except (ValueError, TypeError, KeyError):
        return "its content cannot be read"
    columns = {
        "number": entry.number,
        "at": entry.at,
        "actor": _address(entry, earlier),
        "action": entry.action,
        "subject": entry.subject,
    }
    for column, value in columns.items():
        if content.get(column) != value:
            return f"its column {column} does not agree with its content"
    return None


def check_guards() -> None:
    """No trigger of ours is switched off. Raises NotProved."""
    off = [name for name, enabled in guards().items() if not enabled]
    if off:
        raise NotProved(f"A guard of the database is switched off: {off[0]}.")


def guards() -> dict[str, bool]:
    """Every trigger of our tables as table.trigger, and whether it is on."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname || '.' || t.tgname, t.tgenabled = 'O' FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace ORDER BY 1
            """
        )
        return dict(cursor.fetchall())


def check_stored(kind: str) -> Tally:
    """Work out everything of one kind in STORED afresh. Raises NotProved at the first that differs."""
    rows, over = 0, hashlib.sha256()
    for kept in STORED[kind]():
        if kept.stored != kept.afresh:
            differs = f"{kept.of} is not as it was stored: {kept.stored} is kept, and it works out as {kept.afresh}."
            raise NotProved(kept.fault or differs)
        rows += 1
        over.update(f"{kept.of}\n{kept.stored}\n".encode())
    return Tally(rows, over.hexdigest())


def _amounts_of_lines() -> Iterator[Kept]:
    for programme in Programme.objects.order_by("slug"):
        for line in lines_at_once(programme).values():
            afresh = amounts_of(state_of(line), programme.years, Basis(programme.basis))
            yield Kept(f"The cost of line {line.pk}, {line}", _in_text(line.amounts.all()), _in_text(afresh))


def _in_text(amounts: Iterable[LineAmount]) -> str:
    """2016: 83333 83333, full year: 200000 200000. The amount, and what the rules give."""
    by_year = sorted(amounts, key=lambda each: each.measure)
    return ", ".join(f"{each.measure.key.replace('_', ' ')}: {each.amount} {each.calculated}" for each in by_year)


def _limits_drawn() -> Iterator[Kept]:
    sums = {
        (authorisation, year): pounds
        for authorisation, year, pounds in Consumption.objects.order_by()
        .values_list("authorisation", "financial_year")
        .annotate(Sum("pounds"))
    }
    rows = LimitDrawn.objects.select_related("limit").order_by(
        "limit__authorisation", F("limit__financial_year").asc(nulls_last=True)
    )
    for row in rows:
        limit = row.limit
        drawn = sums.get((limit.authorisation_id, limit.financial_year), 0)
        yield Kept(f"What is drawn of authorisation {limit.authorisation_id}, {limit.measure}", str(row.drawn), str(drawn))


def _limits_carried() -> Iterator[Kept]:
    """What each limit was given and gave by decisions, against the acts, and each act against its entry of the audit chain."""
    rows = CarryForward.objects.order_by("pk").values_list("authorisation", "from_year", "to_year", "pounds", "entry__content")
    sums: dict[tuple[int, int | None], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for authorisation, from_year, to_year, pounds, content in rows:
        sums[authorisation, to_year][0] += pounds
        sums[authorisation, from_year][1] += pounds
        entry = json.loads(content)
        said = entry["details"].get("pounds", "nothing") if entry["action"] == "authorisation_carried_forward" else "another act"
        yield Kept(f"What authorisation {authorisation} carried forward from {FinancialYear(from_year)}", str(pounds), said)
    for limit in AuthorisationLimit.objects.order_by("authorisation", F("financial_year").asc(nulls_last=True)):
        into, out_of = sums[limit.authorisation_id, limit.financial_year]
        name = f"What was carried forward of authorisation {limit.authorisation_id}, {limit.measure}"
        yield Kept(name, f"{limit.carried_in} in, {limit.carried_out} out", f"{into} in, {out_of} out")


def _hand_backs() -> Iterator[Kept]:
    """What came back of each drawdown, against the entry of the audit chain by which a second person confirmed it."""
    earlier = earlier_addresses()
    done = HandBack.objects.filter(state=HandBack.State.CONFIRMED).select_related("drawdown", "entry", "asked_by")
    for each in done.prefetch_related("parts").order_by("pk"):
        entry = json.loads(each.entry.content) if each.entry else {}
        is_its = (entry.get("action"), entry.get("subject")) == ("drawdown_handed_back", f"drawdown:{each.drawdown.reference}")
        said = "another act"
        if is_its:
            pounds = sum((Decimal(row["pounds"]) for row in entry["details"]["returned"]), Decimal(0))
            said = f"{pounds} asked by {entry['details']['asked_by']}"
        asker = address_at(each.asked_by, each.entry_id or 0, earlier)
        kept = f"{sum((part.pounds for part in each.parts.all()), Decimal(0))} asked by {asker}"
        yield Kept(f"What was handed back of drawdown {each.drawdown.reference}", kept, said)


def _taken_elsewhere() -> Iterator[Kept]:
    """What was confirmed of a decision taken elsewhere is what the audit chain says, and its record says the same."""
    for each in elsewhere.told():
        yield Kept(each.of, each.stored, each.said)


def _delegations_drawn() -> Iterator[Kept]:
    sums = {
        (delegation, year): pounds
        for delegation, year, pounds in Consumption.objects.order_by()
        .values_list("drawdown__delegation", "financial_year")
        .annotate(Sum("pounds"))
    }
    for limit in DelegationLimit.objects.order_by("delegation", F("financial_year").asc(nulls_last=True)):
        drawn = sums.get((limit.delegation_id, limit.financial_year), 0)
        yield Kept(f"What is drawn under delegation {limit.delegation_id}, {limit.measure}", str(limit.drawn), str(drawn))


def _drawdowns() -> Iterator[Kept]:
    submitted = Drawdown.objects.exclude(sha256="").order_by("reference").values_list("reference", "sha256", "content")
    for reference, sha256, content in submitted.iterator():
        yield Kept(f"The content of drawdown {reference}", sha256, digest(content))


def _submissions() -> Iterator[Kept]:
    rows = Submission.objects.order_by("drawdown__reference", "number")
    for reference, number, sha256, content in rows.values_list("drawdown__reference", "number", "sha256", "content").iterator():
        yield Kept(f"Submission {number} of drawdown {reference}", sha256, digest(content))


def _signatures() -> Iterator[Kept]:
    """What was signed is what the audit chain says was signed, by the entry that the drawdown names."""
    signed = Drawdown.objects.filter(signed_entry__isnull=False).order_by("reference")
    for reference, sha256, content in signed.values_list("reference", "sha256", "signed_entry__content").iterator():
        entry = json.loads(content)
        of_this = entry["subject"] == f"drawdown:{reference}"
        in_chain = entry["details"].get("sha256", "nothing") if of_this else f"an entry of {entry['subject']}"
        yield Kept(f"The signature of drawdown {reference}", sha256, in_chain)


def _files(called: str, rows: Any, *names: str) -> Iterator[Kept]:
    """Files against the hashes kept of them. The columns of these names stand in `called`."""
    for *found, sha256, content in rows.order_by("pk").values_list(*names, "sha256", "content").iterator(chunk_size=10):
        yield Kept(called.format(*found), sha256, digest(bytes(content or b"")))


def _papers() -> Iterator[Kept]:
    yield from _files("The paper {} of drawdown {}", Paper.objects, "name", "drawdown__reference")
    yield from _files("The paper {} of confirmation {}", ConfirmationPaper.objects, "name", "confirmation")
    yield from _files("The file {} of line {}", LineFile.objects, "name", "line_id")


def _imports() -> Iterator[Kept]:
    """What lines were taken in from is the file that the audit chain names."""
    rows = ImportedFile.objects.order_by("pk").values_list("entry", "entry__content", "sha256", "content")
    for entry, said, sha256, content in rows.iterator(chunk_size=10):
        yield Kept(f"The file of the import in entry {entry}", sha256, digest(bytes(content)))
        named = json.loads(said)["details"].get("file_sha256", "nothing")
        yield Kept(f"The file of the import in entry {entry} in the audit record", sha256, named)


def _decision_records() -> Iterator[Kept]:
    """A published record is the one that the audit chain says was published, and its content says what its columns say."""
    for record in DecisionRecord.objects.exclude(sha256="").select_related("drawdown", "entry").order_by("drawdown__reference"):
        name = f"The record of the decision on drawdown {record.drawdown}"
        yield Kept(name, record.sha256, digest(record.content))
        entry = json.loads(record.entry.content) if record.entry else {}
        is_its = (entry.get("action"), entry.get("subject")) == ("decision_published", f"drawdown:{record.drawdown.reference}")
        yield Kept(f"{name} in the audit record", record.sha256, entry["details"]["sha256"] if is_its else "another act")
        said = published(record.content)
        content = {field: getattr(said, field) for field in OF_THE_ACTS} | {"money": written(said.money)}
        yield Kept(f"{name} in its content", drafted_hash(record), drafted_hash(content))


def _corrections() -> Iterator[Kept]:
    """A correction is the one that the audit chain says was published, and it says what its columns say."""
    for each in Correction.objects.select_related("record__drawdown", "entry").order_by("record__drawdown__reference", "number"):
        name = f"The correction {each.number} of the record on drawdown {each.record.drawdown}"
        yield Kept(name, each.sha256, digest(each.content))
        entry = json.loads(each.entry.content)
        is_its = (entry["action"], entry["subject"]) == ("record_corrected", f"drawdown:{each.record.drawdown.reference}")
        yield Kept(f"{name} in the audit record", each.sha256, entry["details"]["sha256"] if is_its else "another act")
        said = each.said
        columns = f"{each.get_kind_display()}: {each.wrong}, {each.right}, {each.published_on}, {each.record.sha256}"
        kept = f"{said.about}: {said.wrong}, {said.right}, {said.published_on}, {said.record_sha256}"
        yield Kept(f"{name} in its content", digest(columns), digest(kept))


def _key_notices() -> Iterator[Kept]:
    """A notice of a key decision says what the audit chain says was given. Walked from the acts."""
    fields = ("matter", "text", "due_from", "due_until", "documents", "contact", "given_on")
    given = {each.entry_id: each for each in KeyNotice.objects.all()}
    for number, content in (
        AuditEntry.objects.filter(action="key_notice_given").order_by("number").values_list("number", "content")
    ):
        details, notice = json.loads(content)["details"], given.get(number)
        said = canonical({field: str(details[field]) for field in fields})
        kept = canonical({field: str(getattr(notice, field)) for field in fields}) if notice else "nothing"
        yield Kept(f"The notice of a key decision in entry {number}", digest(kept), digest(said))


def _withdrawn_notices() -> Iterator[Kept]:
    """What the audit chain says was withdrawn of the forward plan is. Walked from the acts, so that one let back is missed."""
    withdrawn = {each.entry_id: each for each in KeyNoticeWithdrawal.objects.select_related("notice")}
    for number, content in (
        AuditEntry.objects.filter(action="key_notice_withdrawn").order_by("number").values_list("number", "content")
    ):
        details, each = json.loads(content)["details"], withdrawn.pop(number, None)
        name = f"The withdrawal of a notice in entry {number}"
        kept = f"{each.notice.reference}, {each.reasons}" if each else "nothing"
        yield Kept(name, kept, f"{details['reference']}, {details['reasons']}")
    for number in withdrawn:
        yield Kept("A withdrawal of a notice", f"entry {number}", "another act")


def _withdrawals() -> Iterator[Kept]:
    """What the audit chain says was withdrawn from publication is. Walked from the acts, so that one let back is missed."""
    withdrawn = {each.entry_id: each for each in Withdrawal.objects.select_related("record", "correction")}
    for entry in AuditEntry.objects.filter(action="publication_withdrawn").order_by("number"):
        details, each = json.loads(entry.content)["details"], withdrawn.pop(entry.number, None)
        name, said = f"The withdrawal from publication in entry {entry.number}", f"{details['sha256']}, {details['reasons']}"
        of = each and (each.correction or each.record)
        yield Kept(name, f"{of.sha256}, {each.reasons}" if each and of else "nothing", said)
    for number in withdrawn:
        yield Kept("A withdrawal from publication", f"entry {number}", "another act")


def _records_of_acts() -> Iterator[Kept]:
    """What a record says is what the signature said, or the last wording that was confirmed, and what the clerk settled.

    Walked from the signatures, so that a record which is gone is missed.
    """
    said: dict[str, dict[str, Any]] = {}
    acts = ["drawdown_signed_off", "elsewhere_confirmed", "rewording_answered", "record_changed"]
    for subject, content in AuditEntry.objects.filter(action__in=acts).order_by("number").values_list("subject", "content"):
        details = json.loads(content)["details"]
        settled = {name: new for name, (_, new) in details.get("changed", {}).items()}
        found = {name: details[name] for name in ("record_sha256", *CHANGEABLE) if name in details} | settled
        said.setdefault(subject.removeprefix("drawdown:"), {}).update(found)
    signed = DecisionRecord.objects.filter(drawdown__signed_entry__isnull=False).select_related("drawdown")
    records = {record.drawdown.reference: record for record in signed}
    for reference in sorted(said):
        record, name = records.get(reference), f"What the record says of the decision on drawdown {reference}"
        # A signature of an older build says neither its hash nor what was proposed of call-in.
        if record is None:
            yield Kept(name, "nothing", said[reference].get("record_sha256", "a decision"))
            continue
        if sha256 := said[reference].get("record_sha256"):
            yield Kept(name, drafted_hash(record), sha256)
        for field in CHANGEABLE:
            if field in said[reference]:
                yield Kept(f"{name}, {field}", str(getattr(record, field)), str(said[reference][field]))


def _issued_papers() -> Iterator[Kept]:
    yield from _files("The PDF of issued paper {}", IssuedPaper.objects, "pk")


def _published() -> Iterator[Kept]:
    yield from _files("The PDF of published paper {}", PublishedPaper.objects.exclude(content=None), "pk")  # None: not kept
    yield from _files("The PDF of published forward plan {}", PublishedPlan.objects.exclude(content=None), "pk")


def _made_from() -> Iterator[Kept]:
    """What an issued paper was made from is what the audit chain says, by the entry that the paper names."""
    rows = IssuedPaper.objects.order_by("pk").values_list("pk", "sha256", "schedule", "findings", "entry__content")
    for pk, sha256, schedule, findings, content in rows.iterator(chunk_size=10):
        details = json.loads(content)["details"]
        in_chain = [details.get(name, "nothing") for name in ("sha256", "schedule", "findings")]
        afresh = [sha256, digest(schedule), digest(findings)]
        yield Kept(f"What issued paper {pk} was made from", " ".join(in_chain), " ".join(afresh))


def _renderings() -> Iterator[Kept]:
    yield from _files("The PDF of {} {}", Rendering.objects.filter(state="ready").exclude(kind="paper"), "kind", "pk")


def _packs() -> Iterator[Kept]:
    """A pack is the one that the audit chain says was made, by the entry that it names."""
    rows = Rendering.objects.filter(state="ready", kind="pack").order_by("pk")
    for pk, sha256, content in rows.values_list("pk", "sha256", "entry__content"):
        yield Kept(f"What the audit record says of pack {pk}", json.loads(content)["details"].get("sha256", "nothing"), sha256)


def _powers() -> Iterator[Kept]:
    """Whatever gives somebody power is explained by an act: a row that was written or changed past the record is not."""
    names = power.Names()
    for kind in power.KINDS.values():
        for each in kind(names):
            yield Kept(each.of, each.kept, each.explained, each.sentence)


def _records() -> Iterator[Kept]:
    """Each column of what belongs to a record is as its acts say."""
    names = power.Names()
    for kind in records.KINDS:
        for each in kind(names):
            yield Kept(each.of, each.stored, each.said)


STORED: Mapping[str, Callable[[], Iterator[Kept]]] = {
    "amounts of lines": _amounts_of_lines,
    "limits drawn": _limits_drawn,
    "limits carried forward": _limits_carried,
    "hand-backs": _hand_backs,
    "decisions taken elsewhere": _taken_elsewhere,
    "limits of delegations drawn": _delegations_drawn,
    "drawdowns submitted": _drawdowns,
    "earlier submissions": _submissions,
    "signatures": _signatures,
    "attached papers": _papers,
    "files of imports": _imports,
    "published decision records": _decision_records,
    "corrections of records": _corrections,
    "withdrawals from publication": _withdrawals,
    "notices of key decisions": _key_notices,
    "withdrawn notices of key decisions": _withdrawn_notices,
    "what records say of the acts": _records_of_acts,
    "columns of records": _records,
    "issued papers": _issued_papers,
    "published PDFs": _published,
    "schedules and findings of issued papers": _made_from,
    "packs and long tables": _renderings,
    "packs in the audit record": _packs,
    "powers": _powers,
}
