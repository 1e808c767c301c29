"""The page of the audit record: reading, searching, and exporting it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.audit import queries
from accounts.audit.actions import record
from accounts.models import AuditEntry, AuditHead, User
from accounts.permissions.rules import Role
from tests.answers import shown
from tests.making import NOON, make_auditor, make_clerk, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(make_auditor())
    return client


def enter(action: str = "phase_added", subject: str = "programme:ofsted", by: User | None = None, **values: Any) -> AuditEntry:
    given = {"details": {}, "at": NOON}
    return record(action=action, subject=subject, by=by, **(given | values))


def numbers(client: Client, **searched: Any) -> list[int]:
    """Of the entries that a search shows."""
    response = client.get("/audit/", searched)
    assert response.status_code == 200
    return [entry.number for entry in response.context["list"].rows]


def test_the_record_is_read_page_by_page(auditor: Client):
    assert "No entry here" in auditor.get("/audit/").text
    for number in range(1, 121):
        enter(details={"phase": f"<b>{number}</b>"})
    first = auditor.get("/audit/")
    assert numbers(auditor) == list(range(120, 70, -1))
    assert 'href="?after=71" rel="next"' in first.text
    assert 'rel="prev"' not in first.text
    assert "&lt;b&gt;120&lt;/b&gt;" in first.text
    assert "14 September 2016 at 13:00" in first.text  # noon in Greenwich, in British Summer Time
    assert numbers(auditor, after=21) == list(range(20, 0, -1))
    last = auditor.get("/audit/?after=21").text
    assert 'href="?before=20" rel="prev"' in last
    assert 'rel="next"' not in last
    assert numbers(auditor, before=20) == list(range(70, 20, -1))
    assert 'rel="prev"' in auditor.get("/audit/?before=20").text
    assert 'rel="prev"' not in auditor.get("/audit/?before=70").text


@pytest.mark.parametrize("typed", ["0", "-1", "x", "9" * 30, "1.5", "٣"])
@pytest.mark.parametrize("name", ["before", "after"])
def test_an_odd_page_of_the_record_is_no_fault(auditor: Client, name: str, typed: str):
    enter()
    response = auditor.get("/audit/", {name: typed})
    assert response.status_code == 200
    assert "Page not found" in response.text


def test_pages_of_a_search_stay_within_it(auditor: Client):
    for number in range(120):
        enter(action="phase_added" if number % 2 else "phase_removed")
    page = auditor.get("/audit/", {"action": "phase_added", "words": "phase"})
    assert "?action=phase_added&amp;words=phase&amp;after=22" in page.text
    assert numbers(auditor, action="phase_added", after=22) == list(range(20, 0, -2))
    assert 'rel="prev"' not in auditor.get("/audit/", {"action": "phase_added", "before": 20}).text


def test_words_are_found_anywhere_in_an_entry_in_any_case_and_all_of_them(auditor: Client):
    enter(details={"title": "Head of service", "cost": "£90,000"})
    enter(details={"title": "Team manager", "note": 'called "urgent"\nin the paper', "share": "50%_\\"})
    assert numbers(auditor, words="HEAD service") == [1]
    assert numbers(auditor, words="head manager") == []
    assert numbers(auditor, words="£90,000") == [1]
    assert numbers(auditor, words='"urgent"') == [2]
    assert numbers(auditor, words="%") == numbers(auditor, words="\\") == [2]
    assert numbers(auditor, words="50%_\\") == [2]
    assert numbers(auditor, words="  ") == [2, 1]


def test_one_or_two_letters_are_looked_for_in_the_latest_entries_alone(auditor: Client, monkeypatch: pytest.MonkeyPatch):
    for _ in range(3):
        enter(details={"name": "Qx service"})
    assert numbers(auditor, words="qx") == [3, 2, 1]
    monkeypatch.setattr(queries, "LATEST", 2)
    assert numbers(auditor, words="qx") == [3, 2]
    assert numbers(auditor, words="qx service") == [3, 2]
    assert numbers(auditor, words="service") == [3, 2, 1]
    assert "One or two letters are looked for in the latest 20,000 entries only" in auditor.get("/audit/").text


def test_an_amount_is_found_as_pages_print_it_and_a_hash_as_they_ask_to_write_it_down(auditor: Client):
    enter(details={"released": [{"pounds": "950000"}]})
    enter(details={"text": "Up to £950,000 was released."})
    enter(details={"pounds": "950.50"})
    assert numbers(auditor, words="£950,000") == numbers(auditor, words="950,000") == [2, 1]
    assert numbers(auditor, words="950000") == [1]
    assert numbers(auditor, words="£950.50") == [3]
    first = AuditEntry.objects.get(number=1)
    assert numbers(auditor, words=first.hash) == numbers(auditor, words=first.hash[:12].upper()) == [1]
    assert numbers(auditor, words="ab,cd") == []


def test_entries_are_found_by_who_did_it(auditor: Client):
    clerk, other = make_clerk(name="The clerk"), make_clerk()
    enter(by=clerk)
    enter(by=other)
    enter()
    assert numbers(auditor, person=clerk.pk) == [1]
    assert numbers(auditor, person="system") == [3]


def test_entries_are_found_by_what_was_done_and_to_what(auditor: Client):
    enter("drawdown_submitted", "drawdown:DD-0001")
    enter("drawdown_signed_off", "drawdown:DD-0001")
    enter("drawdown_submitted", "drawdown:DD-00011")
    enter("council_changed", "council")
    assert numbers(auditor, action="drawdown_submitted") == [3, 1]
    assert numbers(auditor, subject="drawdown:DD-0001") == [2, 1]
    assert numbers(auditor, subject=" dd-0001 ") == [2, 1]
    assert numbers(auditor, subject="council") == [4]
    assert numbers(auditor, subject="drawdown:DD-0001", action="drawdown_submitted") == [1]


def test_entries_are_found_by_the_councils_own_days(auditor: Client):
    enter(at=datetime(2016, 9, 13, 22, 59, tzinfo=UTC))  # 23:59 in British Summer Time
    enter(at=datetime(2016, 9, 13, 23, 0, tzinfo=UTC))
    enter(at=datetime(2016, 9, 14, 22, 59, tzinfo=UTC))
    enter(at=datetime(2016, 9, 14, 23, 0, tzinfo=UTC))
    assert numbers(auditor, since="14/9/2016") == [4, 3, 2]
    assert numbers(auditor, until="14 September 2016") == [3, 2, 1]
    assert numbers(auditor, since="14/9/2016", until="14/9/2016") == [3, 2]
    assert numbers(auditor, since="Sept 2016", until="Sept 2016") == [4, 3, 2, 1]


def test_a_search_that_finds_nothing_says_so_and_keeps_what_was_typed(auditor: Client):
    enter()
    page = auditor.get("/audit/", {"words": "nothing <like> this"}).text
    assert "No matching entry" in page
    assert 'value="nothing &lt;like&gt; this"' in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"since": "1/1/16"}, "year"),
        ({"since": "2/1/2017", "until": "1/1/2017"}, "The last day must not come before the first."),
        ({"person": "999999"}, "There is no such person: choose one."),
        ({"action": "unheard_of"}, "Choose one of these acts."),
    ],
)
def test_a_mistake_in_a_search_gets_its_message_and_no_entries(auditor: Client, typed: dict[str, str], said: str):
    enter()
    page = auditor.get("/audit/", typed)
    assert "There is a problem" in page.text
    assert said in str(page.context["list"].form.errors)
    assert page.context["list"].rows == []
    assert "No entry" not in page.text


def test_an_entry_is_read_in_words(auditor: Client):
    entry = enter("drawdown_signed_off", "drawdown:DD-0001", by=make_clerk(name="The clerk"))
    page = auditor.get("/audit/").text
    assert "<b>Drawdown signed off</b>" in page
    assert '?subject=drawdown%3ADD-0001">Drawdown DD-0001</a>' in page
    assert "The clerk" in page
    assert "The record stands at entry 1<" in page
    assert page.count(entry.hash) == 3  # at the head, in the command to copy, and in its own details


def test_what_an_entry_holds_is_read_line_by_line():
    details = {
        "phase": "One",
        "changed": {"name": ["One", "Phase One"], "note": ["", "New"], "was": ["Old", None], "never": [None, ""]},
        "lines": [{"title": "Post", "changed": {"fte": [1, 2], "full_year": [1, 2]}}],
        "released": [
            {
                "line": 3,
                "line_title": "Head of service",
                "authorisation": 1,
                "authorisation_title": "July release",
                "measure": 2016,
                "pounds": "731000",
            },
            {"row": 7, "line": 4, "line_title": "Manager", "measure": None, "pounds": "218000"},
        ],
        "acting_for": None,
        "roles": ["auditor", "clerk"],
        "first": True,
        "limits": {"2016": "950000", "full_year": "1471000.50"},
        "measure": "whole_life",
        "first_year": 2016,
        "up_to": 1000000,
        "on": "2016-07-20",
        "kind": "central_contingency",
        "sha256": "ab",
        "number": 2016,
        "paragraph": "2016-99-99",
    }
    entry = enter("phase_recorded", details=details)
    assert sorted(entry.details.splitlines()) == [
        "First year: 2016/17",
        "First: yes",
        "Kind: central contingency",
        "Limits: £950,000 in 2016/17, £1,471,000.50 in a full year",
        "Measure: Whole life",
        "Name: One → Phase One",
        "Note: New",
        "Number: 2016",
        "On: 20 July 2016",
        "Paragraph: 2016-99-99",
        "Phase: One",
        "Post: FTE, full year",
        "Released: Head of service, July release, £731,000 in 2016/17",
        "Released: Manager, £218,000 in a full year",
        "Roles: auditor, clerk",
        "SHA-256: ab",
        "Up to: £1,000,000",
        "Was: Old → none",
    ]
    limit = {"measure": "in_year", "approver": "Executive", "up_to": "1000000"}  # a kind of measure, of no year
    assert set(enter("approval_limit_added", details=limit).details.splitlines()) == {
        "Measure: in year",
        "Approver: Executive",
        "Up to: £1,000,000",
    }
    odd = {"released": [{"measure": "other", "pounds": "5"}], "first_year": 99999}
    assert enter("tried", details=odd).details.splitlines() == ["First year: 99999", "Released: measure other, £5"]
    assert enter("person_changed", details={"roles": [["auditor"], []]}).details == "Roles: auditor → none"


@pytest.mark.parametrize("searched", [{}, {"words": "phase"}, {"before": "1"}, {"after": "3"}, {"subject": "programme:ofsted"}])
def test_a_page_takes_the_same_queries_however_long_the_record_is(
    auditor: Client, searched: dict[str, str], django_assert_num_queries: Any
):
    expected = 8 if {"before", "after"} & searched.keys() else 7  # is there anything newer, or older?
    for entries in (5, 120):
        for _ in range(entries):
            enter(by=make_user(Role.CLERK))
        with django_assert_num_queries(expected):
            shown(auditor.get("/audit/", searched))


def test_every_search_has_its_index():
    """Without statistics of a hundred thousand entries a plan proves nothing, so the indexes themselves are asked for."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "accounts_auditentry")
    assert {"audit_by_subject", "audit_by_action", "audit_by_actor", "audit_words"} <= found.keys()


