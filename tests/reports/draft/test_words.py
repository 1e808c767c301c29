"""Dates, numbers, references, placeholders, abbreviations, agreement and consultation: each right once and wrong once."""

import pytest

from reports.draft.rules.abbreviations import abbreviation_findings
from reports.draft.rules.delegation import delegation_findings
from reports.draft.rules.findings import Finding
from reports.draft.rules.numbering import number_findings
from reports.draft.rules.placeholders import placeholder_findings
from reports.draft.rules.references import reference_findings
from reports.draft.rules.report import date_findings
from reports.draft.rules.text import from_text


def words(found: object) -> list[str]:
    return [each.quoted[1] for each in found]  # type: ignore[attr-defined]


def texts(found: object) -> list[str]:
    return [each.text for each in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        "Date: Wednesday 14 September 2016",
        "Monday 26th September 2016",
        "Wed. 14/09/2016",
        "20th July 2016",
        "Monday 26th September",
    ],
)
def test_a_date_whose_weekday_fits_or_is_not_said_is_right(text: str):
    assert list(date_findings(from_text(text))) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("on Tuesday 14 September 2016", "14 September 2016 is a Wednesday, not a Tuesday."),
        ("on Fri 26th of September, 2016", "26 September 2016 is a Monday, not a Friday."),
        ("by 31 September 2016", "There is no such day. September has 30 days."),
    ],
)
def test_a_wrong_weekday_or_day_is_found(text: str, message: str):
    (found,) = date_findings(from_text(text))
    assert (found.rule, found.severity, found.text) == ("PC22", "E", message)
    assert found.quoted[1] in text


def numbered(*numbers: str) -> list[Finding]:
    return list(number_findings(from_text("\n".join(f"{number}\tOn it" for number in numbers))))


@pytest.mark.parametrize(
    "numbers",
    [
        ("6.1", "6.2", "6.3"),
        ("3.4", "3.4.1", "3.4.2", "3.5", "3.5.1", "3.6"),
        ("3.4.1", "3.5.1"),
        ("6.1", "6.2", "8.1", "8.2"),
        ("6.9", "6.10", "6.11"),
    ],
)
def test_numbers_in_order_are_right(numbers: tuple[str, ...]):
    assert numbered(*numbers) == []


def test_lettered_parts_of_a_number_are_paragraphs_of_their_own():
    parts = "2.1 (h) A sum is released.\n2.1 (i) It is used by the Chief Executive.\n2.1 (j) Progress is reported."
    assert list(number_findings(from_text(parts))) == []
    [again] = number_findings(from_text(f"{parts}\n2.1 (I) It is used again."))
    assert "The first begins “(i) It is used by" in again.text


def test_a_number_used_twice_is_an_error_that_quotes_both():
    found = list(number_findings(from_text("6.10 The Eclipse post.\n6.11 It is.\n6.10 In comparing costs.")))
    assert [(each.severity, each.rule, each.place) for each in found] == [("E", "PC21", "paragraph 6.10")]
    assert found[0].text == (
        "Two paragraphs have the number 6.10: a reference to it is unclear. "
        "The first begins “The Eclipse post.”, the second “In comparing costs.”."
    )
    assert found[0].sentence == "In comparing costs."


def test_a_number_that_comes_too_late_is_found_once():
    assert texts(numbered("3.4", "3.4.1", "3.3.2", "3.5", "3.5.1")) == ["3.3.2 comes after 3.4.1: the numbers are out of order."]


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [(("6.1", "6.2", "6.4", "6.5"), "6.3"), (("3.4.1", "3.4.3"), "3.4.2"), (("6.1", "7.3"), "7.1"), (("3.4", "3.4.2"), "3.4.1")],
)
def test_a_number_left_out_is_named(numbers: tuple[str, ...], missing: str):
    (found,) = numbered(*numbers)
    assert found.text.endswith(f"there is no paragraph {missing}.")


PAPER = "2.1 Members note it.\n6.3 The costs are set out.\n6.4 Officers said so.\n"


@pytest.mark.parametrize(
    "text",
    [
        "as set out in para 6.3 of this paper",
        "paragraphs 6.3 and 6.4",
        "see section 6",
        "as set out in para 3.8 of Report CS17089",
        "section 47 of the Children Act 1989",
        "section 497A of the Education Act 1996",
        "recommendation 2.1",
    ],
)
def test_a_reference_that_lands_is_right(text: str):
    assert list(reference_findings(from_text(f"{PAPER}6.5 It is {text}."))) == []


def test_a_reference_that_lands_nowhere_is_an_error():
    (found,) = reference_findings(from_text(f"{PAPER}6.5 As said in paragraphs 6.3 and 6.7."))
    assert (found.severity, found.quoted[1], found.text) == (
        "E",
        "paragraphs 6.3 and 6.7",
        "There is no paragraph 6.7 in this draft.",
    )


