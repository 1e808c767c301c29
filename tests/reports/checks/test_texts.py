"""Rules about words: recommendations, delegations, abbreviations, the front sheet, personal data."""

from datetime import date

import pytest

from reports.checks.rules import Severity
from reports.facts.rules import Disagreement
from tests.reports.checks.case import DECISION, DELEGATED, FRONT_SHEET, facts, found_by, line, stated, the_finding


def saying(text: str, **changed):
    """A decision of September with this text."""
    september = DECISION._replace(
        pk=2, title="Funding", day=date(2016, 9, 14), recommended_text=text, resolved_text="", resolved=False
    )
    return (DECISION, september._replace(**changed))


def test_pc14_passes_figures_of_the_table_and_of_limits():
    text = "Approve £60k in 2016/17 with a full year effect of £90k, from the £950k released."
    assert found_by("PC14", facts(decisions=saying(text))) == []


def test_pc14_finds_a_figure_that_is_nowhere():
    finding = the_finding("PC14", facts(decisions=saying("Approve £77k in 2016/17.")))
    assert finding.severity == Severity.ERROR
    assert finding.stated == "£77k"


def test_pc14_finds_a_figure_on_the_wrong_basis():
    finding = the_finding("PC14", facts(decisions=saying("Approve £60k in a full year.")))
    assert finding.stated == "£60k"
    assert "full year" in finding.text


def test_pc14_informs_of_a_year_that_is_left_out():
    rising = line(**stated(60, 95, 90))
    text = "Approve £60k in 2016/17 with a full year effect of £90k."
    finding = the_finding("PC14", facts(rising, decisions=saying(text)))
    assert (finding.severity, finding.expected) == (Severity.INFORMATION, 95_000)


def test_pc15_finds_an_in_year_figure_beside_a_full_year_one_as_one_sum():
    text = "Agree that the additional funding of £60k part-year and £90k in a full year be drawn down."
    finding = the_finding("PC15", facts(decisions=saying(text)))
    assert "never added" in finding.text


def test_pc15_passes_a_cost_with_its_full_year_effect():
    text = "Approve posts that total £60k in 2016/17 with a full year effect of £90k."
    assert found_by("PC15", facts(decisions=saying(text))) == []


AGREED = "By the Chief Executive with the agreement of"
CONSULTED = "Delegate to the Chief Executive in consultation with the Leader."


def test_pc16_finds_consultation_where_agreement_was_asked_before():
    finding = the_finding("PC16", facts(decisions=saying(CONSULTED)))
    assert (finding.stated, finding.expected) == ("consultation", "agreement")
    assert "Executive, 20 July 2016, as resolved" in finding.text


def test_pc16_finds_other_offices():
    text = "Used by the Chief Executive with the agreement of the Leader and the Director of Finance."
    finding = the_finding("PC16", facts(decisions=saying(text)))
    assert "the Leader and the Director of Finance" in finding.text


def test_pc16_passes_the_same_offices_in_another_order():
    before = DECISION._replace(
        recommended_text=f"{AGREED} the Leader of the Council and the Resources Portfolio Holder.",
        resolved_text="",
    )
    after = before._replace(
        pk=2,
        day=date(2016, 9, 14),
        recommended_text=f"{AGREED} the Portfolio Holder for Resources, Leader as previously agreed.",
    )
    assert found_by("PC16", facts(decisions=(before, after), delegations=())) == []


def test_pc16_finds_a_recorded_delegation_that_its_decision_does_not_give():
    finding = the_finding("PC16", facts(delegations=(DELEGATED._replace(offices={"Leader": "consultation"}),)))
    assert (finding.stated, finding.expected) == ("Leader (consultation)", "agreement: the Leader")


BOARD = DELEGATED._replace(bodies={"Improvement Board": "consent"})


@pytest.mark.parametrize(
    "text",
    [
        f"{AGREED} the Leader and with the consent of the Improvement Board.",
        f"{AGREED} the Leader, and the consent of the Improvement Board.",
        "By the Chief Executive with the consent of the Improvement Board and the agreement of the Leader.",
    ],
)
def test_pc16_knows_an_outside_body_that_a_decision_names(text: str):
    decision = DECISION._replace(recommended_text="", resolved_text=text)
    assert found_by("PC16", facts(decisions=(decision,), delegations=(BOARD,))) == []
    finding = the_finding("PC16", facts(decisions=(decision,)))
    assert "recorded with Leader (agreement)" in finding.text
    assert "consent: the Improvement Board" in finding.expected


@pytest.mark.parametrize("text", ["after taking the advice of", "on the advice of", "following advice from"])
def test_pc16_tells_the_advice_of_an_outside_body_from_its_consent(text: str):
    decision = DECISION._replace(recommended_text="", resolved_text=f"{AGREED} the Leader and {text} the Improvement Board.")
    finding = the_finding("PC16", facts(decisions=(decision,), delegations=(BOARD,)))
    assert finding.stated == "Leader (agreement) and Improvement Board (consent)"
    assert finding.expected == "agreement: the Leader; advice: the Improvement Board"


