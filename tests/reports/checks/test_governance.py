"""Rules about power: agreements on file, starts, notice, call-in, dispensations."""

from datetime import date
from decimal import Decimal

from approvals.dates.rules import Dated, Step
from reports.facts.rules import Dispensation, Use
from tests.reports.checks.case import COUNCIL, DECISION, FRONT_SHEET, JULY, MONEY, facts, found_by, line, the_finding

USE = Use("DD-0001", frozenset({1}), live=True, waiting=False)
SUBMITTED = USE._replace(live=False, waiting=True)


def test_pc17_passes_posts_that_a_signed_drawdown_pays_for():
    assert found_by("PC17", facts()) == []


def test_pc17_finds_recruits_of_a_delegation_without_a_signed_drawdown():
    finding = the_finding("PC17", facts(uses=()))
    assert finding.phase == "PHASE ONE"
    assert "1 FTE on 1 line are recruited under the delegation of 20 July 2016" in finding.text


def test_pc17_says_which_drawdown_is_still_waiting():
    assert "DD-0001 is still waiting." in the_finding("PC17", facts(uses=(SUBMITTED,))).text


def test_pc17_passes_posts_that_nobody_fills_yet():
    assert found_by("PC17", facts(line(recruited_fte=Decimal(0)), uses=())) == []


def test_pc17_knows_a_delegation_by_the_words_of_the_decision():
    assert len(found_by("PC17", facts(uses=(), delegations=()))) == 1


def test_pc17_passes_money_that_is_not_delegated():
    plain = DECISION._replace(recommended_text="Up to £950k is released.", resolved_text="")
    assert found_by("PC17", facts(uses=(), delegations=(), decisions=(plain,))) == []


def test_pc17_finds_a_signature_without_an_agreement():
    findings = found_by("PC17", facts(uses=(USE._replace(missing=("Leader",)),)))
    assert findings[0].text == "DD-0001 is signed off, and no agreement is on file from Leader."


def test_pc19_finds_a_start_before_the_decision():
    finding = the_finding("PC19", facts(line(start=date(2016, 5, 1))))
    assert finding.stated == "1 May 2016"
    assert finding.text.endswith("the start of 1 May 2016 is before the Executive decided on 20 July 2016.")


def test_pc19_finds_a_start_before_call_in_ends():
    finding = the_finding("PC19", facts(line(start=date(2016, 7, 25))))
    assert "before the call-in of the decision of 20 July 2016 ends (28 July 2016)" in finding.text


def test_pc19_passes_a_start_on_the_day_the_decision_takes_effect():
    assert found_by("PC19", facts(line(start=date(2016, 7, 28)))) == []


def test_pc19_knows_no_call_in_of_council():
    council = DECISION._replace(body=COUNCIL)
    assert found_by("PC19", facts(line(start=JULY), decisions=(council,))) == []


def test_pc19_takes_the_first_approval_of_money_that_was_taken_over():
    later = DECISION._replace(pk=2, day=date(2016, 9, 26), body=COUNCIL)
    taken_over = MONEY._replace(decided=MONEY.decided._replace(pk=2), first_decision=1)
    given = facts(line(start=date(2016, 9, 1)), decisions=(DECISION, later), authorisations=(taken_over,))
    assert found_by("PC19", given) == []


def test_pc19_takes_the_meeting_where_nothing_is_authorised():
    given = {"authorisations": (), "uses": ()}
    assert len(found_by("PC19", facts(line(start=date(2016, 9, 13)), **given))) == 1
    assert found_by("PC19", facts(line(start=date(2016, 9, 14)), **given)) == []


def test_pc23_passes_a_key_decision_with_its_notice():
    assert found_by("PC23", facts()) == []


def test_pc23_finds_a_key_decision_without_notice():
    finding = the_finding("PC23", facts(decisions=(DECISION._replace(notice=None),)))
    assert finding.stated == "key, without notice"


def test_pc23_says_that_it_is_not_recorded():
    finding = the_finding("PC23", facts(decisions=(DECISION._replace(is_key=None, notice=None),)))
    assert "Whether it is a key decision is not recorded" in finding.text


def test_pc23_passes_what_is_not_key_and_what_council_decides():
    for changed in ({"is_key": False}, {"body": COUNCIL, "is_key": None}):
        assert found_by("PC23", facts(decisions=(DECISION._replace(notice=None, **changed),))) == []