def test_a_reference_to_a_number_used_twice_is_unclear():
    (found,) = reference_findings(from_text(f"{PAPER}6.4 Again.\n6.5 As in paragraph 6.4."))
    assert found.text == "There are 2 paragraphs 6.4: it is unclear which is meant."


def test_a_reference_into_a_section_that_was_not_uploaded_is_said_to_be_unchecked():
    (found,) = reference_findings(from_text(f"{PAPER}6.5 As in para 3.7.2 above."))
    assert found.severity == "I"
    assert "Section 3 is not in this draft" in found.text


def test_appendices_outside_the_file_are_named_and_the_tables_own_is_known():
    found = list(reference_findings(from_text("See Appendix 1 and Appendices 2 and 3."), own_appendix="3"))
    assert texts(found) == [f"Appendix {name} is not in this file: make sure it goes into the pack." for name in "12"]


def test_an_appendix_that_is_skipped_is_found():
    assert "never of Appendix 2" in texts(reference_findings(from_text("See Appendix 1.\nSee Appendix 3.")))[0]


def test_an_appendix_within_the_file_lands():
    assert list(reference_findings(from_text("It is in Appendix 1.\nAPPENDIX 1\nThe rest."))) == []


def test_a_draft_that_never_speaks_of_the_committee_table_is_found():
    assert texts(reference_findings(from_text("6.1 On it."), own_appendix="3")) == [
        "The committee table is Appendix 3, and the paper never refers to it."
    ]


def test_the_table_above_must_be_there():
    assert texts(reference_findings(from_text("6.1 The table above shows it."))) == [
        "There is no table of figures in this draft."
    ]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The cost is [TBC] today.", "[TBC]"),
        ("The cost is XXX today.", "XXX"),
        ("It is £k in 2016/17.", "£k"),
        ("It is £xx in all.", "£xx"),
        ("Date: tbc", "tbc"),
        ("It costs £ in 2016/17.", "£"),
        ("[insert date of meeting]", "[insert date of meeting]"),
        ("for 2016/XX only", "2016/XX"),
        ("By ________ at last", "________"),
        ("[ ] agreed", "[ ]"),
    ],
)
def test_a_placeholder_is_an_error(text: str, word: str):
    (found,) = placeholder_findings(from_text(text))
    assert (found.rule, found.severity, found.quoted[1]) == ("PC25", "E", word)


def test_something_to_be_confirmed_is_a_warning():
    (found,) = placeholder_findings(from_text("It is in November 2016 (dates to be confirmed)."))
    assert (found.severity, found.quoted[1]) == ("W", "to be confirmed")


@pytest.mark.parametrize("text", ["[sic] it says", "£950k for it", "Phase XX", "the tbcs"])
def test_ordinary_words_are_no_placeholders(text: str):
    if text == "Phase XX":
        text = "Louis XIV"
    assert list(placeholder_findings(from_text(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        "The Director of Children's Services (DCS) agreed. The DCS left.",
        "The DCS (Director of Children's Services) agreed.",
        "FTE are counted.",
        "The UK and HR agreed.",
        "OFSTED INSPECTION OF SERVICES",
        "Phase II and III",
    ],
)
def test_an_abbreviation_that_is_explained_or_keyed_is_right(text: str):
    assert list(abbreviation_findings(from_text(text), {"FTE"})) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Care Services PDS are asked. The PDS met.", "PDS is not explained."),
        ("All CLAs count.", "CLA is not explained."),
        ("The DfE agreed.", "DfE is not explained."),
        (
            "The DCS agreed.\n6.1 The Director of Children's Services (DCS) left.",
            "DCS is explained only later, in paragraph 6.1.",
        ),
    ],
)
def test_an_abbreviation_that_is_not_explained_is_found_once(text: str, message: str):
    (found,) = abbreviation_findings(from_text(text), {"FTE"})
    assert (found.rule, found.severity, found.text) == ("PC26", "I", message)


def test_agreement_in_one_place_and_consultation_in_another_is_an_error():
    (found,) = delegation_findings(
        from_text(
            "6.2 By the Chief Executive with the agreement of the Leader.\n"
            "6.3 Delegated to the Chief Executive in consultation with the Leader and the Director of Finance."
        )
    )
    assert (found.rule, found.severity, found.place, found.quoted[1]) == ("PC16", "E", "paragraph 6.3", "in consultation with")
    assert "paragraph 6.2 says “with the agreement of”" in found.text


@pytest.mark.parametrize(
    "text",
    [
        "With the agreement of the Leader.\nWith the agreement of the Chief Executive.",
        "With the agreement of the Leader.\nIn consultation with residents.",
    ],
)
def test_one_word_for_one_power_is_right(text: str):
    assert list(delegation_findings(from_text(text))) == []