def test_pc16_finds_that_a_consent_became_advice():
    before = DECISION._replace(recommended_text="", resolved_text="By the Mayor with the consent of the Improvement Board.")
    after = before._replace(
        pk=2, day=date(2016, 9, 14), resolved_text="To the Mayor after taking the advice of the Improvement Board."
    )
    finding = the_finding("PC16", facts(decisions=(before, after), delegations=()))
    assert (finding.stated, finding.expected) == ("advice", "consent")
    assert "Consent is a condition, advice is not." in finding.text


def test_pc14_finds_what_the_report_says_otherwise_than_the_table():
    said = Disagreement(
        "Paragraph 2 of the finance section", "£70k", "Phase One, 2016/17: £60k now, £70k in the text.", is_error=True
    )
    finding = the_finding("PC14", facts(front_sheet=FRONT_SHEET._replace(disagreements=(said,))))
    assert finding.severity == "E"
    assert finding.text == (
        "Paragraph 2 of the finance section of the report: “£70k”. Phase One, 2016/17: £60k now, £70k in the text."
    )


def test_pc14_warns_of_a_figure_of_the_report_that_is_nowhere():
    said = Disagreement("Ward", "£70k", "This figure is not in the committee table.", is_error=False)
    assert the_finding("PC14", facts(front_sheet=FRONT_SHEET._replace(disagreements=(said,)))).severity == "W"


REPROFILED = "The Phase 1 plan was re-profiled. Agree that £60k in 2016/17 be drawn down."


def test_pc20_finds_a_re_profiled_plan_with_the_old_totals():
    finding = the_finding("PC20", facts(decisions=saying(REPROFILED)))
    assert (finding.phase, finding.stated) == ("PHASE ONE", "£60k")


def test_pc20_passes_a_re_profiled_plan_with_new_totals():
    assert found_by("PC20", facts(decisions=saying(REPROFILED.replace("60", "70")))) == []


def test_pc20_passes_a_plan_that_is_not_re_profiled():
    assert found_by("PC20", facts(decisions=saying("The Phase 1 plan costs £60k in 2016/17."))) == []


def test_pc25_passes_a_front_sheet_that_is_complete():
    assert found_by("PC25", facts()) == []


def test_pc25_finds_an_empty_box_and_a_missing_report_number():
    sheet = FRONT_SHEET._replace(required=("Ward", "Contact officer", "Chief officer"))
    finding = the_finding("PC25", facts(front_sheet=sheet, report_number=""))
    assert "Empty: report number, Chief officer." in finding.text


@pytest.mark.parametrize("placeholder", ["TBC", "XXX", "[date]", "to be confirmed", "??"])
def test_pc25_finds_placeholders(placeholder):
    sheet = FRONT_SHEET._replace(boxes=(("Ward", "All"), ("Contact officer", placeholder)))
    assert placeholder in the_finding("PC25", facts(front_sheet=sheet)).text


def test_pc25_says_that_no_front_sheet_is_recorded():
    assert "not recorded" in the_finding("PC25", facts(front_sheet=None)).text


def test_pc26_finds_abbreviations_that_are_not_in_the_key():
    director = line("Director ECHS", comment="18 mth post")
    found = found_by("PC26", facts(director))
    assert [finding.stated for finding in found] == ["ECHS", "mth"]


def test_pc26_passes_what_the_key_explains():
    key = (("FTE", "full-time equivalent"), ("ECHS", "Education, Care and Health Services"))
    assert found_by("PC26", facts(line("Director ECHS"), of_schedule={"abbreviations": key})) == []


def test_pc26_counts_the_heading_of_the_fte_column():
    assert the_finding("PC26", facts(of_schedule={"abbreviations": ()})).stated == "FTE"


@pytest.mark.parametrize(
    "comment",
    [
        "Mr Smith starts in May",
        "ask a.person@council.example",
        "ring 020 8313 4354",
        "QQ12 34 56 C".replace("QQ", "AB"),
        "SCP 32",
    ],
)
def test_pc29_finds_what_is_about_a_person(comment):
    assert len(found_by("PC29", facts(line(comment=comment)))) == 1


@pytest.mark.parametrize("comment", ["", "From Nov 2016", "18 mth post", "Director of Children's Services"])
def test_pc29_passes_what_is_about_a_post(comment):
    assert found_by("PC29", facts(line(comment=comment))) == []


def test_pc29_reads_the_notes_under_the_table():
    notes = ("Dr Jones is paid from a grant.",)
    assert the_finding("PC29", facts(of_schedule={"notes": notes})).stated == "Dr Jones"
