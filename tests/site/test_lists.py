"""What every list of the site can do, each tried on each: sorting, paging, columns, filters, and files of what is shown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.audit.actions import record
from accounts.models import User
from approvals import actions
from approvals.drawdowns.rules import Mode
from approvals.models import DecisionRecord, Drawdown
from costing.measure import in_year
from reports.models import Rendering
from reports.requests.rules import PackRequest, written
from tests.approvals.case import NOW, Case, make_case, new_key
from tests.lists import as_in_csv, csv_of, headings_of, pages_of, rows_of, sort_links_of, without_triggers, xlsx_of
from tests.making import (
    NOON,
    enter_line,
    make_administrator,
    make_approval_limit,
    make_auditor,
    make_body,
    make_clerk,
    make_deputy,
    make_holding,
    make_office,
    make_officer,
    make_phase,
    make_programme,
    make_user,
)
from tests.reports.papers import MEETING, issued, make_programme_to_issue

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Tried:
    """A list: `make` fills it with so many rows, and returns its address and who reads it. `narrowed` finds some of them."""

    make: Callable[[int], tuple[str, User | None]]
    sorts: tuple[str, ...]
    columns: tuple[str, ...]
    narrowed: dict[str, str] = field(default_factory=dict)


def _audit(rows: int) -> tuple[str, User]:
    clerk = make_clerk(name="=Clerk")
    for number in range(rows):
        details = {"title": f"=Post {number}"}
        record(action=f"phase_{'abc'[number % 3]}", subject=f"programme:p{number % 2}", by=clerk, details=details, at=NOON)
    return "/audit/", make_auditor()


def _drawdowns(rows: int) -> tuple[str, User]:
    case = make_case({2016: 150_000, None: 150_000})
    case.submitted(case.line())
    for number in range(rows - 1):
        actions.draft(delegation=case.delegation, title=f"=Draft {number}", key=new_key(), by=case.officer, at=NOW)
    return "/drawdowns/", case.officer


def _decisions(rows: int) -> Case:
    """One that is published, and the rest signed: the same record again and again, under other titles."""
    case = make_case({2016: 950_000})
    signed = case.published()
    with without_triggers("approvals_drawdown", "approvals_decisionrecord"):
        for number in range(rows - 1):
            _again(signed, number)
    return case


def _again(signed: Drawdown, number: int) -> None:
    """Another decision like this one, on another day, with its record."""
    record = DecisionRecord.objects.get(drawdown=signed)
    copy, copied = Drawdown.objects.get(pk=signed.pk), record
    copy.pk, copy.reference = None, f"DD-X{number}"
    copy.save(force_insert=True)
    copied.pk, copied.drawdown, copied.title = None, copy, f"=Decision {number}"
    copied.decided_on -= timedelta(days=number)
    copied.save(force_insert=True)


def _register(rows: int) -> tuple[str, User]:
    return "/decisions/", _decisions(rows).officer


def _published(rows: int) -> tuple[str, None]:
    _decisions(rows)
    return "/published-decisions/", None


def _people(rows: int) -> tuple[str, User]:
    administrator = make_administrator(job_title="=Head")
    for number in range(rows - 1):
        make_clerk(name=f"=Person {number % 5}", job_title="=Clerk", is_active=bool(number % 3))
    return "/people/", administrator


def _offices(rows: int) -> tuple[str, User]:
    for number in range(rows):
        make_holding(make_office(f"=Office {number}"), make_user())
    return "/offices/", make_auditor()


def _holders(rows: int) -> tuple[str, User]:
    for number in range(rows):
        days = {"since": date(2016, 8, 1 + number % 4), "until": date(2016, 9, 1 + number % 3) if number % 2 else None}
        make_holding(make_office(f"Office {number}"), make_user(name=f"=Holder {number}"), **days)
    return "/offices/holders/", make_auditor()


def _deputies(rows: int) -> tuple[str, User]:
    office = make_office("Chief Executive")
    for number in range(rows):
        make_deputy(office, make_user(name=f"=Deputy {number}"), since=date(2016, 8, 1 + number % 4), authority="=Scheme")
    return "/offices/deputies/", make_auditor()


def _programmes(rows: int) -> tuple[str, User]:
    for number in range(rows):
        enter_line(make_phase(make_programme(name=f"=Programme {number}", first_year=2010 + number % 5)))
    return "/programmes/", make_auditor()


def _lines(rows: int) -> tuple[str, User]:
    """Of two programmes, posts and other costs, with FTE below one."""
    phases, officer = [make_phase(make_programme(name=f"=Programme {number}")) for number in range(2)], make_officer()
    for number in range(rows):
        fte = {"fte": Decimal("0.5"), "intakes": ((Decimal("0.5"), date(2016, 8, 1), None),)} if number % 2 else {}
        cost = Decimal(1000 * (number // 2)) if number % 7 else None
        enter_line(phases[number % 2], by=officer, title=f"=Post {number}", annual_cost=cost, comment="=Note", **fte)
    return "/lines/", officer


def _limits(rows: int) -> tuple[str, User]:
    for number in range(rows):
        make_approval_limit(f"=Committee {number}", 1000 * (number // 2) or None)
    return "/approval-limits/", make_administrator()


def _bodies(rows: int) -> tuple[str, User]:
    for number in range(rows):
        make_body(f"=Committee {number}")
    return "/bodies/", make_administrator()


def _issued_papers(rows: int) -> tuple[str, User]:
    programme, clerk = make_programme_to_issue(), make_clerk()
    for number in range(rows):
        meeting = MEETING._replace(appendix=f"=Appendix {number}", meeting_date=date(2016, 9, 1 + number % 4))
        issued(programme, by=clerk, meeting=meeting, previous=None)
    return f"/programmes/{programme.slug}/papers/", make_auditor()


def _packs(rows: int) -> tuple[str, User]:
    programme, clerk = make_programme(), make_clerk()
    for number in range(rows):
        asked = PackRequest(f"=Pack {number}", "Executive", date(2016, 9, 1 + number % 4), "7", 1, ())
        given = {"title": asked.title, "committee": asked.committee, "meeting_date": asked.meeting_date}
        given |= {"kind": "pack", "wanted": written(asked), "asked_by": clerk, "asked_at": NOON}
        entry = record(action="pack_asked_for", subject=f"pack:{number}", by=clerk, details={}, at=NOON)
        Rendering.objects.create(programme=programme, asked=entry, **given)
    return f"/programmes/{programme.slug}/packs/", make_auditor()


def _delegations(rows: int) -> tuple[str, User]:
    case = make_case()
    for number in range(rows - 1):
        actions.record_delegation(
            decision=case.delegation.decision,
            values={"title": f"=Use {number}", "text": "As resolved.", "decision_body": make_body()},
            steps=[(case.offices["Leader"], Mode.AGREEMENT)],
            limits={in_year(2016): 10 + number},
            by=case.clerk,
            at=NOW,
        )
    return f"/programmes/{case.programme.slug}/delegations/", make_auditor()


LISTS = {
    "audit": Tried(_audit, ("number", "action", "subject"), ("action", "actor"), {"subject": "p1"}),
    "drawdowns": Tried(_drawdowns, ("reference", "state", "answer_by"), ("state", "waits_for"), {"state": "draft"}),
    "register": Tried(_register, ("decided_on", "published_on"), ("maker", "released"), {"kind": "yes"}),
    "people": Tried(_people, ("person", "email"), ("roles",), {"signs_in": "yes"}),
    "offices": Tried(_offices, ("office",), ("holder", "deputies"), {"words": "office 1"}),
    "holders": Tried(_holders, ("since", "until"), ("office", "standing"), {"words": "holder 1"}),
    "deputies": Tried(_deputies, ("since", "until"), ("standing", "authority"), {"words": "deputy 1"}),
    "programmes": Tried(_programmes, ("programme", "years"), ("lines",), {"words": "programme 1"}),
    "lines": Tried(_lines, ("title", "annual_cost"), ("team", "costs", "status"), {"programme": "programme 1"}),
    "limits": Tried(_limits, ("approver", "amount", "starts"), ("amount", "today"), {"measure": "full_year"}),
    "bodies": Tried(_bodies, ("body",), ("kind", "call_in"), {"words": "committee 1"}),
    "papers": Tried(_issued_papers, ("issued_at", "meeting_date"), ("issued_by", "status"), {"words": "appendix 1"}),
    "packs": Tried(_packs, ("asked_at", "meeting_date"), ("papers", "status"), {"state": "queued"}),
    "delegations": Tried(_delegations, ("delegation", "last_day"), ("decides", "left", "recorded"), {"words": "use 1"}),
    "published": Tried(_published, ("decided_on", "published_on"), ("published_on", "stands"), {"year": "2016"}),
}


@pytest.fixture(params=LISTS)
def tried(request: pytest.FixtureRequest) -> Tried:
    return LISTS[request.param]


def _reader(client: Client, person: User | None) -> Client:
    if person:
        client.force_login(person)
    return client


def _rows(client: Client, address: str, asked: Any = None) -> list[list[str]]:
    response = client.get(address, asked or {})
    assert response.status_code == 200
    return rows_of(response.text)


def test_it_is_sorted_by_a_heading_both_ways_and_says_so(tried: Tried, client: Client):
    address, person = tried.make(5)
    reader = _reader(client, person)
    for name in tried.sorts:
        upwards, downwards = reader.get(address, {"sort": name}), reader.get(address, {"sort": f"-{name}"})
        assert "ascending" in headings_of(upwards.text).values()
        assert "descending" in headings_of(downwards.text).values()
        assert rows_of(upwards.text) == rows_of(downwards.text)[::-1] != []
    links = sort_links_of(reader.get(address, {"sort": tried.sorts[0], "after": "1"} | tried.narrowed).text)
    assert f"sort=-{tried.sorts[0]}" in "".join(links) or not links
    assert "after" not in "".join(links)


def test_its_pages_together_are_the_list_whatever_it_is_sorted_by(tried: Tried, client: Client):
    address, person = tried.make(55)
    reader = _reader(client, person)
    for name in ("", *tried.sorts, *(f"-{each}" for each in tried.sorts)):
        whole = _rows(reader, address, {"sort": name, "per_page": "100"})
        parts, page, pages = [], reader.get(address, {"sort": name, "per_page": "25"}).text, 0
        assert "prev" not in pages_of(page)
        while True:
            parts.append(rows_of(page))
            links = pages_of(page)
            if "next" not in links:
                break
            assert (f"sort={name}" in links["next"]) is bool(name)
            page = reader.get(address + links["next"]).text
            back = reader.get(address + pages_of(page)["prev"]).text
            assert rows_of(back) == parts[-1]
            pages += 1
        assert [row for part in parts for row in part] == whole
        assert pages >= 1
        assert len(parts[0]) == 25


def test_its_columns_are_chosen_and_survive(tried: Tried, client: Client):
    address, person = tried.make(30)
    reader = _reader(client, person)
    first = next(iter(headings_of(reader.get(address).text)))
    response = reader.get(address, {"columns": tried.columns, "per_page": "25"})
    page, table = response.text, response.context["list"].table
    chosen = [name for name in response.context["list"].columns if not table.declared[name].is_fixed]
    assert chosen[1:] == list(tried.columns)
    assert next(iter(headings_of(page))) == first
    assert len({len(row) for row in rows_of(page)} | {len(headings_of(page))}) == 1
    for link in [*sort_links_of(page), *pages_of(page).values()]:
        assert all(f"columns={name}" in link for name in tried.columns)
        assert list(headings_of(reader.get(address + link).text)) == list(headings_of(page))


def test_its_files_hold_what_is_shown(tried: Tried, client: Client):
    address, person = tried.make(30)
    reader = _reader(client, person)
    for asked in ({}, {"sort": f"-{tried.sorts[0]}"}, tried.narrowed, {"columns": tried.columns}):
        on_screen = _rows(reader, address, asked | {"per_page": "100"})
        headings, *lines = csv_of(reader, address, **asked)
        assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "@"))]
        assert any(cell.startswith("'=") for line in lines for cell in line) or "columns" in asked
        assert len(lines) == len(on_screen) > 0
        for line, row in zip(lines, on_screen, strict=True):
            assert len(line) == len(headings)
            assert line[0].lstrip("'") in row[0]
        book = xlsx_of(reader, address, **asked)
        assert book[0] == headings
        assert [[as_in_csv(value) for value in row] for row in book[1:]] == [[_raw(text) for text in line] for line in lines]


def _raw(text: str) -> str:
    """As it was typed: only a CSV needs the apostrophe."""
    return text[1:] if text[:2] in ("'=", "'+", "'-", "'@") else text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"sort": "nonsense"}, "This list cannot be sorted by “nonsense”"),
        ({"sort": "-"}, "This list cannot be sorted by"),
        ({"columns": "nonsense"}, "There is no column “nonsense” in this list"),
        ({"per_page": "-1"}, "Choose 25, 50 or 100 rows a page."),
        ({"per_page": "100000"}, "Choose 25, 50 or 100 rows a page."),
        ({"after": "999999999"}, "Page not found"),
        ({"before": "-3"}, "Page not found"),
        ({"after": "1", "before": "1"}, "Page not found"),
        ({"after": "9" * 40}, "Page not found"),
        ({"format": "pdf"}, "This list can be downloaded as csv or xlsx."),
    ],
)
def test_what_is_not_understood_gets_a_message(tried: Tried, client: Client, asked: dict[str, str], said: str):
    address, person = tried.make(3)
    response = _reader(client, person).get(address, asked)
    assert response.status_code == (400 if "format" in asked else 200)
    assert "There is a problem" in response.text
    assert said in response.text
    assert len(rows_of(response.text)) == (0 if {"after", "before"} & asked.keys() else 3)


def test_no_file_is_made_of_what_is_not_understood(tried: Tried, client: Client):
    address, person = tried.make(2)
    response = _reader(client, person).get(address, {"format": "csv", "sort": "nonsense"})
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/html")


def test_it_takes_the_same_queries_however_long_it_is(tried: Tried):
    assert _queries(tried, 3) == _queries(tried, 20)


def _queries(tried: Tried, rows: int) -> int:
    """How many the list takes with so many rows; they are gone afterwards."""
    with transaction.atomic():
        address, person = tried.make(rows)
        reader = _reader(Client(), person)
        reader.get(address)
        with CaptureQueriesContext(connection) as taken:
            response = reader.get(address)
        assert response.status_code == 200
        assert len(rows_of(response.text)) >= rows
        transaction.set_rollback(True)
    return len(taken)
