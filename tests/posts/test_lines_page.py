"""The table of inputs as a form, without JavaScript: typed, saved, refused, in conflict."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from improvement_budget import demonstration
from phases.models import Phase, Programme
from posts.models import CostLine
from tests.answers import shown
from tests.making import make_officer, make_phase, make_programme
from tests.posts.entry_table import add, cells, posted, theirs_too

pytestmark = pytest.mark.django_db

QUERIES_OF_A_SAVE = 32


@pytest.fixture
def phase() -> Phase:
    return make_phase(make_programme(slug="plan"), name="Phase One")


@pytest.fixture
def officer(client: Client, phase: Phase) -> Client:
    client.force_login(make_officer())
    return client


def amounts(line: CostLine) -> list[Any]:
    return list(line.amounts.order_by("financial_year").values_list("amount", flat=True))


def test_a_post_typed_into_the_blank_row_is_costed_and_saved(officer: Client, phase: Phase) -> None:
    response = add(officer, phase, team="Care and Resources", comment="From August")
    line = CostLine.objects.get()
    assert amounts(line) == [60_000, 90_000, 90_000]
    assert (line.kind, line.team.name, line.comment) == ("post", "Care and Resources", "From August")  # type: ignore[union-attr]
    assert "Saved " in response.content.decode()


def test_without_fte_it_is_an_other_cost(officer: Client, phase: Phase) -> None:
    add(officer, phase, title="Quality audits", fte="", annual_cost="150k", start="Jan 2017")
    line = CostLine.objects.get()
    assert (line.kind, line.fte, line.recruited) == ("other", None, "n/a")
    assert amounts(line) == [37_500, 150_000, 150_000]


def test_a_form_sent_back_untouched_changes_nothing(officer: Client, phase: Phase) -> None:
    add(officer, phase)
    officer.post("/programmes/plan/lines/", posted(officer))
    assert CostLine.objects.get().version == 1


def test_a_last_day_makes_a_fixed_term_without_full_year_effect(officer: Client, phase: Phase) -> None:
    add(officer, phase, annual_cost="48,000", end="Jan 2018")
    line = CostLine.objects.get()
    assert line.duration == "fixed_term"
    assert amounts(line) == [32_000, 40_000, None]


def test_a_first_day_typed_for_a_term_in_months_gives_its_last_day(officer: Client, phase: Phase) -> None:
    add(officer, phase, annual_cost="48,000", start="")
    line = CostLine.objects.get()
    CostLine.objects.filter(pk=line.pk).update(duration="fixed_term", term_months=18)
    line.amounts.filter(financial_year=None).update(amount=None, absence="no_effect")
    officer.post("/programmes/plan/lines/", posted(officer) | {f"l{line.pk}-start": "1 Aug 2016"})
    assert str(line.intakes.get().end) == "2018-01-31"
    assert amounts(line) == [32_000, 40_000, None]


def test_a_figure_typed_over_is_stated_with_its_reason_and_cleared_is_calculated_again(officer: Client, phase: Phase) -> None:
    add(officer, phase)
    line = CostLine.objects.get()
    prefix = f"l{line.pk}"
    officer.post("/programmes/plan/lines/", posted(officer) | {f"{prefix}-y2016": "61,500", f"{prefix}-reason": "As agreed"})
    stated = line.amounts.get(financial_year=2016)
    assert (stated.amount, stated.origin, stated.calculated, stated.reason) == (61_500, "stated", 60_000, "As agreed")
    assert line.amounts.get(financial_year=2017).origin == "calculated"
    officer.post("/programmes/plan/lines/", posted(officer) | {f"{prefix}-y2016": "", f"{prefix}-reason": ""})
    assert line.amounts.get(financial_year=2016).origin == "calculated"


def test_a_stated_figure_without_a_reason_is_refused_at_its_place(officer: Client, phase: Phase) -> None:
    response = add(officer, phase, y2016="61,500")
    assert response.status_code == 422
    assert "Give a reason for 2016/17" in response.content.decode()
    assert not CostLine.objects.exists()


def test_a_changed_cost_moves_calculated_figures_though_the_form_still_holds_the_old_ones(officer: Client, phase: Phase) -> None:
    add(officer, phase)
    line = CostLine.objects.get()
    officer.post("/programmes/plan/lines/", posted(officer) | {f"l{line.pk}-annual_cost": "120,000"})
    assert amounts(line) == [80_000, 120_000, 120_000]


@pytest.mark.parametrize(
    ("cell", "typed", "said"),
    [
        ("annual_cost", "-1", "0 or more"),
        ("annual_cost", "1e9", "in full"),
        ("annual_cost", "NaN", "Write an amount"),
        ("annual_cost", "(500)", "0 or more"),
        ("annual_cost", "\u2212500", "0 or more"),
        ("annual_cost", "1000000000000000000", "must not be above"),
        ("annual_cost", "£1.5555k", "whole number of pounds"),
        ("start", "29 Feb 2017", "2017"),
        ("start", "31/04/2016", "April"),
        ("start", "31/04", "April"),
        ("start", "1/8/16", "four digits"),
        ("end", "1 July 2016", "before the first"),
        ("fte", "0", "more than 0"),
        ("fte", "-0", "more than 0"),
        ("fte", "0.005", "two decimal places"),
        ("recruited", "7", "more than the 1 FTE"),
        ("title", "", "Enter the name"),
        ("title", "x" * 1_000_000, "Shorten this to 200"),
        ("title", "a\x00b", "hidden character"),
        ("title", "a\u202eb", "hidden character"),
        ("comment", "x" * 501, "Shorten this to 500"),
    ],
)
def test_a_wrong_cell_gets_its_message_and_keeps_what_was_typed(
    officer: Client, phase: Phase, cell: str, typed: str, said: str
) -> None:
    response = add(officer, phase, **{cell: typed})
    assert response.status_code == 422
    row = response.context["page"].phases[0].blank
    assert said in row.errors[cell]
    assert row.cells[cell] == typed
    assert row.cells["team"] == ""
    page = response.content.decode()
    assert f'href="#new{phase.pk}-{cell}"' in page
    assert f'id="new{phase.pk}-{cell}-error"' in page
    assert not CostLine.objects.exists()


@pytest.mark.parametrize("typed", ["£1.5k", "1,500", "1500", " 1500 ", "£1,500"])
def test_amounts_are_read_as_people_write_them(officer: Client, phase: Phase, typed: str) -> None:
    add(officer, phase, annual_cost=typed)
    assert CostLine.objects.get().annual_cost == 1_500


def test_a_credit_is_an_other_cost(officer: Client, phase: Phase) -> None:
    add(officer, phase, title="Contribution of partners", fte="", annual_cost="(50,000)", start="1 Apr 2016")
    assert amounts(CostLine.objects.get()) == [-50_000, -50_000, -50_000]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ settings.SECRET_KEY }}", "=1+1", "{% now %}", "@SUM(A1)"])
def test_hostile_text_is_kept_and_shown_as_text(officer: Client, phase: Phase, text: str) -> None:
    add(officer, phase, title=text)
    assert CostLine.objects.get().title == text
    page = officer.get("/programmes/plan/lines/").content.decode()
    assert "<script>alert" not in page
    assert officer.get("/programmes/plan/expenditure/").status_code == 200


def test_two_officers_on_one_row_the_second_sees_yours_theirs_and_the_original(officer: Client, phase: Phase) -> None:
    add(officer, phase)
    line = CostLine.objects.get()
    prefix = f"l{line.pk}"
    opened = posted(officer)
    theirs = Client()
    theirs.force_login(make_officer())
    theirs.post("/programmes/plan/lines/", opened | {f"{prefix}-annual_cost": "96,000"})
    response = officer.post("/programmes/plan/lines/", opened | {f"{prefix}-annual_cost": "99,000"})
    assert response.status_code == 409
    row = response.context["page"].phases[0].rows[0]
    assert ("Annual cost", "90,000", "96,000", "99,000") in row.conflict.rows
    assert row.cells["annual_cost"] == "99,000"
    line.refresh_from_db()
    assert line.annual_cost == 96_000
    assert 'role="alert"' in response.content.decode()


def test_two_officers_in_different_cells_of_one_row_are_both_saved(officer: Client, phase: Phase) -> None:
    add(officer, phase)
    line = CostLine.objects.get()
    opened = posted(officer)
    theirs_too(opened, **{f"l{line.pk}-annual_cost": "120,000"})
    assert officer.post("/programmes/plan/lines/", opened | {f"l{line.pk}-comment": "Mine"}).status_code == 302
    line.refresh_from_db()
    assert (line.annual_cost, line.comment, line.version) == (120_000, "Mine", 3)
    assert amounts(line) == [80_000, 120_000, 120_000], "the old figures of the form are nobody's"


def test_a_conflict_shows_the_one_cell_both_changed_and_can_be_saved(officer: Client, phase: Phase) -> None:
    add(officer, phase)
    line = CostLine.objects.get()
    opened = posted(officer)
    theirs_too(opened, **{f"l{line.pk}-annual_cost": "120,000", f"l{line.pk}-comment": "Theirs"})
    response = officer.post("/programmes/plan/lines/", opened | {f"l{line.pk}-annual_cost": "60,000", f"l{line.pk}-team": "New"})
    assert response.status_code == 409
    row = response.context["page"].phases[0].rows[0]
    assert row.conflict.rows == (("Annual cost", "90,000", "120,000", "60,000"),)
    again = {f"{row.prefix}-{name}": text for name, text in row.cells.items() if text} | {
        f"{row.prefix}-version": str(row.version),
        f"{row.prefix}-phase": str(phase.pk),
    }
    assert officer.post("/programmes/plan/lines/", again).status_code == 302
    line.refresh_from_db()
    assert (line.annual_cost, line.comment, str(line.team)) == (60_000, "Theirs", "New")
    assert amounts(line) == [40_000, 60_000, 60_000]


def test_a_line_is_inserted_above_another_in_its_team(officer: Client, phase: Phase) -> None:
    add(officer, phase, title="A", team="Court")
    add(officer, phase, title="B", team="Court")
    below = CostLine.objects.get(title="B")
    for number, title in enumerate(("First", "Second")):
        begun = officer.post("/programmes/plan/lines/", {"do": f"insert:{below.pk}"})
        assert begun.headers["Location"].endswith(f"?above={below.pk}#new{phase.pk}x1-title")
        page = officer.get(begun.headers["Location"]).content.decode()
        assert f'name="new{phase.pk}x1-before" value="{below.pk}"' in page
        untouched = {f"new{phase.pk}x1-before": str(below.pk), f"new{phase.pk}x1-team": "Court", f"new{phase.pk}x1-title": ""}
        officer.post("/programmes/plan/lines/", untouched)
        assert CostLine.objects.count() == 2 + number
        officer.post("/programmes/plan/lines/", untouched | {f"new{phase.pk}x1-title": title, f"new{phase.pk}x1-fte": "1"})
    shown = [row.cells["title"] for row in officer.get("/programmes/plan/lines/").context["page"].rows]
    assert shown == ["A", "First", "Second", "B", ""]


def test_after_a_conflict_saving_again_is_a_choice_made_on_theirs(officer: Client, phase: Phase) -> None:
    add(officer, phase)
    line = CostLine.objects.get()
    prefix = f"l{line.pk}"
    opened = posted(officer)
    theirs = Client()
    theirs.force_login(make_officer())
    theirs.post("/programmes/plan/lines/", opened | {f"{prefix}-comment": "Theirs"})
    response = officer.post("/programmes/plan/lines/", opened | {f"{prefix}-comment": "Mine"})
    again = opened | {f"{prefix}-comment": "Mine", f"{prefix}-version": str(response.context["page"].phases[0].rows[0].version)}
    assert officer.post("/programmes/plan/lines/", again).status_code == 302
    line.refresh_from_db()
    assert (line.comment, line.version) == ("Mine", 3)


def test_a_row_typed_into_while_somebody_removed_it_is_not_lost(officer: Client, phase: Phase) -> None:
    add(officer, phase)
    line = CostLine.objects.get()
    opened = posted(officer)
    officer.post("/programmes/plan/lines/", opened | {"do": f"remove:{line.pk}"})
    response = officer.post("/programmes/plan/lines/", opened | {f"l{line.pk}-comment": "Typed meanwhile"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "removed this line" in page
    assert "Typed meanwhile" in page


@pytest.mark.parametrize(("verb", "titles"), [("duplicate", ["A", "A (copy)", "B"]), ("down", ["B", "A"]), ("remove", ["B"])])
def test_lines_are_duplicated_moved_and_removed_by_button(officer: Client, phase: Phase, verb: str, titles: list[str]) -> None:
    add(officer, phase, title="A")
    add(officer, phase, title="B")
    first = CostLine.objects.get(title="A")
    officer.post("/programmes/plan/lines/", posted(officer) | {"do": f"{verb}:{first.pk}"})
    assert [line.title for line in CostLine.objects.order_by("position", "id")] == titles


def test_what_was_typed_is_saved_before_a_button_acts(officer: Client, phase: Phase) -> None:
    add(officer, phase, title="A")
    line = CostLine.objects.get()
    officer.post("/programmes/plan/lines/", posted(officer) | {f"l{line.pk}-title": "Renamed", "do": f"duplicate:{line.pk}"})
    assert sorted(CostLine.objects.values_list("title", flat=True)) == ["Renamed", "Renamed (copy)"]


def test_figures_and_totals_while_typing_come_from_the_server_and_write_nothing(officer: Client, phase: Phase) -> None:
    answer = officer.post("/programmes/plan/lines/preview/", cells(phase, annual_cost="123,000", fte="3")).json()
    assert answer["figures"][f"new{phase.pk}"] == {"y2016": "82,000", "y2017": "123,000", "full_year": "123,000"}
    assert answer["totals"]["all"] == {"fte": "3", "y2016": "82,000", "y2017": "123,000", "full_year": "123,000"}
    assert not CostLine.objects.exists()


def test_a_row_saved_by_itself_says_when(officer: Client, phase: Phase) -> None:
    response = officer.post("/programmes/plan/lines/", cells(phase), headers={"accept": "application/json"})
    answer = response.json()
    assert answer["said"].startswith("Saved ")
    html = answer["rows"][f"new{phase.pk}"]
    assert f'data-row="l{CostLine.objects.get().pk}"' in html
    assert f'data-row="new{phase.pk}"' in html  # a new blank row follows
    assert answer["totals"]["all"]["y2016"] == "60,000"


def test_a_refused_row_saved_by_itself_comes_back_with_its_message(officer: Client, phase: Phase) -> None:
    response = officer.post("/programmes/plan/lines/", cells(phase, fte="0"), headers={"accept": "application/json"})
    assert response.status_code == 422
    assert "more than 0" in response.json()["rows"][f"new{phase.pk}"]


def test_a_large_programme_is_shown_in_parts_with_totals_of_the_whole(officer: Client, phase: Phase) -> None:
    CostLine.objects.bulk_create(
        CostLine(programme=phase.programme, phase=phase, kind="post", title=f"Post {n}", fte=1, recruited_fte=0, position=n)
        for n in range(230)
    )
    page = officer.get("/programmes/plan/lines/?phase=1&page=3").context["page"]
    assert [len(entry.rows) for entry in page.phases] == [30]
    assert page.totals["fte"] == "230"
    assert [part["label"] for part in page.parts] == ["Phase One, 1 to 100", "Phase One, 101 to 200", "Phase One, 201 to 230"]


def test_the_page_takes_a_constant_number_of_queries(client: Client, django_assert_num_queries: Any) -> None:
    demonstration.load(at=timezone.now())
    client.force_login(make_officer())
    with django_assert_num_queries(17):
        shown(client.get("/programmes/ofsted-2016/lines/"))
    programme = Programme.objects.get(slug="ofsted-2016")
    for line in list(CostLine.objects.filter(programme=programme)):
        line.pk = None
        line.save(force_insert=True)
    with django_assert_num_queries(15):  # what the totals add up is kept until somebody writes to the programme
        shown(client.get("/programmes/ofsted-2016/lines/"))


def test_a_cell_is_saved_in_a_constant_number_of_queries(client: Client, django_assert_num_queries: Any) -> None:
    demonstration.load(at=timezone.now())
    client.force_login(make_officer())
    programme = Programme.objects.get(slug="ofsted-2016")
    address = "/programmes/ofsted-2016/lines/"

    def save(line: CostLine, text: str) -> int:
        row = next(row for row in client.get(address).context["page"].rows if row.line_id == line.pk)
        data = {f"{row.prefix}-{name}": cell for name, cell in {**row.cells, "comment": text}.items() if cell}
        data |= {f"{row.prefix}-version": str(row.version), f"{row.prefix}-phase": str(line.phase_id)}
        with CaptureQueriesContext(connection) as queries:
            assert client.post(address, data, headers={"accept": "application/json"}).status_code == 200
        return len(queries)

    line = CostLine.objects.filter(programme=programme)[0]
    save(line, "The first of the visit")
    once = save(line, "Few lines")
    for other in list(CostLine.objects.filter(programme=programme)):
        other.pk = None
        other.save(force_insert=True)
    assert save(line, "Twice as many") == once == QUERIES_OF_A_SAVE


def test_a_block_is_saved_in_a_constant_number_of_queries(officer: Client, phase: Phase) -> None:
    """Rows of several phases, as a paste of a block makes them: each is put after the last of its phase, and after each other."""
    second = make_phase(phase.programme, name="Phase Two", number=2)

    def pasted(rows: int) -> int:
        data = {}
        for at in range(rows):
            for of in (phase, second):
                row = f"new{of.pk}x{at + 1}"
                data |= {f"{row}-title": f"Post {at}", f"{row}-fte": "1", f"{row}-team": "", f"{row}-annual_cost": "40000"}
        with CaptureQueriesContext(connection) as queries:
            assert officer.post("/programmes/plan/lines/", data, headers={"accept": "application/json"}).status_code == 200
        return len(queries)

    pasted(1)
    assert pasted(2) == pasted(40)
    for of in (phase, second):
        positions = list(CostLine.objects.filter(phase=of).order_by("pk").values_list("position", flat=True))
        assert positions == sorted(set(positions)), "in their order, each at its own place"


def test_a_row_is_saved_though_its_line_has_moved_out_of_the_part_that_is_shown(officer: Client, phase: Phase) -> None:
    """Somebody adds lines before the last one of a part, which so becomes the first of the next, while a person types into it."""
    CostLine.objects.bulk_create(
        CostLine(programme=phase.programme, phase=phase, kind="post", title=f"Post {n}", fte=1, recruited_fte=0, position=n + 1)
        for n in range(230)
    )
    address = "/programmes/plan/lines/?phase=1&page=1"
    row = officer.get(address).context["page"].phases[0].rows[-1]
    CostLine.objects.create(
        programme=phase.programme, phase=phase, kind="post", title="First", fte=1, recruited_fte=0, position=0
    )
    data = {f"{row.prefix}-{name}": text for name, text in row.cells.items() if text} | {f"{row.prefix}-comment": "Mine"}
    data |= {f"{row.prefix}-version": str(row.version), f"{row.prefix}-phase": str(phase.pk)}
    answer = officer.post(address, data, headers={"accept": "application/json"}).json()
    assert row.prefix in answer["rows"]
    assert CostLine.objects.get(pk=row.line_id).comment == "Mine"


@pytest.mark.parametrize(("cost", "is_asked"), [("90,000", True), ("(90,000)", False), ("", False)])
def test_fewer_posts_at_a_cost_are_saved_as_typed_and_asked_about_at_their_place(
    officer: Client, phase: Phase, cost: str, is_asked: bool
) -> None:
    response = officer.post(
        "/programmes/plan/lines/", cells(phase, fte="-1", annual_cost=cost), headers={"accept": "application/json"}
    )
    line = CostLine.objects.get()
    answer = response.json()
    html = answer["rows"][f"new{phase.pk}"]
    assert line.fte == -1
    assert ("Fewer posts, at a cost?" in html) == is_asked
    assert ("Fewer posts, at a cost?" in answer["said"]) == is_asked
    assert (f'aria-describedby="l{line.pk}-fte-question"' in html) == is_asked
    assert ("Fewer posts, at a cost?" in officer.get(f"/programmes/plan/lines/{line.pk}/").content.decode()) == is_asked
