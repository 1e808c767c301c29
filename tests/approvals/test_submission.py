"""What is frozen of a drawdown, and of the record of its decision: typed, with one canonical text and one reader."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from approvals.decisions.rules import Balance, Money, RecordContent, RecordedEntry
from approvals.drawdowns.rules import Authority, Mode
from approvals.drawdowns.submission.rules import FrozenStep, SubmissionContent
from approvals.models import DecisionRecord
from costing.frozen import NotReadable, canonical, digest, read, written
from costing.measure import FULL_YEAR, in_year
from tests.approvals.case import KEY, make_case

# Kept to the letter from the product as it was before these texts had types: their bytes and hashes may never change.
SUBMITTED = (
    '{"answer_by":"2016-09-27","authorisations":[{"decision":"Release of resources","id":1,"limits":{"2016":"950000",'
    '"full_year":"1000000"},"source":"Contingency","term":"one_off","title":"July release"}],"case":{"alternatives":"None, '
    'because the posts are needed whoever provides the service.","background_papers":"","exempt_paragraph":"",'
    '"financial_comments":"","financial_comments_on":null,"is_key":true,"legal_comments":"","legal_comments_on":null,'
    '"notice_on":"2016-07-01","notice_reference":"Forward plan","notice_route":"28_days","public_interest":"",'
    '"reasons":"The service was found inadequate.","report_author":"","wards":""},"delegation":{"decision":{"body":"Executive",'
    '"date":"2016-07-20","minute":"","title":"Release of resources"},"decision_maker":"Chief Executive","expires":null,'
    '"limits":{},"steps":[{"mode":"agreement","office":"Leader"},{"mode":"consultation","office":"Director"}],'
    '"text":"The Chief Executive, with the agreement of the Leader – “as read”.","title":"Use of the contingency"},'
    '"lines":[{"amounts":{"2016":"40000","2017":"40000","full_year":"40000"},"authorisation":1,"authority":{"2016":"limited",'
    '"2017":"through_full_year"},"consumed":{"2016":"40000","full_year":"40000"},"duration":"recurring","fte":"1.00",'
    '"fte_drawn":"1.00","line":1,"phase":"Phase 1","phase_id":1,"team":"","title":"Head of service","version":1},'
    '{"amounts":{"2016":"60000","full_year":null},"authorisation":1,"authority":{"2016":"limited","2017":"nothing_released"},'
    '"consumed":{"2016":"500"},"duration":"one_off","fte":null,"fte_drawn":null,"line":2,"phase":"Phase 1","phase_id":1,'
    '"team":"Courts","title":"Laptops","version":3}],"papers":[{"name":"Report.pdf",'
    '"sha256":"cf5b61d0df4bf53b2d5ca1c8c9d2a5d6e1f3b8c29d8b2a0f2f6f3f0b9c0e1d2a"}],"prepared_by":"officer@council.example",'
    '"programme":"Programme 1","reference":"DD-0001","submission":1,"submitted_at":"2016-09-20T10:00:00.000123+01:00",'
    '"title":"Phase One"}'
)
SUBMITTED_SHA256 = "056ca43f509944810510dfd11059c0d00ea77f49f07c3c160bc9da0bc53aba0c"
RECORDED = (
    '{"advice":[{"given_on":"2016-09-20","person":"Director","text":"It is affordable."}],"alternatives":"None, because '
    'the posts are needed.","answers":[{"acting_for":"","answer":"Agree","answered_on":"2016-09-20","office":"Leader",'
    '"person":"Leader","recorded_from":"","words":""}],"background_papers":"","call_in_applies":true,"call_in_reason":"",'
    '"capacity":"Chief Executive: Chief Executive","closes_on":"2016-09-27","council":"Your council","decided_on":"2016-09-20",'
    '"dispensations":"None","effective_on":"2016-09-28","exempt_paragraph":"","financial_comments":"",'
    '"financial_comments_on":null,"interests":"Leader (Leader): none","is_key":true,"is_of_a_body":false,"legal_comments":"",'
    '"legal_comments_on":null,"members_present":"","minute":"","money":{"notes":["2017/18: £130,000 authorised through the '
    'full-year limit."],"rows":[{"after":"850000","authorisation":"July release","before":"950000","limit":"950000",'
    '"measure":"2016","released":"100000","source":"Contingency","term":"one_off"},{"after":"870000",'
    '"authorisation":"July release","before":"1000000","limit":"1000000","measure":"full_year","released":"130000",'
    '"source":"Contingency","term":"one_off"}]},"notice_on":"2016-07-01","notice_reference":"Forward plan",'
    '"notice_route":"28_days","papers":[{"name":"Report.pdf","sha256":"cf5b61d0df4bf53b2d5ca1c8c9d2a5d6e1f3b8c29d8b2a0f2f6f3f0b'
    '9c0e1d2a","size":3}],"power":"Executive, 20 July 2016: Release of resources","programme":"Programme 1",'
    '"public_interest":"","publication_recorded_on":"2016-09-20","published_on":"2016-09-20","reasons":"The service was found '
    'inadequate.","recorded_by":"Clerk","reference":"DD-0001","report_author":"","retain_papers_until":"2020-09-20",'
    '"retain_until":"2022-09-20","signed_entry":{"hash":"055ea73d2a5fef1c0d5bf450efc4cbbec076c403c81b29e70cb0027b349bb0a0",'
    '"number":10},"signed_on":"2016-09-20","steps":[{"mode":"agreement","office":"Leader"}],'
    '"submission_sha256":"63a845421274f1ed2e39d7be7e0aa9f41e1097697b07420c124505d59739f16c","text_recommended":"To release '
    '£100,000 in 2016/17","text_resolved":"Agreed as recommended.","title":"Phase One","wards":""}'
)
RECORDED_SHA256 = "ca7441c3b84dee44d2c85a56c9082b6152201f85ec0b7ec851604e53730c3eb9"


def test_a_submission_is_read_into_types_and_written_back_to_the_letter():
    content = read(SubmissionContent, SUBMITTED)
    assert content.submitted_at.astimezone(UTC) == datetime(2016, 9, 20, 9, 0, 0, 123, UTC)
    assert (content.answer_by, content.delegation.decision.date) == (date(2016, 9, 27), date(2016, 7, 20))
    post, laptops = content.lines
    assert post.amounts == dict.fromkeys((in_year(2016), in_year(2017), FULL_YEAR), Decimal(40_000))
    assert (post.fte, laptops.fte, laptops.amounts[FULL_YEAR]) == (Decimal("1.00"), None, None)
    assert post.authority == {in_year(2016): Authority.LIMITED, in_year(2017): Authority.THROUGH_FULL_YEAR}
    assert content.delegation.steps == (FrozenStep("Leader", Mode.AGREEMENT), FrozenStep("Director", Mode.CONSULTATION))
    assert content.authorisations[0].limits == {in_year(2016): Decimal(950_000), FULL_YEAR: Decimal(1_000_000)}
    assert content.case
    assert (content.case.is_key, content.case.notice_on) == (True, date(2016, 7, 1))
    assert written(content) == SUBMITTED
    assert digest(written(content)) == SUBMITTED_SHA256


def test_the_record_of_a_decision_is_read_into_types_and_written_back_to_the_letter():
    content = read(RecordContent, RECORDED)
    assert content.money.rows[1] == Balance(
        "July release",
        "Contingency",
        "one_off",
        FULL_YEAR,
        *map(Decimal, (1_000_000, 1_000_000, 130_000, 870_000)),
    )
    assert (content.decided_on, content.financial_comments_on) == (date(2016, 9, 20), None)
    assert content.signed_entry == RecordedEntry(10, "055ea73d2a5fef1c0d5bf450efc4cbbec076c403c81b29e70cb0027b349bb0a0")
    assert written(content) == RECORDED
    assert digest(written(content)) == RECORDED_SHA256


def test_a_submission_before_its_case_is_written_has_none():
    content = replace(read(SubmissionContent, SUBMITTED), case=None)
    assert '"case":null' in written(content)
    assert read(SubmissionContent, written(content)) == content


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "not JSON",
        SUBMITTED.replace('"title":"Phase One"', '"title":1'),
        SUBMITTED.replace('"title":"Phase One"', '"title":"Phase One","more":"x"'),
        SUBMITTED.replace('"2016":"40000"', '"2016":"forty"'),
        SUBMITTED.replace('"mode":"agreement"', '"mode":"applause"'),
        SUBMITTED[:-1] + ',"version":99}',
    ],
)
def test_what_is_no_submission_is_refused(text: str):
    with pytest.raises(NotReadable):
        read(SubmissionContent, text)


@pytest.mark.django_db
def test_what_is_stored_is_what_the_types_write():
    case = make_case({2016: 950_000, None: 1_000_000})
    drawdown = case.publish(case.signed(case.costing(40_000), case.line(title="Other"), case=KEY))
    record = DecisionRecord.objects.get(drawdown=drawdown)
    for kind, text in ((SubmissionContent, drawdown.content), (RecordContent, record.content), (Money, record.money)):
        assert written(read(kind, text)) == text


@pytest.mark.django_db
def test_what_is_frozen_says_all_of_the_drawdown_and_its_lines():
    case = make_case({2016: 950_000, None: 1_000_000})
    line = case.costing(40_000)
    drawdown = case.submitted(line)
    scheme, release = drawdown.delegation, case.authorisation
    assert drawdown.content == canonical(
        {
            "reference": drawdown.reference,
            "submission": 1,
            "submitted_at": "2016-09-20T10:00:00+00:00",
            "answer_by": "2016-09-27",
            "programme": case.programme.name,
            "title": "Phase One",
            "prepared_by": case.officer.email,
            "delegation": {
                "title": "Use of the contingency",
                "text": "The Chief Executive, with the agreement of the Leader.",
                "decision_maker": "Chief Executive",
                "decision": {"title": scheme.decision.title, "body": "Executive", "date": "2016-07-20", "minute": ""},
                "expires": None,
                "limits": {},
                "steps": [{"office": "Leader", "mode": "agreement"}, {"office": "Director", "mode": "consultation"}],
            },
            "authorisations": [
                {
                    "id": release.pk,
                    "title": release.title,
                    "decision": release.decision.title,
                    "source": release.funding_source.name,
                    "term": "one_off",
                    "limits": {"2016": "950000", "full_year": "1000000"},
                }
            ],
            "lines": [
                {
                    "line": line.pk,
                    "version": line.version,
                    "title": line.title,
                    "phase": case.phase.name,
                    "phase_id": case.phase.pk,
                    "team": "",
                    "duration": "recurring",
                    "fte": "1.00",
                    "fte_drawn": "1.00",
                    "authorisation": release.pk,
                    "amounts": {"2016": "40000", "2017": "40000", "full_year": "40000"},
                    "consumed": {"2016": "40000", "full_year": "40000"},
                    "authority": {"2016": "limited", "2017": "nothing_released"},
                }
            ],
            "case": {
                "reasons": "The service was found inadequate, and these posts mend it.",
                "alternatives": "None, because the posts are needed whoever provides the service.",
                "financial_comments": "",
                "financial_comments_on": None,
                "legal_comments": "",
                "legal_comments_on": None,
                "background_papers": "",
                "wards": "",
                "report_author": "",
                "is_key": False,
                "notice_route": "",
                "notice_on": None,
                "notice_reference": "",
                "exempt_paragraph": "",
                "public_interest": "",
            },
            "papers": [],
        }
    )
