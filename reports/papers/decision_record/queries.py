"""The record of a decision as a PDF: A4 portrait, tagged, PDF/UA-1 and PDF/A-3a. The same record gives the same bytes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.council.logo.queries import look
from approvals.decisions.aftermath.queries import became
from approvals.decisions.queries import content_of, hidden_balances
from approvals.decisions.rules import RecordContent
from approvals.decisions.standing import queries as standing
from approvals.decisions.wording import queries as wording
from approvals.decisions.wording.queries import Section
from approvals.models import DecisionRecord
from display.formats import long_date, pounds
from display.passages import passages
from printing.engine import draw
from printing.fonts import printable

DRAFT = "DRAFT - not published"
EXEMPT = "Part 2 - holds exempt information, not for publication"


def render(record: DecisionRecord, *, public: bool = False) -> bytes:
    """The finished paper: the whole record for those who are signed in, or what of it is published."""
    return draw(page(record, public=public), "decision.css", look=look())


def page(record: DecisionRecord, *, public: bool = False) -> str:
    """The paper as one HTML page. To the public an exempt record is its title, date, decision maker, paragraph and reason."""
    content = content_of(record)
    reduced = public and bool(content.exempt_paragraph)
    sections = wording.public_sections(content) if public else wording.sections(content)
    sections = sections if reduced else standing.as_it_stands(sections, record)
    after = [standing.since(record, public=public), *([] if public else [became(record, amounts=True)])]
    sections = [*sections, *([each for each in after if each.rows] if not reduced else [])]
    published = f"Published on {long_date(record.published_on)}" if record.published_on else DRAFT
    context = {
        "title": printable(f"{content.title} - {content.reference}"),
        "council": printable(content.council),
        "programme": printable(content.programme),
        "moment": timezone.localtime(_moment(record)).isoformat(timespec="seconds"),
        "head": [content.reference, *(["Part 2 (exempt)"] if content.exempt_paragraph and not public else [])],
        "foot": ". ".join([published, *standing.marks(record)]),
        "kind": printable(content.kind_of_record),
        "heading": printable(content.title),
        "status": printable(standing.standing(record)) if record.published_on and not standing.marks(record) else "",
        "marks": _marks(record, content, public),
        "sections": [section(each) for each in sections],
        "money": _money(wording.public_money_rows(content, hidden_balances(record)) if public else wording.money_rows(content)),
        "answers": [] if reduced else [_printable(row._asdict()) for row in wording.answer_rows(content)],
        "signature": section(Section("Signature", wording.signature(content))),
        "seal": _seal(record),
    }
    return render_to_string("papers/decision.html", context)


def _moment(record: DecisionRecord) -> datetime:
    """When what the paper says was last settled: its publication, or while it is a draft the sign-off."""
    entry = record.entry or record.drawdown.signed_entry
    assert entry is not None
    return entry.at


def _marks(record: DecisionRecord, content: RecordContent, public: bool) -> list[str]:
    marks = [*([] if record.published_on else [DRAFT]), *standing.marks(record)]
    if content.exempt_paragraph:
        marks.append("The rest of this record holds exempt information and is not published" if public else EXEMPT)
    return marks


def section(section: Section) -> dict[str, Any]:
    """A section as the page of a paper takes it: each row with its paragraphs and lists."""
    rows = [{"label": printable(row.label), "passages": list(passages(printable(row.text)))} for row in section.rows]
    return {"title": printable(section.title), "rows": rows, "table": section.table}


def _money(rows: Sequence[wording.MoneyRow]) -> list[dict[str, str]]:
    return [
        _printable(row._asdict()) | {name: _balance(getattr(row, name)) for name in ("before", "released", "after")}
        for row in rows
    ]


def _balance(amount: Decimal | None) -> str:
    return wording.BALANCE_WITHHELD.capitalize() if amount is None else pounds(amount)


def _printable(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: printable(str(value)) for name, value in row.items()}


def _seal(record: DecisionRecord) -> str:
    """The audit entry and hashes by which the paper can be checked."""
    if record.entry is None:
        return "A draft may still change. Once it is published, its audit entry and hash appear here."
    entry = f"Published in audit entry {record.entry.number}, {record.entry.hash}."
    return f"{entry} SHA-256 of this record: {record.sha256}."
