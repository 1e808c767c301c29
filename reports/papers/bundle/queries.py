"""All that a drawdown is decided on, as one PDF: A4 portrait, tagged, PDF/UA-1. The same content gives the same bytes."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.council.logo.queries import look
from accounts.council.queries import council
from approvals.drawdowns.changes.rules import said_of
from approvals.drawdowns.overview.queries import AskedOffice, AskedOutside, Sheet
from approvals.drawdowns.rules import Mode
from approvals.drawdowns.submission.rules import submitted
from approvals.elsewhere.queries import evidence_of
from approvals.models import Answer
from display.formats import long_date, long_moment
from display.passages import Passage, passages
from printing.engine import draw
from printing.fonts import printable

NOT_PUBLIC = "For those who answer and decide - not for publication"
EXEMPT = "Holds exempt information"
RETROSPECTIVE = "Retrospective: decided elsewhere before it was recorded here"

Rows = list[tuple[str, str]]


def render(sheet: Sheet) -> bytes:
    """The finished paper of a drawdown that was submitted: what was frozen, and what was said on it so far."""
    return draw(page(sheet), "decision.css", look=look())


def page(sheet: Sheet) -> str:
    """The paper as one HTML page."""
    drawdown = sheet.drawdown
    content = submitted(drawdown.content)
    sections = [(title, list(rows.items())) for title, rows in said_of(content).items()]
    sections += [
        ("Answers", list(_answers(sheet.asked_first))),
        ("Questions and replies", list(_questions(sheet))),
        ("Advice of the section 151 officer", list(_advice(sheet))),
        (
            "Dispensations",
            [
                (f"To {each.member}", f"By {each.giver.name}, {long_date(each.given_on)}.\n{each.text}")
                for each in sheet.dispensations
            ],
        ),
        ("Decision", list(_decision(sheet))),
    ]
    context = {
        "title": printable(f"{drawdown.title} - {drawdown.reference}"),
        "council": printable(council().name),
        "programme": printable(content.programme),
        "moment": timezone.localtime(_moment(sheet)).isoformat(timespec="seconds"),
        "head": [drawdown.reference, f"submission {drawdown.submission}"],
        "foot": NOT_PUBLIC,
        "kind": "What is decided",
        "heading": printable(drawdown.title),
        "marks": [
            NOT_PUBLIC,
            *([] if content.is_public else [EXEMPT]),
            *([RETROSPECTIVE] if drawdown.taken_elsewhere_id else []),
        ],
        "sections": [_section(title, rows) for title, rows in sections],
        "seal": f"SHA-256 of submission {drawdown.submission}: {drawdown.sha256}.",
    }
    return render_to_string("papers/decision.html", context)


def _moment(sheet: Sheet) -> datetime:
    """When the last of what it holds was said."""
    drawdown = sheet.drawdown
    said = [drawdown.signed_at, drawdown.submitted_at]
    said += [each.answer.answered_at for each in sheet.asked_first if each.answer]
    said += [moment for each in sheet.questions for moment in (each.asked_at, each.replied_at)]
    said += [each.given_at for each in sheet.advice] + [each.recorded_at for each in sheet.dispensations]
    return max(moment for moment in said if moment)


def _section(title: str, rows: Rows) -> dict[str, object]:
    """Of what is not said the paper says that it is not: an empty place could be a page that is missing."""
    return {
        "title": printable(title),
        "rows": [
            {
                "label": printable(label),
                "passages": list(passages(printable(text))) or [Passage("Not given")],
            }
            for label, text in rows or [(title, "None")]
        ],
    }


_ASKED = {
    Mode.AGREEMENT: "Agreement needed",
    Mode.CONSULTATION: "Consulted",
    Mode.CONSENT: "Outside body: consent needed",
    Mode.ADVICE: "Outside body: advice asked for",
}


def _answers(asked: Iterable[AskedOffice | AskedOutside]) -> Iterator[tuple[str, str]]:
    for each in asked:
        yield each.name, f"{_ASKED[each.mode]}. {each.says}.\n{_answer(each.answer) if each.answer else ''}"


def _answer(given: Answer) -> str:
    acting = f", as deputy under: {given.authority}" if given.authority else ""
    acting = f", for {given.acting_for.name}{acting}" if given.acting_for else acting
    said = [
        f"{given.given_by}{acting}, {_moment_in_words(given.answered_at)}",
        *([f"Interests declared: {given.interests}"] if given.interests else []),
        *([f"Comments: {given.words}"] if given.words else []),
        *([f"Recorded by {given.recorded_by.name}; evidence: {given.evidence}"] if given.recorded_by else []),
    ]
    return "\n".join(said)


def _questions(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for each in sheet.questions:
        reply = (
            f"{each.replied_by.name} replied, {_moment_in_words(each.replied_at)}: {each.reply}"
            if each.replied_by and each.replied_at
            else "No reply yet."
        )
        yield f"{each.office.name}, {each.asked_by.name}, {_moment_in_words(each.asked_at)}", f"{each.text}\n{reply}"


def _advice(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for each in sheet.advice:
        earlier = "" if each.sha256 == sheet.drawdown.sha256 else ", on an earlier submission"
        yield f"{each.office.name}, {each.person.name}, {_moment_in_words(each.given_at)}{earlier}", each.text


def _decision(sheet: Sheet) -> Iterator[tuple[str, str]]:
    drawdown = sheet.drawdown
    if drawdown.signed_at is None or drawdown.signed_by is None or drawdown.signed_entry is None:
        yield "State", f"{drawdown.get_state_display()}. Answers are due by {long_date(drawdown.answer_by)}."
        return
    if sheet.elsewhere:
        yield (
            "Decided elsewhere",
            f"{sheet.elsewhere.decided_by}, {long_date(sheet.elsewhere.decided_on)}\n{sheet.elsewhere.text}",
        )
        yield "Evidence", evidence_of(sheet.elsewhere)
        yield "Recorded here by", f"{sheet.elsewhere.recorded_by.name}, {_moment_in_words(sheet.elsewhere.recorded_at)}"
        yield "Confirmed by", f"{drawdown.signed_by.name}, who signed nothing: it was decided before it was recorded here"
    elif drawdown.resolution:
        yield "Resolved", f"{drawdown.resolution}, recorded by {drawdown.signed_by.name}"
    else:
        acting = f", for {drawdown.signed_for.name}" if drawdown.signed_for else ""
        acting += f", as deputy under: {drawdown.authority}" if drawdown.authority else ""
        yield "Signed off by", f"{drawdown.signed_by.name}, {drawdown.delegation.decided_by}{acting}"
    yield "On", _moment_in_words(drawdown.signed_at)
    yield "Audit entry", f"{drawdown.signed_entry.number}, {drawdown.signed_entry.hash}"


def _moment_in_words(moment: datetime) -> str:
    return long_moment(timezone.localtime(moment))
