"""Pasting a block: the two steps of the page, what becomes of each row, and how much it asks of the database."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Council, User
from accounts.permissions.rules import Role
from costing.line_cost import Absence
from improvement_budget import demonstration
from phases.models import Programme
from posts.importing import actions as paste
from posts.importing.actions import Choices
from posts.lines import queries
from posts.lines.actions import LineChange, StaleLines, change_lines
from posts.lines.rules import Stated, state_of
from posts.lines.undoing.actions import undo
from posts.models import CostLine, LineRevision
from reports.table.faces.rules import as_csv
from reports.table.queries import schedule_for, usual_options
from tests.around import AFTERWARDS
from tests.making import NOON, make_officer, make_phase, make_programme
from tests.posts.lines import a_state
from tests.posts.pasting import HEADINGS, MANAGER, amounts, counts, look, put
from tests.posts.source_table import SOURCE_TABLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return make_officer(name="Finance officer")


@pytest.fixture
def programme() -> Programme:
    made = make_programme()
    make_phase(made, 1)
    return made


def errors(preview: paste.Preview) -> dict[str, str]:
    return {name: message for outcome in preview.outcomes for name, message in outcome.errors.items()}


# The source table


def test_the_table_of_the_source_paper_pasted_into_an_empty_programme_gives_its_totals(officer: User):
    programme = make_programme()
    for number, name in enumerate(("Phase One", "Phase Two", "Phase Three"), 1):
        make_phase(programme, number, name=name)
    preview = look(programme, SOURCE_TABLE, officer)
    assert counts(preview) == {"new": 22}
    assert len(preview.block.totals) == 4
    assert preview.block.totals_differ == []
    paste.apply(preview, by=officer, at=NOON)
    programme.refresh_from_db()
    schedule = schedule_for(programme, Council(), usual_options(programme, Council()), as_at=NOON)
    assert [
        (total.fte, *(year.shown for year in total.years), total.full_year.shown)
        for total in (*(phase.total for phase in schedule.phases), schedule.total)
    ] == [(20, 731, 1171, 1123), (7, 218, 348, 348), (7, 141, 795, 795), (34, 1090, 2314, 2266)]
    order = ["Children's Social Care", "Safeguarding and Care Planning", "Referral and Assessment", "Care and Resources"]
    assert [team.name for team in queries.teams_of(programme)] == [*order, "Quality Improvement Team"]
    assert counts(look(programme, SOURCE_TABLE, officer)) == {"same": 22}


def test_our_csv_of_the_demonstration_imported_again_is_all_the_same():
    demonstration.load(at=AFTERWARDS)
    programme = Programme.objects.get(slug="ofsted-2016")
    officer = User.objects.filter(roles__contains=[Role.FINANCE_OFFICER]).first()
    text = as_csv(schedule_for(programme, Council(), usual_options(programme, Council()), as_at=NOON))
    assert counts(look(programme, text, officer)) == {"same": 22}
    assert counts(look(programme, SOURCE_TABLE, officer)) == {"same": 22}


def test_our_csv_with_formulas_credits_terms_and_gaps_imported_again_is_all_the_same(programme: Programme, officer: User):
    phase = programme.phases.get()
    other = {"kind": "other", "fte": None, "recruited_fte": None, "engaged": "n/a"}
    stated = Stated(2016, Decimal(1_234), "", "Ledger", officer.pk, NOON)
    term = ((Decimal(1), date(2016, 8, 1), date(2018, 1, 31)),)
    part = ((Decimal("0.5"), date(2017, 1, 1), None),)
    states = [
        a_state(phase, title="=HYPERLINK(1)", team="@team", comment="-not a figure, really"),
        a_state(
            phase, title='Grant, "ring-fenced"', annual_cost=Decimal(-863), intakes=((None, date(2016, 8, 1), None),), **other
        ),
        a_state(phase, title="For a term", duration="fixed_term", intakes=term),
        a_state(phase, title="Nothing said", annual_cost=None, intakes=(), stated=(stated,)),
        a_state(phase, title="Half at first", intakes=part, recruited_fte=Decimal("0.25"), paperwork_complete=True),
        a_state(phase, title="Other, engaged", intakes=(), **(other | {"engaged": "yes"})),
    ]
    changes = [LineChange(None, None, state) for state in states]
    change_lines(programme=programme, line_changes=changes, by=officer, at=NOON)
    text = as_csv(schedule_for(programme, Council(), usual_options(programme, Council()), as_at=NOON))
    assert counts(look(programme, text, officer)) == {"same": 6}


# What becomes of a row


def test_a_new_line_is_costed_from_its_annual_cost_and_start(programme: Programme, officer: User):
    put(programme, HEADINGS + MANAGER, officer)
    line = CostLine.objects.get()
    expected = {2016: (83_333, "calculated"), 2017: (200_000, "calculated"), None: (200_000, "calculated")}
    assert amounts(line) == expected
    assert (line.team.name, line.comment) == ("Adoption", "First")


def test_a_figure_that_is_what_the_rules_give_stays_calculated_and_another_is_stated_with_its_reason(
    programme: Programme, officer: User
):
    put(programme, HEADINGS + "1\t\tManager\t1\t200,000\t1 Nov 2016\t83,333\t199,999\t-\tNo\t\n", officer, reason="Ledger")
    line = CostLine.objects.get()
    assert amounts(line) == {2016: (83_333, "calculated"), 2017: (199_999, "stated"), None: (None, "stated")}
    stated = line.amounts.get(financial_year=2017)
    assert (stated.reason, stated.stated_by, stated.calculated) == ("Ledger", officer, 200_000)
    assert line.amounts.get(financial_year=None).absence == Absence.NO_EFFECT


def test_a_figure_in_thousands_agrees_with_one_in_pounds_to_the_thousand(programme: Programme, officer: User):
    put(programme, HEADINGS + MANAGER, officer)
    again = HEADINGS + "1\tAdoption\tManager\t1\t200\t1/11/2016\t83\t200\t200\tNo\tFirst\n"
    assert counts(look(programme, again, officer, unit=1000)) == {"same": 1}
    assert counts(look(programme, again, officer, unit=1)) == {"changed": 1}


def test_a_changed_line_says_what_before_and_after(programme: Programme, officer: User):
    put(programme, HEADINGS + MANAGER, officer)
    preview = look(programme, HEADINGS + MANAGER.replace("200,000", "120,000").replace("First", "Second"), officer)
    assert preview.outcomes[0].differences == [
        ("Annual cost", "200,000", "120,000"),
        ("2016/17", "83,333", "50,000"),
        ("2017/18", "200,000", "120,000"),
        ("Full year", "200,000", "120,000"),
        ("Comment", "First", "Second"),
    ]


def test_columns_that_are_not_pasted_leave_what_is_stored(programme: Programme, officer: User):
    put(programme, HEADINGS + MANAGER, officer)
    before = state_of(queries.lines_of(programme).get())
    put(programme, "Phase\tTeam\tPost\tComment\n1\tAdoption\tManager\tSecond\n", officer)
    after = state_of(queries.lines_of(programme).get())
    assert (after.comment, after.annual_cost, after.intakes) == ("Second", before.annual_cost, before.intakes)


def test_a_stated_figure_that_is_pasted_again_keeps_its_reason(programme: Programme, officer: User):
    row = "1\t\tManager\t1\t\t\t60,000\t90,000\t90,000\tNo\t\n"
    put(programme, HEADINGS + row, officer, reason="The paper of July")
    put(programme, HEADINGS + row.replace("60,000", "61,000"), officer, reason="The paper of September")
    reasons = dict(CostLine.objects.get().amounts.values_list("financial_year", "reason"))
    assert reasons == {2016: "The paper of September", 2017: "The paper of July", None: "The paper of July"}


def test_a_blank_cell_over_a_typed_figure_or_text_says_nothing(programme: Programme, officer: User):
    put(programme, HEADINGS + MANAGER.replace("2016\t\t", "2016\t80,000\t"), officer)
    blank = HEADINGS + "Phase 1\tAdoption\tManager\t\t\t\t\t\t\t\t\n"
    preview = look(programme, blank, officer)
    assert counts(preview) == {"same": 1}
    assert preview.outcomes[0].said == ["Blank cells change nothing: Annual cost and 2016/17 stay as typed"]


def test_a_line_is_found_by_its_establishment_number_before_its_title(programme: Programme, officer: User):
    put(programme, "Phase\tPost\tFTE\tEst. no.\n1\tManager\t1\tE100\n1\tClerk\t1\tE200\n", officer)
    preview = look(programme, "Phase\tPost\tFTE\tEst. no.\n1\tSenior manager\t1\tE100\n1\tClerk\t1\tE300\n", officer)
    assert counts(preview) == {"changed": 1, "new": 1}
    assert preview.outcomes[0].differences == [("Post or other cost", "Manager", "Senior manager")]


def test_titles_are_matched_whatever_their_case_marks_and_dashes_and_the_stored_spelling_stays(
    programme: Programme, officer: User
):
    put(programme, "Phase\tTeam\tPost\tFTE\n1\tChildren's Care\tManager - Adoption\t1\n", officer)
    preview = look(programme, "Phase\tTeam\tPost\tFTE\n1\tChildren’s care\tmanager – ADOPTION*\t1\n", officer)
    assert counts(preview) == {"same": 1}
    assert preview.outcomes[0].said == ["Spelt “Manager - Adoption” in the store, which stays"]


def test_titles_of_one_spelling_are_told_apart_by_their_letters(programme: Programme, officer: User):
    text = "Phase\tPost\tFTE\tEst. no.\n1\tManager\t1\tA1\n1\tMANAGER\t1\tA2\n"
    put(programme, text, officer)
    assert counts(look(programme, "Phase\tPost\tFTE\n1\tMANAGER\t2\n", officer)) == {"changed": 1}


def test_a_title_and_the_number_of_its_line_in_two_rows_are_an_error(programme: Programme, officer: User):
    put(programme, "Phase\tPost\tFTE\tEst. no.\n1\tManager\t1\tA1\n", officer)
    preview = look(programme, "Phase\tPost\tFTE\tEst. no.\n1\tHead\t1\tA1\n1\tManager\t2\t\n", officer)
    assert errors(preview) == {"title": "This is the same line as row 2: it can be listed only once."}


def test_a_row_that_means_two_stored_lines_is_an_error(programme: Programme, officer: User):
    put(programme, "Phase\tTeam\tPost\tFTE\n1\tA\tManager\t1\n1\tB\tManager\t1\n", officer)
    preview = look(programme, "Phase\tPost\tFTE\n1\tManager\t1\n", officer)
    assert errors(preview) == {"title": "2 stored lines have this phase and title: give the team too."}


def test_a_moved_line_goes_to_its_new_phase(programme: Programme, officer: User):
    make_phase(programme, 2)
    put(programme, "Phase\tPost\tFTE\tEst. no.\n1\tManager\t1\tE100\n", officer)
    preview = look(programme, "Phase\tPost\tFTE\tEst. no.\n2\tManager\t1\tE100\n", officer)
    assert preview.outcomes[0].differences == [("Phase", "Phase 1", "Phase 2")]
    paste.apply(preview, by=officer, at=NOON)
    assert CostLine.objects.get().phase.number == 2


def test_several_intakes_survive_a_paste_that_says_nothing_of_them(programme: Programme, officer: User):
    put(programme, "Phase\tPost\tFTE\tAnnual cost\n1\tWorkers\t3\t123,000\n", officer)
    line = queries.lines_of(programme).get()
    intakes = ((Decimal(1), date(2017, 1, 1), None), (Decimal(2), date(2017, 3, 1), None))
    change = LineChange(line.pk, line.version, replace(state_of(line), intakes=intakes))
    change_lines(programme=programme, line_changes=[change], by=officer, at=NOON)
    put(programme, "Phase\tPost\tFTE\tFrom\tComment\n1\tWorkers\t3\t\tthree\n", officer)
    assert state_of(queries.lines_of(programme).get()).intakes == intakes
    preview = look(programme, "Phase\tPost\tFTE\tFrom\n1\tWorkers\t3\t1/1/2017\n", officer)
    assert errors(preview) == {"start": "This line has several intakes: change its dates on its own page."}


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("1\t\tManager\t10,000,0\t\t\t\t\t\t\t", "fte"),
        ("1\t\tManager\tone\t\t\t\t\t\t\t", "fte"),
        ("1\t\tManager\t0.004\t\t\t\t\t\t\t", "fte"),
        ("1\t\tManager\t1\t£1.5k\t29 Feb 2017\t\t\t\t\t", "start"),
        ("1\t\tManager\t6\t\t31/04\t\t\t\t\t", "start"),
        ("1\t\tManager\t6\t\t1/11/116\t\t\t\t\t", "start"),
        ("1\t\tManager\t6\t\t\t\t\t\t7 of 6\t", "recruited"),
        ("1\t\tManager\t6\t\t\t(500)\t\t\t\t", "y2016"),
        ("1\t\tManager\t6\t1e9\t\t\t\t\t\t", "annual_cost"),
        ("1\t\t\t6\t1\t\t\t\t\t\t", "title"),
        ("1\t\tMan\u202eager\t6\t\t\t\t\t\t\t", "title"),
        ("1\tA\x00B\tManager\t6\t\t\t\t\t\t\t", "team"),
        ("1\t\tManager\t6\t\t\t\t\t\t\t" + "x" * 501, "comment"),
        ("9\t\tManager\t6\t\t\t\t\t\t\t", "phase"),
    ],
)
def test_a_wrong_cell_is_refused_at_its_place_and_nothing_is_stored(programme: Programme, officer: User, row: str, wrong: str):
    preview = look(programme, HEADINGS + MANAGER + row + "\n", officer)
    assert wrong in errors(preview)
    assert counts(preview) == {"new": 1, "refused": 1}
    assert preview.refused
    with pytest.raises(ValueError, match="A block with errors is not applied"):
        paste.apply(preview, by=officer, at=NOON)


def test_kind_must_fit_the_fte(programme: Programme, officer: User):
    text = "Phase\tPost\tKind\tFTE\n1\tA\tpost\t\n1\tB\tother\t1\n1\tC\tOther cost\t\n1\tD\temployee\t1\n"
    preview = look(programme, text, officer)
    assert [list(outcome.errors) for outcome in preview.outcomes] == [["fte"], ["fte"], [], ["kind"]]


def test_a_line_that_ends_takes_no_full_year(programme: Programme, officer: User):
    text = "Phase\tPost\tFTE\tFrom\tTo\tFull year\n1\tManager\t1\tAug 2016\tJan 2018\t48,000\n"
    assert list(errors(look(programme, text, officer))) == ["full_year"]
    put(programme, text.replace("48,000", "-"), officer)
    assert CostLine.objects.get().duration == "fixed_term"


# All or nothing, and others at work


def test_a_paste_is_undone_as_one_change(programme: Programme, officer: User):
    put(programme, HEADINGS + MANAGER, officer)
    entry = put(programme, HEADINGS + MANAGER.replace("First", "Second") + MANAGER.replace("Manager", "Clerk"), officer)
    assert entry.action == "lines_pasted"
    undo(programme=programme, entry=entry, by=officer, at=NOON)
    assert [(line.title, line.comment) for line in queries.lines_of(programme)] == [("Manager", "First")]


def test_a_paste_over_what_somebody_else_wrote_since_is_stale_and_writes_nothing(programme: Programme, officer: User):
    preview = look(programme, HEADINGS + MANAGER, officer)
    put(programme, HEADINGS + MANAGER, officer)
    with pytest.raises(StaleLines):
        paste.apply(preview, by=officer, at=NOON)
    assert CostLine.objects.count() == 1


def test_lines_read_in_one_query_are_those_that_are_read_in_three():
    demonstration.load(at=AFTERWARDS)
    programme = Programme.objects.get(slug="ofsted-2016")
    with CaptureQueriesContext(connection) as queried:
        at_once = queries.lines_at_once(programme)
        states = [(pk, line.version, state_of(line)) for pk, line in at_once.items()]
    assert len(queried) == 1
    assert states == [(line.pk, line.version, state_of(line)) for line in queries.lines_of(programme)]
    fields = ("pk", "financial_year", "amount", "absence", "origin", "calculated", "reason", "stated_by_id", "stated_at")
    for line in queries.lines_of(programme):
        for one, other in zip(at_once[line.pk].amounts.all(), line.amounts.all(), strict=True):
            assert [getattr(one, name) for name in fields] == [getattr(other, name) for name in fields]


def test_applying_a_hundred_changed_rows_to_a_large_programme_takes_at_most_twelve_queries(programme: Programme, officer: User):
    make_phase(programme, 2)
    teams = [f"Team {number}" for number in range(8)]

    def row(number: int, fte: int, cost: int, start: str, stated: int) -> str:
        figures = f"{fte}\t{cost}\t{start}\t{stated}\t\t\tNo\tComment {cost}"
        return f"{1 + number % 2}\t{teams[number % 8]}\tPost {number}\t{figures}\n"

    put(programme, HEADINGS + "".join(row(n, 1, 30_000 + n, "1/8/2016", 10_000) for n in range(1600)), officer)
    changed = HEADINGS + "".join(row(n, 2, 60_000 + n, "1/9/2016", 11_000) for n in range(100))
    fresh = Programme.objects.get(pk=programme.pk)
    with CaptureQueriesContext(connection) as queried:
        preview = paste.look(fresh, Choices(changed, reason="As pasted"), by=officer, at=NOON)
        paste.apply(preview, by=officer, at=NOON)
    assert counts(preview) == {"changed": 100}
    asked = [query["sql"][:120] for query in queried if not re.match("SAVEPOINT|RELEASE", query["sql"])]
    assert len(asked) <= 12, "\n".join(asked)
    line = queries.lines_of(programme).get(title="Post 7")
    assert (line.version, line.fte, line.intakes.get().start) == (2, 2, date(2016, 9, 1))
    assert amounts(line)[2016] == (11_000, "stated")
    assert LineRevision.objects.filter(line_id=line.pk).count() == 2
