"""Progress on the use of a release: what is drawn, by whose agreement, what waits, who is recruited, and what changed."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.council.queries import council
from approvals import actions
from approvals.actions import Choice
from approvals.drawdowns.rules import Mode
from approvals.models import Consumption, Delegation
from costing.measure import in_year
from posts.lines.actions import LineChange, change_lines
from reports.progress.paper import rules as progress_paper
from reports.progress.queries import Progress, delegation_of, progress_of, reports_due
from tests.approvals.case import LATER, NOW, Case, handed_back, make_case, of_pounds
from tests.making import make_auditor, make_authorisation, make_body, make_decision, make_programme
from tests.reports.test_decision_pdf import conforms, text_of

pytestmark = pytest.mark.django_db

OCTOBER = datetime(2016, 10, 1, 9, tzinfo=UTC)


@pytest.fixture
def case() -> Case:
    """Up to £950,000 under the decision that gives the delegation too; the report is due on 14 October 2016."""
    case = make_case()
    decision = case.authorisation.decision
    case.delegation = actions.record_delegation(
        decision=decision,
        values={
            "title": "Use of the July release",
            "text": "2.1 (i) The Chief Executive, with the agreement of the Leader.",
            "decision_maker": case.offices["Chief Executive"],
            "report_back_body": make_body(),
            "report_back_on": date(2016, 10, 14),
        },
        steps=[(case.offices["Leader"], Mode.AGREEMENT), (case.offices["Director"], Mode.CONSULTATION)],
        by=case.clerk,
        at=NOW,
    )
    return case


def report(case: Case, at: datetime = OCTOBER, **values: Any) -> Progress:
    return progress_of(delegation_of(case.programme, case.delegation.pk), as_at=at, **values)


def back(case: Case, pounds: int) -> None:
    row = Consumption.objects.get()
    handed_back(drawdown=row.drawdown, giving=of_pounds(row, pounds), by=case.officer)


def test_what_is_drawn_is_told_with_its_agreements_and_adds_up_to_the_limit(case: Case):
    signed = case.signed(case.costing(500))
    back(case, 200)
    found = report(case)
    (limit,) = found.limits
    assert (limit.measure, limit.limit, limit.drawn, limit.headroom) == ("2016/17", 950_000, 300, 949_700)
    (use,) = found.drawn
    assert (use.reference, use.state, use.on, use.amounts) == (
        signed.reference,
        "Signed off",
        date(2016, 9, 20),
        (("2016/17", Decimal(300)),),
    )
    assert use.by == "Chief Executive: Chief Executive"
    assert [(asked.office, asked.mode) for asked in use.asked] == [("Leader", "agreement"), ("Director", "consultation")]
    assert use.asked[0].said == "agreed, 20 September 2016 (Leader)"
    assert found.total_drawn == (("2016/17", limit.drawn),)


def test_what_waits_is_pending_and_consumes_nothing(case: Case):
    case.answered(case.submitted(case.costing(700)))
    found = report(case)
    assert found.drawn == ()
    assert found.limits[0][4:7] == (0, 700, 950_000)
    assert found.pending[0].amounts == (("2016/17", Decimal(700)),)
    assert [asked.said for asked in found.pending[0].asked] == ["agreed, 20 September 2016 (Leader)", "no answer"]


def test_a_draft_is_no_part_of_the_report(case: Case):
    case.drafted(case.costing(700))
    found = report(case)
    assert (found.drawn, found.pending, found.changes) == ((), (), ())


def test_posts_are_told_with_their_recruitment_and_paperwork(case: Case):
    ready = case.line(title="Ready", recruited_fte=Decimal(1), paperwork_complete=True)
    half = case.line(title="Half", fte=Decimal(4), recruited_fte=Decimal(2), intakes=((Decimal(4), date(2016, 8, 1), None),))
    case.signed(ready, Choice(half.pk, case.authorisation, fte=Decimal(3)))
    found = report(case)
    assert [(post.title, post.fte_drawn, post.recruited) for post in found.posts] == [
        ("Ready", 1, "Yes"),
        ("Half", 3, "2 of 4"),
    ]
    assert (found.fte_drawn, found.fte_recruited, found.fte) == (4, 3, 5)
    assert [post.title for post in found.without_paperwork] == ["Half"]


def test_a_line_that_was_removed_since_is_named_still(case: Case):
    line = case.line(title="Gone")
    case.signed(line)
    change_lines(programme=case.programme, line_changes=[LineChange(line.pk, line.version, None)], by=case.editor, at=LATER)
    assert (report(case).posts, report(case).removed) == ((), ("Gone",))


def test_what_changed_is_told_from_the_decision_on_or_from_the_day_asked_for(case: Case):
    signed = case.signed(case.costing(500))
    back(case, 200)
    waiting = case.submitted(case.costing(70))
    changes = report(case).changes
    assert [(change.what, change.reference, change.amounts[0][1]) for change in changes] == [
        ("Drawn", signed.reference, 500),
        ("Submitted, not decided yet", waiting.reference, 70),
        ("Handed back", signed.reference, -200),
    ]
    assert report(case).since == date(2016, 7, 20)
    assert [change.what for change in report(case, since=date(2016, 9, 28)).changes] == ["Handed back"]


def test_once_the_report_was_given_changes_are_told_from_its_day(case: Case):
    case.signed(case.costing(500))
    assert report(case, at=datetime(2016, 11, 11, tzinfo=UTC)).since == date(2016, 7, 20)
    assert report(case, at=datetime(2016, 11, 12, tzinfo=UTC)).since == date(2016, 10, 14)


def test_each_report_tells_what_was_drawn_under_its_own_delegation(case: Case, reader: Client):
    other = actions.record_delegation(
        decision=make_decision(case.programme),
        values={
            "title": "A later scheme",
            "text": "All.",
            "decision_maker": case.offices["Chief Executive"],
            "money": [case.authorisation.decision],
        },
        steps=[],
        by=case.clerk,
        at=NOW,
    )
    theirs = case.sign(case.submitted(case.line(title="Of the other"), delegation=other))
    case.submitted(case.costing(7), delegation=other)
    mine = case.signed(case.costing(500))
    found = report(case)
    assert [use.reference for use in (*found.drawn, *found.pending)] == [mine.reference]
    assert [change.reference for change in found.changes] == [mine.reference]
    assert found.total_drawn == (("2016/17", Decimal(500)),)
    assert "Of the other" not in [post.title for post in found.posts]
    assert (found.limits[0].drawn, found.elsewhere) == (60_500, "£60,000 in 2016/17")  # the limit is that of the money
    assert "Other delegations have drawn £60,000 in 2016/17 of the same money." in _read(case, reader)
    of_the_other = progress_of(delegation_of(case.programme, other.pk), as_at=OCTOBER)
    assert [use.reference for use in of_the_other.drawn] == [theirs.reference]
    assert of_the_other.elsewhere == "£500 in 2016/17"


def test_the_head_says_the_day_of_the_figures_not_that_of_a_meeting(case: Case, reader: Client, monkeypatch: pytest.MonkeyPatch):
    late = datetime(2017, 1, 20, 9, tzinfo=UTC)
    monkeypatch.setattr("accounts.clock.queries.now", lambda: late)
    assert "As at 20 January 2017 at 09:00. For the Executive, due on 14 October 2016." in _read(case, reader)
    paper = text_of(progress_paper.render(report(case, at=late), council()))
    assert "Use of the July release As at 20 January 2017 at 09:00 For the Executive, due on 14 October 2016" in paper


def test_what_lapsed_is_told_and_no_longer_headroom(case: Case):
    case.signed(case.costing(500))
    april = datetime(2017, 4, 3, 9, tzinfo=UTC)
    actions.lapse(authorisation=case.authorisation, year=2016, by=case.clerk, at=april)
    found = report(case, at=april)
    assert (found.limits[0].headroom, found.limits[0].lapsed) == (0, True)
    assert (found.changes[-1].what, found.changes[-1].amounts) == ("Lapsed, not drawn", (("2016/17", Decimal(-949_500)),))


def test_what_was_passed_on_to_a_later_authorisation_did_not_lapse(case: Case):
    case.signed(case.costing(500))
    council = make_decision(case.programme, body="Full Council", decided_on=date(2016, 9, 26))
    later = make_authorisation(council, case.phase, limits={2016: 900_000}, replaces=case.authorisation)
    actions.replace(authorisation=later, by=case.clerk, at=OCTOBER)
    lapsed = [each for each in report(case, at=OCTOBER).changes if each.what == "Lapsed, not drawn"]
    assert [each.amounts for each in lapsed] == [(("2016/17", Decimal(-949_500)),)]


def test_a_limit_of_the_delegation_itself_is_told_beside_those_of_the_money(case: Case):
    own = actions.record_delegation(
        decision=case.authorisation.decision,
        values={"title": "With a limit", "text": "Up to 600.", "decision_maker": case.offices["Chief Executive"]},
        steps=[],
        limits={in_year(2016): Decimal(600)},
        by=case.clerk,
        at=NOW,
    )
    case.sign(case.submitted(case.costing(500), delegation=own))
    case.submitted(case.costing(70), delegation=own)
    case.submitted(case.costing(30))
    found = progress_of(delegation_of(case.programme, own.pk), as_at=OCTOBER)
    assert found.limits[-1][:7] == ("With a limit", "", "2016/17", 600, 500, 70, 100)


def test_the_report_takes_the_same_queries_however_much_was_drawn(case: Case):
    def asked() -> int:
        case.signed(case.costing(100))
        case.submitted(case.costing(50))
        delegation = delegation_of(case.programme, case.delegation.pk)
        with CaptureQueriesContext(connection) as queries:
            progress_of(delegation, as_at=OCTOBER)
        return len(queries)

    assert [asked(), asked()] == [9, 9]


def _read(case: Case, client: Client, query: str = "") -> str:
    response = client.get(f"/programmes/{case.programme.slug}/delegations/{case.delegation.pk}/progress/{query}")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


@pytest.fixture
def reader() -> Client:
    client = Client()
    client.force_login(make_auditor())
    return client


def test_the_page_says_what_is_reported_and_to_whom(case: Case, reader: Client):
    page = _read(case, reader)
    assert "For the Executive, due on 14 October 2016." in page
    assert "Nothing is drawn under this delegation." in page
    case.signed(case.line(recruited_fte=Decimal(1)))
    page = _read(case, reader)
    assert "2016/17 £950,000 £60,000 £0 £890,000" in page
    assert "Leader : agreed, 20 September 2016 (Leader)" in page
    assert "1 of 1 FTE are recruited, and the paperwork of 1 is incomplete" in page
    assert "What changed since 1 October 2016" in _read(case, reader, "?since=1/10/2016")


def test_a_day_that_is_none_is_said_at_its_field_and_gives_no_paper(case: Case, reader: Client):
    assert "There is a problem" in _read(case, reader, "?since=yesterday")
    address = f"/programmes/{case.programme.slug}/delegations/{case.delegation.pk}/progress.pdf?since=yesterday"
    assert reader.get(address).status_code == 400


def test_a_delegation_of_another_programme_is_not_found(case: Case, reader: Client):
    address = f"/programmes/{make_programme().slug}/delegations/{case.delegation.pk}/progress/"
    assert reader.get(address).status_code == 404


def test_the_paper_conforms_and_says_what_the_page_says(case: Case, reader: Client):
    case.signed(case.line(title="Head of service <b>&", recruited_fte=Decimal(1)))
    case.submitted(case.costing(70))
    make_authorisation(case.authorisation.decision, case.phase, limits={2017: 10, None: 5})
    address = f"/programmes/{case.programme.slug}/delegations/{case.delegation.pk}/progress.pdf"
    response = reader.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    conforms(response.content)
    text = text_of(response.content)
    for said in (
        "Progress on the use of a release Use of the July release As at ",
        "For the Executive, due on 14 October 2016",
        "£950,000 £60,000 £70 £890,000",
        "Leader: agreed,",
        "Head of service <b>&",
        "1 of 1 FTE",
        "What changed since 20 July 2016",
        "Page 1 of",
    ):
        assert said in text, said


def test_a_release_under_which_nothing_is_recorded_has_its_paper_too(case: Case):
    bare = Delegation.objects.create(
        programme=case.programme,
        decision=make_decision(case.programme),
        title="Bare",
        text="All of it.",
        decision_body=make_body(),
        recorded_at=NOW,
    )
    paper = progress_paper.render(progress_of(delegation_of(case.programme, bare.pk), as_at=OCTOBER), council())
    conforms(paper)
    assert "No money is recorded under this decision." in text_of(paper)


def test_the_same_report_gives_the_same_bytes(case: Case):
    case.signed(case.line())
    assert progress_paper.render(report(case), council()) == progress_paper.render(report(case), council())


def test_a_report_is_due_until_28_days_after_its_day_or_while_a_drawdown_waits(case: Case):
    def due(on: date) -> list[str]:
        return [each.title for each in reports_due([case.programme], on)]

    mine = "Use of the July release"
    assert due(date(2016, 9, 1)) == [mine]
    assert due(date(2016, 11, 11)) == [mine]
    assert due(date(2016, 11, 12)) == []
    case.submitted(case.costing(70))
    assert due(date(2016, 11, 12)) == [mine]
