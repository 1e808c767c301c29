"""The forward plan as a PDF, in the manner of a decision record."""

from datetime import date, datetime, time

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.council.logo.queries import look
from accounts.council.queries import council
from accounts.governance.queries import governance_on
from approvals.decisions.forward_plan.models import KeyNotice
from approvals.decisions.forward_plan.queries import decided_under, forward_plan, plan_after, still_to_come
from approvals.decisions.wording.queries import Row, Section
from display.formats import long_date
from printing.engine import draw
from printing.fonts import printable
from reports.papers.decision_record.queries import section

ABOUT = "Each key decision is published at least 28 clear days before it can be made"


def render(today: date, after: int | None = None) -> bytes:
    """The finished paper: what is still to be decided on that day, the first day of each period first.

    With `after`, as it was once the act of this number was done, before any later one.
    """
    return draw(page(today, after), "decision.css", look=look())


def page(today: date, after: int | None = None) -> str:
    """The paper as one HTML page. The same notices on the same day give the same page."""
    notices = list(forward_plan()) if after is None else plan_after(after)
    decided = decided_under(notices, after)
    coming = still_to_come(notices, decided, today)[::-1]
    withdrawn = [each for each in notices if hasattr(each, "withdrawal") and each.due_until >= today][::-1]
    moments = [each.entry.at for each in notices] + [each.withdrawal.entry.at for each in withdrawn]
    start_of_day = datetime.combine(today, time(), timezone.get_current_timezone())
    name = council().name
    law = " under regulation 9 of the Executive Arrangements Regulations 2012" if governance_on(today).has_executive else ""
    sections = [_section(each) for each in coming] or [Section("No key decision is planned", [Row("As at", long_date(today))])]
    sections += [_withdrawn(each) for each in withdrawn]
    context = {
        "title": printable(f"Forward plan of key decisions - {name}"),
        "council": printable(name),
        "programme": "Forward plan of key decisions",
        "moment": timezone.localtime(max(moments, default=start_of_day)).isoformat(timespec="seconds"),
        "head": ["Forward plan"],
        "foot": f"Forward plan as at {long_date(today)}",
        "kind": ABOUT,
        "heading": "Forward plan of key decisions",
        "marks": [],
        "sections": [section(each) for each in sections],
        "seal": f"Notices of key decisions{law}, as at {long_date(today)}.",
    }
    return render_to_string("papers/decision.html", context)


def _section(notice: KeyNotice) -> Section:
    until = f" to {long_date(notice.due_until)}" if notice.due_until != notice.due_from else ""
    rows = [
        Row("Reference", notice.reference),
        Row("Programme", notice.programme.name),
        Row("What is proposed", notice.text),
        Row("Decision maker", notice.maker),
        Row("To be decided", f"{long_date(notice.due_from)}{until}"),
        Row("Documents", notice.documents),
        Row("Where to ask, or to comment", notice.contact),
        Row("Notice given", long_date(notice.given_on)),
    ]
    return Section(notice.matter, rows)


def _withdrawn(notice: KeyNotice) -> Section:
    """What was withdrawn and would still be to come."""
    withdrawal = notice.withdrawal
    instead = [Row("Notice given instead", str(withdrawal.instead))] if withdrawal.instead else []
    rows = [
        Row("Reference", notice.reference),
        Row("Notice given", long_date(notice.given_on)),
        Row("Withdrawn", f"{long_date(withdrawal.withdrawn_on)}: {withdrawal.reasons}"),
        *instead,
    ]
    return Section(f"Withdrawn: {notice.matter}", rows)
