"""The words of a decision record: what is drafted at sign-off, and its fields in their order, the same on screen and on paper."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from accounts.offices.queries import Acting
from approvals.decisions.models import DecisionRecord
from approvals.decisions.queries import day_of, effective_day
from approvals.decisions.rules import NO_MONEY, RecordContent, RecordedAnswer, RecordedElsewhere, released
from approvals.decisions.withdrawal.queries import withdrawal_of
from approvals.delegations.conditions.models import ConditionConfirmation
from approvals.drawdowns.rules import Authority, State
from approvals.drawdowns.submission.rules import FrozenDelegation, FrozenLine, FrozenStep, SubmissionContent
from costing.measure import Measure
from costing.money import share_of
from costing.totals import total
from display import formats
from phases.models import Authorisation

NOT_RECORDED = "Not recorded"
TAKES_EFFECT = "Takes effect"
TAKEN_ELSEWHERE = "This decision was taken elsewhere, before it was recorded here."
NOT_ASKED = "Not asked: decided elsewhere before it was recorded here"


class Row(NamedTuple):
    """One field of the record; `text` may have several lines."""

    label: str
    text: str


class Section(NamedTuple):
    """Some fields under a heading, and the table that stands with them: "money", "answers" or ""."""

    title: str
    rows: list[Row]
    table: str = ""


class MoneyRow(NamedTuple):
    """What is released of one authorisation in one measure, in whole pounds, and the balance of its limit before and after.

    A balance is None where it is withheld from the public.
    """

    authorisation: str
    source: str
    term: str
    measure: str
    before: Decimal | None
    released: Decimal
    after: Decimal | None


class AnswerRow(NamedTuple):
    """What an office said; `answer` says so where it did not answer."""

    office: str
    mode: str
    person: str
    answer: str
    words: str


def years_in_words(content: SubmissionContent) -> list[str]:
    """Of each year that no limit names: that nothing is released in it, or what is authorised through a full-year limit."""
    said = [NO_MONEY] if content.proposal else []
    for year in sorted({year for line in content.lines for year in line.authority}):
        named = [line.authority[year] for line in content.lines]
        if set(named) == {Authority.NOTHING_RELEASED}:
            said.append(f"Nothing is released in {year}.")
        elif set(named) == {Authority.THROUGH_WHOLE_LIFE}:
            said.append(f"{year}: within what is released over the whole life.")
        elif Authority.THROUGH_FULL_YEAR in named:
            shares = [_share(line, year) for line in content.lines if line.authority[year] is Authority.THROUGH_FULL_YEAR]
            cost = "" if None in shares else f" {formats.pounds(total(shares))}"
            said.append(f"{year}:{cost} authorised through the full-year limit.")
    return said


def _share(line: FrozenLine, year: Measure) -> Decimal | None:
    """What the part of a line that is drawn costs in a year; None where the line states no amount."""
    amount = line.amounts.get(year)
    if amount is None or not line.fte or not line.fte_drawn:
        return None
    return share_of(amount, line.fte_drawn, line.fte)


def power(delegation: FrozenDelegation, authority: str, confirmed: Iterable[ConditionConfirmation] = ()) -> str:
    """The power relied on: the body that gave it, when and where, word for word; its conditions, and what a deputy acts under."""
    decision = delegation.decision
    minute = f", minute {decision.minute}" if decision.minute else ""
    given = f"{decision.body}, {formats.long_date(decision.date)}{minute}: {decision.title}"
    deputy = f"\n\nThe deputy acts under: {authority}" if authority else ""
    terms = "\n".join([*_terms(delegation), *map(_confirmed, confirmed)])
    return "\n\n".join(filter(None, [given, delegation.text, terms])) + deputy


def _terms(delegation: FrozenDelegation) -> Iterator[str]:
    """From when, under which conditions, and in which parts."""
    if delegation.earliest:
        yield f"Not before {formats.long_date(delegation.earliest)}."
    for condition in delegation.conditions:
        yield f"Condition: {condition}"
    for part in delegation.parts:
        when = f", not before {formats.long_date(part.not_before)}" if part.not_before else ""
        yield f"Part {part.number}: up to {formats.pounds(part.amount)} {part.measure.in_words}{when}"
        for condition in part.conditions:
            yield f"Condition of part {part.number}: {condition}"


def _confirmed(each: ConditionConfirmation) -> str:
    said = f"Confirmed by {each.confirmed_by}, met on {formats.long_date(each.met_on)}: {each.condition.text}"
    paper = getattr(each, "paper", None)
    return f"{said} ({each.evidence}{f'; paper: {paper.name}, SHA-256 {paper.sha256}' if paper else ''})"


def capacity(acting: Acting) -> str:
    """Who decided: office, person, and whom a deputy acted for."""
    if not acting.as_deputy:
        return f"{acting.office}: {acting.person}"
    return f"{acting.office}: {acting.person}, deputy, acting for {acting.acting_for or 'the vacant office'}"


def sections(content: RecordContent) -> list[Section]:
    """Every field of the record, in order."""
    changed = list(_changed(content))
    return [
        Section("The decision", list(_decision(content))),
        Section("Money released", [Row("Note", note) for note in content.money.notes], "money"),
        Section("Power relied on", [Row("Power relied on", content.power or NOT_RECORDED)]),
        Section("Reasons", list(_reasons(content))),
        Section("Who was asked", list(_interests(content)), "answers"),
        Section("Comments and advice", list(_comments(content))),
        Section("Papers", list(_papers(content))),
        *([Section("Added after the signature", changed)] if changed else []),
        Section("Publication and call-in", list(_publication(content))),
        Section("Record", list(_record(content))),
    ]


def public_sections(content: RecordContent) -> list[Section]:
    """What anybody may read: of an exempt decision that there is one, and why the rest is not published."""
    if not content.exempt_paragraph:
        return sections(content)
    rows = [
        Row("Reference", content.reference),
        Row("Title", content.title),
        Row("Date of the decision", recorded_day(content.decided_on)),
        Row("Decision maker", content.capacity),
        *([Row("Retrospective", TAKEN_ELSEWHERE)] if content.elsewhere else []),
        Row("Exempt information", f"Schedule 12A, Part 1, paragraph {content.exempt_paragraph}"),
        Row("Why the public interest is against publishing", content.public_interest),
    ]
    return [Section("The decision", rows)]


def _decision(content: RecordContent) -> Iterator[Row]:
    if content.elsewhere:
        yield Row("Retrospective", _written_down(content, content.elsewhere))
        yield Row("Evidence", content.elsewhere.evidence)
    yield Row("Reference", content.reference)
    yield Row("Title", content.title)
    yield Row("Programme", content.programme)
    yield Row("Date of the decision", recorded_day(content.decided_on))
    yield Row("Decision maker", content.capacity or NOT_RECORDED)
    if content.is_of_a_body:
        yield Row("Minute", content.minute or NOT_RECORDED)
        yield Row("Members present", content.members_present or NOT_RECORDED)
    yield Row("As decided", content.text_resolved or NOT_RECORDED)
    recommended = content.text_recommended
    # Said once: a list of thirty posts is not read twice.
    same = recommended and content.text_resolved.strip().endswith(recommended.strip())
    yield Row("As recommended", "The same, word for word" if same else recommended or NOT_RECORDED)


def _written_down(content: RecordContent, elsewhere: RecordedElsewhere) -> str:
    """That it was taken elsewhere, and who did what here."""
    recorded, confirmed = recorded_day(elsewhere.recorded_on), recorded_day(elsewhere.confirmed_on)
    return "\n".join(
        [
            f"{TAKEN_ELSEWHERE} It was decided on {recorded_day(content.decided_on)}, and recorded here on {recorded}.",
            f"Recorded by {elsewhere.recorded_by}, and confirmed by {elsewhere.confirmed_by} on {confirmed} from the evidence.",
            "Nobody was asked here, and nobody signed it here.",
        ]
    )


def _changed(content: RecordContent) -> Iterator[Row]:
    """What was worded otherwise after the signature, and what the clerk added: each with who did it, and when."""
    for each in content.rewordings:
        confirmed = f"Confirmed by {each.confirmed_by}, {recorded_day(each.confirmed_on)}"
        said = f"Put forward by {each.proposed_by}: {each.reasons}\n{confirmed}"
        yield Row("Other wording of the decision", f"{said}\nThe text until then:\n{each.earlier}")
    for added in content.additions:
        yield Row(f"{added.about}, added", f"{added.text}\n(Added by {added.person}, {recorded_day(added.added_on)})")


def _reasons(content: RecordContent) -> Iterator[Row]:
    yield Row("Reasons for the decision", content.reasons or NOT_RECORDED)
    yield Row("Alternatives considered and rejected", content.alternatives or NOT_RECORDED)


def _interests(content: RecordContent) -> Iterator[Row]:
    yield Row("Interests declared", content.interests or NOT_RECORDED)
    yield Row("Dispensations", content.dispensations or NOT_RECORDED)


def _comments(content: RecordContent) -> Iterator[Row]:
    yield Row("Financial comments", _dated(content.financial_comments, content.financial_comments_on))
    yield Row("Legal comments", _dated(content.legal_comments, content.legal_comments_on))
    said = [f"{advice.text}\n({advice.person}, {recorded_day(advice.given_on)})" for advice in content.advice]
    yield Row("Advice of the section 151 officer", "\n\n".join(said) or "None given")


def _dated(comments: str, on: date | None) -> str:
    return f"{comments or 'None given'}{f'{chr(10)}({recorded_day(on)})' if on else ''}"


def _papers(content: RecordContent) -> Iterator[Row]:
    attached = [f"{paper.name} (SHA-256 {paper.sha256[:16]}…)" for paper in content.papers]
    yield Row("Background papers", "\n".join(filter(None, [content.background_papers, *attached])) or "None")
    yield Row("Wards affected", content.wards or NOT_RECORDED)
    yield Row("Report author", content.report_author or NOT_RECORDED)
    if content.exempt_paragraph:
        yield Row("Exempt information", f"Schedule 12A, Part 1, paragraph {content.exempt_paragraph}")
        yield Row("Why the public interest is against publishing", content.public_interest)


def _publication(content: RecordContent) -> Iterator[Row]:
    not_executive = content.may_be_key is False and not content.is_key
    yield Row("Key decision", "No: it is not an executive decision" if not_executive else _yes_no(content.is_key))
    if content.notice_route:
        where = f"\n{content.notice_reference}" if content.notice_reference else ""
        route = content.notice_said or DecisionRecord.NoticeRoute(content.notice_route).label
        yield Row("Notice", f"{route}, {recorded_day(content.notice_on)}{where}")
    elif content.is_key:
        yield Row("Notice", NOT_RECORDED)
    reason = f". {content.call_in_reason}" if content.call_in_applies is False and content.call_in_reason else ""
    yield Row("Open to call-in", f"{_yes_no(content.call_in_applies)}{reason}")
    if content.published_on:
        yield Row("Published", recorded_day(content.published_on))
        if content.closes_on:
            yield Row("Call-in closes", f"At the end of {recorded_day(content.closes_on)}")
        yield Row(TAKES_EFFECT, f"{recorded_day(content.effective_on)}{', unless called in' if content.closes_on else ''}")
        yield Row("From decision to publication", counted_days(days_to_publication(content)))
    if said := retrospective(content):
        yield Row("Retrospective", "\n".join(said))


def _record(content: RecordContent) -> Iterator[Row]:
    yield Row("Recorded by", content.recorded_by or NOT_RECORDED)
    if content.asked_for_by:
        yield Row("Recorded under", content.asked_for_by)
    if content.retain_until:
        until = f"This record until {recorded_day(content.retain_until)}"
        yield Row("Kept", f"{until}, background papers until {recorded_day(content.retain_papers_until)}")
    yield Row("What was decided (SHA-256)", content.submission_sha256)
    yield Row("Decision recorded in", f"Audit entry {content.signed_entry.number}, {content.signed_entry.hash}")


def signature(content: RecordContent) -> list[Row]:
    """By whom and when it was signed or resolved, and who wrote it down: what stands under a record in the place of ink."""
    entry = f"audit entry {content.signed_entry.number}"
    if content.elsewhere:
        confirmed = f"{content.elsewhere.confirmed_by}, {recorded_day(content.elsewhere.confirmed_on)}, {entry}"
        return [Row("Decided elsewhere by", content.capacity or NOT_RECORDED), Row("Confirmed here by", confirmed)]
    decided = Row("Resolved by" if content.is_of_a_body else "Signed by", content.capacity or NOT_RECORDED)
    on = recorded_day(content.signed_on)
    how = f"Recorded here on {on}, {entry}" if content.is_of_a_body else f"Signed here on {on}, {entry}"
    return [decided, Row("How", how), Row("Recorded by", content.recorded_by or NOT_RECORDED)]


BALANCE_WITHHELD = "balance withheld: it would give away an exempt figure"


def public_money_rows(content: RecordContent, hidden: Collection[tuple[str, Measure]]) -> list[MoneyRow]:
    """As `money_rows`, without the balances of the limits in `hidden` (queries.hidden_balances); none of an exempt record."""
    if content.exempt_paragraph:
        return []
    pairs = zip(money_rows(content), content.money.rows, strict=True)
    return [
        shown._replace(before=None, after=None) if (row.authorisation, row.measure) in hidden else shown for shown, row in pairs
    ]


def money_rows(content: RecordContent) -> list[MoneyRow]:
    return [
        MoneyRow(
            row.authorisation,
            row.source,
            Authorisation.Term(row.term).label,
            row.measure.label,
            row.before,
            row.released,
            row.after,
        )
        for row in content.money.rows
    ]


def answer_rows(content: RecordContent) -> list[AnswerRow]:
    """What each office and outside body that was asked said, in the order of the delegation."""
    given = {(answer.of_a_body, answer.office): answer for answer in content.answers}
    nothing = NOT_ASKED if content.elsewhere else "No answer in the time given"
    return [_answer(step, given.get((step.mode.is_of_a_body, step.office)), nothing) for step in content.steps]


def _answer(step: FrozenStep, given: RecordedAnswer | None, nothing: str) -> AnswerRow:
    """`nothing` says why an office has no answer."""
    mode = step.mode.capitalize()
    if given is None:
        return AnswerRow(step.office, mode, "Nobody", nothing, "None")
    person = f"{given.person}, acting for {given.acting_for}" if given.acting_for else given.person
    how = f" ({given.recorded_from})" if given.recorded_from else ""
    answer = f"{given.answer}, {recorded_day(given.answered_on)}{how}"
    return AnswerRow(step.office, mode, person, answer, given.words or "None")


def retrospective(content: RecordContent) -> list[str]:
    """That a decision was recorded after it was made, or its publication after that: a sentence for each."""
    said = []
    if content.decided_on and content.decided_on < content.signed_on and not content.elsewhere:
        decided, signed = recorded_day(content.decided_on), recorded_day(content.signed_on)
        said.append(f"Decided on {decided}, and recorded here later, on {signed}.")
    recorded = content.publication_recorded_on
    if content.published_before_on:
        since, here = recorded_day(content.published_before_on), recorded_day(content.published_on)
        said.append(f"It could be read elsewhere since {since}, at {content.published_before_at}, and here since {here}.")
    if content.published_on and recorded and content.published_on < recorded:
        said.append(f"Its publication was recorded here later, on {recorded_day(recorded)}.")
    return said


def sources_of(record: DecisionRecord) -> list[str]:
    """The funding sources its money comes from, each once, in the order of the record."""
    return list(dict.fromkeys(row.source for row in released(record.money).rows))


class Registered(NamedTuple):
    """A decision as the register shows it. `days` from decision to publication; None while it is not published."""

    reference: str
    title: str
    programme: str
    decided_on: date | None
    maker: str
    released: dict[Measure, Decimal]
    sources: list[str]
    is_key: bool | None
    urgent: str
    published_on: date | None
    days: int | None
    closes_on: date | None
    effective_on: date | None
    state: State
    retain_until: date | None
    past_retention: bool
    stands: bool
    corrected_on: date | None = None
    withdrawn_on: date | None = None
    since: str = ""
    retrospective: bool = False
    elsewhere: bool = False


_URGENT = {"reg_10": "General exception", "reg_11": "Special urgency"}


def registered(record: DecisionRecord, today: date | None, since: str = "") -> Registered:
    """`today` tells whether it is past the day until which it is kept; `since` what became of its money, in words."""
    drawdown, published, decided = record.drawdown, record.published_on, record.decided_on
    return Registered(
        drawdown.reference,
        record.title,
        drawdown.programme.name,
        decided,
        drawdown.delegation.decided_by,
        released_by(record),
        sources_of(record),
        record.is_key,
        _URGENT.get(record.notice_route, ""),
        published,
        (published - decided).days if published and decided else None,
        record.closes_on,
        effective_day(record),
        State(drawdown.state),
        record.retain_until,
        bool(today and record.retain_until and record.retain_until < today),
        drawdown.state != State.SUPERSEDED,
        record.corrected_on[-1] if record.corrected_on else None,
        withdrawn.withdrawn_on if (withdrawn := withdrawal_of(record)) else None,
        since,
        is_retrospective(record),
        drawdown.taken_elsewhere_id is not None,
    )


def is_retrospective(record: DecisionRecord) -> bool:
    """Whether it was recorded here after the day on which it was decided, or was taken elsewhere. No query."""
    signed_at, decided = record.drawdown.signed_at, record.decided_on
    assert signed_at is not None  # a decision is signed: the database holds it
    return record.drawdown.taken_elsewhere_id is not None or bool(decided and decided < day_of(signed_at))


def released_by(record: DecisionRecord) -> dict[Measure, Decimal]:
    """What the decision released, by measure, over all authorisations, in whole pounds."""
    totals: dict[Measure, Decimal] = {}
    for row in released(record.money).rows:
        totals[row.measure] = totals.get(row.measure, Decimal(0)) + row.released
    return totals


def days_to_publication(content: RecordContent) -> int:
    return (content.published_on - content.decided_on).days if content.published_on and content.decided_on else 0


def counted_days(number: int) -> str:
    return "The same day" if number == 0 else f"{number} day" if number == 1 else f"{number} days"


def recorded_day(day: date | None) -> str:
    """The day, or that none is recorded."""
    return formats.long_date(day) or NOT_RECORDED


def _yes_no(value: bool | None) -> str:
    return NOT_RECORDED if value is None else formats.yes_no(value)
