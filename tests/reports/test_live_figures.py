"""Figures named in a text: written, filled in, compared with the table, brought up to date."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reports.draft.rules.known import Fact, Known, Rank, known_figures
from reports.figures.rules import Figures, PieceState, brought_up_to_date, filled, pieces_of, plain, references_in, why_not
from tests.reports.schedules import published, record, schedule

TEXT = "Phase One costs {Phase One, 2016/17: £731k} in 2016/17, of {the total, 2016/17: £1,090k} in all."


@pytest.fixture(scope="module")
def figures() -> Figures:
    """Of the published table."""
    return Figures(known_figures(schedule(published())))


@pytest.fixture(scope="module")
def dearer() -> Figures:
    """The same, but that the Director ECHS costs £90,000 in 2016/17 instead of £83,000."""
    first, *rest = published()
    return Figures(known_figures(schedule([first._replace(years=((90_000, True), first.years[1])), *rest])))


def standings(text: str, figures: Figures) -> list[tuple[str, str]]:
    return [(each.text, each.standing.value) for each in pieces_of(text, figures) if each.standing is not PieceState.WORDS]


def test_of_a_figure_named_only_its_value_is_printed():
    assert plain(TEXT) == "Phase One costs £731k in 2016/17, of £1,090k in all."


def test_a_text_keeps_the_name_and_the_value():
    assert [(each.name, each.value) for each in references_in(TEXT)] == [
        ("Phase One, 2016/17", "£731k"),
        ("the total, 2016/17", "£1,090k"),
    ]


def test_a_name_typed_alone_gets_its_value(figures: Figures):
    assert filled("It costs {phase 1,  full-year}.", figures) == "It costs {Phase One, full year: £1,123k}."


def test_a_value_that_is_typed_stays_as_it_is_written(figures: Figures):
    assert filled("About {the total, full year: £2.3m}.", figures) == "About {the total, full year: £2.3m}."


@pytest.mark.parametrize("value", ["£2,266k", "£2,266,000", "£2.27m", "£2.3m"])
def test_a_rounded_value_agrees_as_long_as_the_figure_rounds_to_it(value: str, figures: Figures):
    assert standings(f"{{the total, full year: {value}}}", figures) == [(value, "agrees")]


@pytest.mark.parametrize("value", ["£2,267k", "£2.2m", "2,266", "£2,266k or so", "", "£2,266k £2,266k"])
def test_any_other_value_does_not_agree(value: str, figures: Figures):
    assert [each.standing for each in pieces_of(f"It is {{the total, full year: {value}}}.", figures)][1:2] != [PieceState.AGREES]


def test_fte_and_lines_and_nil_have_names_too(figures: Figures):
    for name, shown in (
        ("the FTE of Phase One", "20"),
        ("the total FTE", "34"),
        ("Strategic and business support (Phase One), 2017/18", "£48k"),
        ("Children's Social Care (Phase One), full year", "£290k"),
    ):
        found = figures.named(name)
        assert found is not None
        assert found.shown == shown
    nil = Figures(known_figures(schedule([record(years=((0, True), (5000, True)))])))
    found = nil.named("Phase One, 2016/17")
    assert found is not None
    assert found.shown == "£0"


def test_a_name_that_two_lines_bear_says_nothing():
    twice = Figures(known_figures(schedule([record("Auditor"), record("Auditor", full_year=1000)])))
    assert twice.named("Auditor (Phase One), full year") is None
    assert twice.named("Auditor (Phase One), 2016/17") is not None


def test_a_changed_figure_is_shown_with_both_values(dearer: Figures):
    first, second = (piece for piece in pieces_of(TEXT, dearer) if piece.standing is not PieceState.WORDS)
    assert (first.text, first.standing, first.note) == (
        "£731k",
        PieceState.CHANGED,
        "Phase One, 2016/17: £738k now, £731k in the text.",
    )
    assert second.note == "The total, 2016/17: £1,097k now, £1,090k in the text."


def test_bringing_up_to_date_changes_what_no_longer_agrees_and_nothing_else(dearer: Figures):
    text = f"{TEXT} {{Phase Two, full year: £0.35m}} £12k {{nobody: £1}}"
    assert brought_up_to_date(text, dearer) == text.replace("£731k", "£738k").replace("£1,090k", "£1,097k")


def test_a_figure_that_is_gone_is_said_to_be(figures: Figures):
    assert standings("{Phase Nine, 2016/17: £4k}", figures) == [("£4k", "gone")]


def test_a_right_figure_beside_the_wrong_words_is_wrong(figures: Figures):
    (piece,) = (each for each in pieces_of("It costs {Phase One, full year: £1,123k} in 2016/17.", figures) if each.note)
    assert piece.standing is PieceState.WRONG
    assert "The words say 2016/17" in piece.note


def test_a_figure_typed_by_hand_is_matched_with_the_table(figures: Figures):
    text = "Phase One costs £731k in 2016/17, £1,123k in 2017/18 and £740k in 2016/17."
    assert standings(text, figures) == [("£731k", "matched"), ("£1,123k", "wrong"), ("£740k", "not_found")]


def errors_in(text: str, figures: Figures) -> list[str]:
    return [piece.text for piece in pieces_of(text, figures) if piece.is_error]


def test_a_figure_that_is_nowhere_is_an_error_where_the_words_claim_that_it_is_in_the_table(figures: Figures):
    assert errors_in("Phase One costs £740k in 2016/17.", figures) == ["£740k"]
    assert errors_in("The overspend of the year before was £740k.", figures) == []


def test_a_reference_that_changed_or_is_gone_is_an_error(figures: Figures, dearer: Figures):
    assert errors_in(TEXT, dearer) == ["£731k", "£1,090k"]
    assert errors_in("{nobody, 2016/17: £4k}", figures) == ["£4k"]
    assert errors_in(TEXT, figures) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{Phase On, 2016/17}", "“Phase On” is not"),
        ("{Phase Onee, 2016/17}", "Did you mean {Phase One, 2016/17: £731k}?"),
        ("{Phase One, 2016/17: £700k}", "Phase One, 2016/17, is £731k in the table, not £700k."),
        ("{qwertyuiop}", "The figures that can be named are listed below."),
        ("{Phase One, 2016/17", "A brace has no partner"),
        ("Phase One}", "A brace has no partner"),
        ("{}", "“” is not the name of a figure."),
    ],
)
def test_what_cannot_be_accepted_is_said_in_sentences(text: str, said: str, figures: Figures):
    assert any(said.replace("“Phase On”", "“Phase On, 2016/17”") in sentence for sentence in why_not(text, figures))


def test_what_can_be_accepted_is_not_objected_to(figures: Figures):
    assert list(why_not(TEXT + " {the total FTE}", figures)) == []


def test_a_title_with_a_brace_or_a_colon_cannot_be_named():
    odd = Figures(known_figures(schedule([record("A {post}"), record("Post: one")])))
    assert not [figure for figure in odd.all if "post" in figure.name.lower()]


def test_hostile_text_stays_text(figures: Figures):
    text = "<script>{{Phase One}} {%x%} {the total, full year: <b>}"
    assert "".join(piece.text for piece in pieces_of(text, figures)) == plain(text)


def test_nothing_here_reckons_again(figures: Figures):
    """Every amount that can be named is one of the schedule, of its sums of phases, or nil."""
    known: Known = figures.known
    amounts = {fact.pounds for fact in known.facts} | {Decimal(0)}
    assert {figure.amount for figure in figures.all if figure.is_money} <= amounts
    assert replace(figures, known=known).all == figures.all


def test_a_line_is_one_whatever_its_title_begins_with():
    """Once the words of a name said what it is of: a post that is called Phase or "the recruited" passed for a total."""
    made = Figures(known_figures(schedule([record("Phase Two lead"), record("total budget holder", line_id=2)])))
    for name in ("the FTE of Phase Two lead", "the FTE of total budget holder"):
        found = made.named(name)
        assert found is not None
        assert found.is_line
    total = made.named("the total FTE")
    assert total is not None
    assert not total.is_line


def test_what_is_met_from_elsewhere_can_be_named_though_it_is_called_a_note():
    further = [Fact(Decimal(69_000), "a note taker, met from elsewhere", "", Rank.NOTE)]
    made = Figures(known_figures(schedule([record()], notes=("£5,000 is left out.",)), further=further))
    assert made.named("a note taker, met from elsewhere") is not None
    assert made.named("a note under the table, not in any total") is None