def test_kinds_of_acts_are_those_of_the_record():
    assert queries.acts_recorded() == []
    for action in ("b_done", "a_done", "b_done", "c_done"):
        enter(action)
    assert queries.acts_recorded() == ["a_done", "b_done", "c_done"]


def exported(client: Client, **asked: Any) -> list[dict[str, Any]]:
    response = client.get("/audit/export.jsonl", asked)
    assert response.status_code == 200
    text = response.getvalue().decode()
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def test_the_export_holds_every_entry_to_the_letter(auditor: Client):
    entries = [enter(details={"words": "£ “quoted”\nand more\u2028"}), enter(by=make_clerk())]
    assert exported(auditor) == [
        {"number": each.number, "previous_hash": each.previous_hash, "hash": each.hash, "content": each.content}
        for each in entries
    ]


def test_a_long_export_is_read_in_parts_and_ends_at_the_head(auditor: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "EXPORT_CHUNK", 3)
    for _ in range(7):
        enter()
    lines = queries.exported()
    first = next(lines)
    enter()
    assert [json.loads(line)["number"] for line in (first, *lines)] == [1, 2, 3, 4, 5, 6, 7]
    assert [each["number"] for each in exported(auditor, first=3, last=5)] == [3, 4, 5]
    assert [each["number"] for each in exported(auditor, first=7, last=99)] == [7, 8]
    assert exported(auditor, first=9) == []


@pytest.mark.parametrize("asked", [{"first": "x"}, {"first": "0"}, {"last": "9" * 30}, {"first": "5", "last": "4"}])
def test_an_export_of_nonsense_says_what_is_wrong(auditor: Client, asked: dict[str, str]):
    response = auditor.get("/audit/export.jsonl", asked)
    assert response.status_code == 400
    assert "There is a problem" in response.text
    assert response.context["range_form"].errors


def test_reading_and_exporting_write_nothing(auditor: Client):
    enter()
    before = AuditHead.objects.get().number
    auditor.get("/audit/")
    exported(auditor)
    assert AuditHead.objects.get().number == before


def test_the_verifier_is_offered_beside_the_export(auditor: Client):
    enter()
    page = auditor.get("/audit/").text
    assert "/audit/verifier.py" in page
    assert "/audit/export.jsonl" in page
    response = auditor.get("/audit/verifier.py")
    assert response["Content-Disposition"] == 'attachment; filename="verify_export.py"'
    assert b"def check(" in response.content
