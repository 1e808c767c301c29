"""What a pack may hold, and the pack made of it: one PDF (PDF/UA-1 and PDF/A-3a), each paper as it was issued."""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.council.logo.queries import look
from accounts.council.queries import council
from approvals.decisions.publication.queries import is_kept_back
from approvals.decisions.queries import published_record, published_records
from costing.frozen import digest
from display.formats import long_date
from phases.models import Programme
from printing.engine import Step, draw
from printing.fonts import FONTS, printable
from printing.joining import LINK, Joined, pack, page_count
from reports.front_sheet.models import FrontSheet
from reports.papers.background.models import Rendering
from reports.papers.decision_record import queries as decision
from reports.papers.models import IssuedPaper
from reports.report.paper import queries as report_paper
from reports.report.queries import report_of
from reports.requests.rules import PackItem


class _Kind(NamedTuple):
    """One kind of items: those of a programme, and the PDF of one, by the rest of its key, for a pack."""

    offered: Callable[[Programme], Iterator[PackItem]]
    paper: Callable[[str, Rendering], bytes]


class NotForThisPart(Exception):
    """Something exempt would stand in a pack of Part 1."""


class Changed(Exception):
    """Something is not any more what was chosen for the pack."""


def offered(programme: Programme, part: int) -> list[PackItem]:
    """What a pack of this part may hold, kind by kind, newest first. What is exempt is only in a pack of Part 2."""
    return [item for kind in _KINDS.values() for item in kind.offered(programme) if item.part <= part]


def superseded_in(rendering: Rendering) -> list[PackItem]:
    """What of a pack has a newer version by now."""
    now = {item.key for item in _issued(rendering.programme) if item.superseded}
    return [item for item in rendering.items if item.key in now]


def withdrawn_in(rendering: Rendering) -> list[str]:
    """The references of the decisions in a pack whose record was withdrawn from publication since."""
    held = [each.key.removeprefix("decision-") for each in rendering.items if each.key.startswith("decision-")]
    gone = published_records().filter(drawdown__reference__in=held, withdrawal__isnull=False)
    return sorted(gone.values_list("drawdown__reference", flat=True))


def render(rendering: Rendering, step: Step) -> bytes:
    """The finished pack. The same papers give the same bytes. Raises NotForThisPart or Changed."""
    items, papers = rendering.items, []
    for number, item in enumerate(items):
        step(number, len(items) + 2)
        kind, _, rest = item.key.partition("-")
        papers.append(Joined(f"{number + 1}. {item.title}", _KINDS[kind].paper(rest, rendering)))
        if not item.sha256:
            items[number] = item._replace(sha256=digest(papers[-1].paper))
    step(len(items), len(items) + 2)
    cover = _cover(rendering, items, [page_count(each.paper) for each in papers])
    step(len(items) + 1, len(items) + 2)
    return pack(cover, papers, FONTS[400])


def _cover(rendering: Rendering, items: Sequence[PackItem], pages: Sequence[int]) -> bytes:
    """The contents, with the page on which each paper begins: which depends on how many pages they need themselves."""
    own, drawn = 1, b""
    looks = look()
    while not drawn or page_count(drawn) != own:
        own = page_count(drawn) if drawn else own
        starts = accumulate(pages[:-1], initial=own + 1)
        drawn = draw(_page(rendering, items, list(starts)), "pack.css", look=looks)
    return drawn


def _page(rendering: Rendering, items: Sequence[PackItem], starts: Sequence[int]) -> str:
    rows = [
        {"number": number, "item": item, "page": start, "link": f"{LINK}{number}"}
        for number, (item, start) in enumerate(zip(items, starts, strict=True), start=1)
    ]
    context = {
        "pack": rendering,
        "rows": rows,
        "council": council().name,
        "programme": rendering.programme.name,
        "part": "Part 2 (exempt): for members only" if rendering.part == 2 else "Part 1 (public)",
        "moment": timezone.localtime(rendering.asked_at).isoformat(timespec="seconds"),
    }
    return printable(render_to_string("papers/pack.html", context))


def _issued(programme: Programme) -> Iterator[PackItem]:
    papers = IssuedPaper.objects.filter(programme=programme).order_by("-pk")
    wanted = ("pk", "appendix", "version", "report_number", "committee", "meeting_date", "sha256", "part", "superseded_by")
    for pk, appendix, version, report, committee, day, sha256, part, superseded in papers.values_list(*wanted):
        title = f"{appendix}, Part 2 (exempt)" if part == 2 else appendix
        about = f"Version {version}{f', report {report}' if report else ''}"
        yield PackItem(f"paper-{pk}", title, about, f"{committee}, {long_date(day)}", sha256, part, superseded is not None)


def _as_issued(pk: str, rendering: Rendering) -> bytes:
    return bytes(IssuedPaper.objects.values_list("content", flat=True).get(pk=pk, part__lte=rendering.part))


def _published(programme: Programme) -> Iterator[PackItem]:
    for record in published_records().filter(drawdown__programme=programme).order_by("-published_on", "-pk"):
        about = f"Published on {long_date(record.published_on)}"
        title = f"Decision {record.drawdown.reference}: {record.title}"
        part = 2 if is_kept_back(record) else 1
        yield PackItem(f"decision-{record.drawdown.reference}", title, about, record.capacity, record.sha256, part)


def _as_published(reference: str, rendering: Rendering) -> bytes:
    record = published_record(reference)
    if rendering.part == 1 and is_kept_back(record):
        raise NotForThisPart
    return decision.render(record, public=rendering.part == 1)


def _begun(programme: Programme) -> Iterator[PackItem]:
    """The report, if anybody began it. It is not issued by itself: it is drawn as it stands when it is chosen, or not at all."""
    for sheet in FrontSheet.objects.filter(programme=programme):
        committee = str(programme.committee or "")
        meeting = f"{committee}, {long_date(programme.meeting_date)}" if programme.meeting_date else committee
        about = f"Figures at version {programme.version}"
        yield PackItem(f"report-{programme.version}", "Report with front sheet", about, meeting, "", sheet.part)


def _as_it_stands(version: str, rendering: Rendering) -> bytes:
    programme = Programme.objects.get(pk=rendering.programme_id)
    report = report_of(programme, council(), as_at=timezone.localtime(rendering.asked_at))
    if str(programme.version) != version:
        raise Changed
    if report.sheet.part > rendering.part or (rendering.part == 1 and report.giving_away):
        raise NotForThisPart
    return report_paper.render(report)


_KINDS = {
    "report": _Kind(_begun, _as_it_stands),
    "paper": _Kind(_issued, _as_issued),
    "decision": _Kind(_published, _as_published),
}
"""A further kind is a line here."""