def test_pc23_finds_a_key_drawdown_without_notice():
    assert len(found_by("PC23", facts(uses=(USE._replace(is_key=True),)))) == 1
    assert found_by("PC23", facts(uses=(USE._replace(is_key=True, noticed=True),))) == []


def test_pc23_finds_that_the_front_sheet_asks_for_a_key_decision_without_notice():
    finding = the_finding("PC23", facts(front_sheet=FRONT_SHEET._replace(notice=None, notice_on=None)))
    assert finding.text == (
        "The front sheet asks the Executive for a key decision on 14 September 2016. Key decisions need a notice route on file."
    )


def test_pc23_counts_the_clear_days_of_the_front_sheet():
    """28 clear days from 16 August end on 13 September; from 17 August, on the day of the meeting."""
    finding = the_finding("PC23", facts(front_sheet=FRONT_SHEET._replace(notice_on=date(2016, 8, 17))))
    assert "can be made from 15 September 2016" in finding.text


def test_pc23_leaves_the_front_sheet_alone_once_its_decision_is_recorded_or_goes_to_council():
    without = FRONT_SHEET._replace(notice=None, notice_on=None)
    recorded = DECISION._replace(pk=2, day=date(2016, 9, 14), is_key=False)
    assert found_by("PC23", facts(front_sheet=without, decisions=(DECISION, recorded))) == []
    assert found_by("PC23", facts(front_sheet=without._replace(decider=COUNCIL))) == []


def test_pc24_passes_call_in_of_the_executive():
    assert found_by("PC24", facts()) == []


def test_pc24_finds_call_in_of_a_recommendation_to_council():
    recommended = DECISION._replace(pk=2, day=date(2016, 9, 14), resolved=False)
    finding = the_finding("PC24", facts(decisions=(DECISION, recommended)))
    assert (finding.stated, finding.expected) == ("call-in applies", "no call-in")


def test_pc24_finds_call_in_of_council():
    sheet = FRONT_SHEET._replace(decider=COUNCIL)
    assert len(found_by("PC24", facts(front_sheet=sheet))) == 1


def test_pc24_finds_an_executive_decision_that_claims_to_be_outside():
    sheet = FRONT_SHEET._replace(call_in=False)
    assert the_finding("PC24", facts(front_sheet=sheet)).expected == "open to call-in"


def test_pc24_says_that_it_is_not_recorded():
    assert the_finding("PC24", facts(front_sheet=None)).stated == "not recorded"


def test_pc27_finds_a_decision_maker_who_gave_a_dispensation():
    given = Dispensation("DD-0001", "Chief Executive", 7, frozenset({7}))
    assert the_finding("PC27", facts(dispensations=(given,))).stated == "Chief Executive"


def test_pc27_passes_a_dispensation_of_somebody_else():
    given = Dispensation("DD-0001", "Monitoring officer", 8, frozenset({7}))
    assert found_by("PC27", facts(dispensations=(given,))) == []


IN_ORDER = {
    Step.DECISION: JULY,
    Step.DELEGATION: JULY,
    Step.SUBMISSION: date(2016, 9, 15),
    Step.ANSWER: None,
    Step.RESOLUTION: None,
    Step.SIGNING: date(2016, 9, 15),
    Step.PUBLICATION: date(2016, 9, 16),
    Step.EFFECT: None,
}


def test_pc34_passes_dates_that_run_in_order_or_have_not_come():
    dated = (Dated("Use of the release", "DD-0001", IN_ORDER), Dated("Use of the release", "", {Step.DECISION: JULY}))
    assert found_by("PC34", facts(dated=dated)) == []


def test_pc34_finds_a_date_before_the_one_it_depends_on_once():
    late = {Step.SUBMISSION: date(2016, 9, 20), Step.DECISION: date(2016, 7, 21)}
    dated = [Dated("Use of the release", reference, IN_ORDER | late) for reference in ("DD-0001", "DD-0002")]
    first, second, third = found_by("PC34", facts(dated=tuple(dated)))
    assert first.text == (
        "Use of the release: the delegation was recorded on 20 July 2016, before the resolution it rests on was made on "
        "21 July 2016."
    )
    assert second.text == "DD-0001: it was signed on 15 September 2016, before it was submitted on 20 September 2016."
    assert third.text.startswith("DD-0002: it was signed")
    assert (second.severity, second.stated, second.expected) == ("E", "15 September 2016", "20 September 2016 or later")
