"""Whether a drawdown can be signed off, why not and from when: every page, list, mail and the action say the same."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.clock import queries as clock
from accounts.models import Council
from accounts.permissions.rules import Role
from approvals import actions
from approvals.actions import Choice, NotAllowedNow
from approvals.drawdowns.headroom.queries import money_of
from approvals.drawdowns.headroom.rules import Left, Money, in_order
from approvals.drawdowns.powers.queries import matter_of
from approvals.drawdowns.powers.rules import Capacity, Given, KeyNotice, Matter
from approvals.drawdowns.readiness.rules import Obstacle, readiness
from approvals.drawdowns.readiness.wording.rules import in_words
from approvals.drawdowns.rules import Mode, Reply
from approvals.drawdowns.submission.rules import submitted
from approvals.drawdowns.waiting.views import waiting_for, with_money
from approvals.models import DecisionRecord, Drawdown, Notice
from approvals.notices.actions import remind
from approvals.notices.delivery.actions import message_of
from costing.measure import in_year
from tests.answers import shown
from tests.approvals.case import CASE, KEY, LATER, NOW, Case, make_case, new_key
from tests.approvals.pages import as_, page
from tests.approvals.test_powers import TOO_LATE, ends_at_once
from tests.making import make_authorisation, make_user
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

LEADER, DIRECTOR = 1, 2
OFFICES = {LEADER: "Leader", DIRECTOR: "Director"}
STEPS = {LEADER: Mode.AGREEMENT, DIRECTOR: Mode.CONSULTATION}
DUE = date(2016, 9, 27)
WAITS = Matter(is_submitted=True, preparers=(), steps=STEPS, answer_by=DUE)
AGREED = WAITS._replace(answers={LEADER: Given(Reply.AGREE, Capacity(3))})
ANSWERED = WAITS._replace(answers={LEADER: Given(Reply.AGREE, Capacity(3)), DIRECTOR: Given(Reply.VIEW, Capacity(4))})
FIRST = date(2016, 10, 14)  # 28 clear days after the notice of TOO_LATE


@pytest.fixture
def case() -> Case:
    return make_case({2016: 950_000, None: 1_000_000})


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock that pages ask."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


# The rule


def said(obstacles: Sequence[Obstacle]) -> list[str]:
    return [in_words(each) for each in obstacles]


def test_an_agreement_is_waited_for_and_a_consultation_until_the_day_after_it_was_due():
    assert said(readiness(WAITS, DUE, OFFICES).obstacles) == ["Leader has not answered.", "Director has not answered."]
    assert readiness(WAITS, DUE, OFFICES).first_day is None
    assert readiness(AGREED, DUE, OFFICES).first_day == DUE + timedelta(days=1)
    assert readiness(AGREED, DUE + timedelta(days=1), OFFICES).is_ready
    assert readiness(ANSWERED, DUE, OFFICES).first_day == DUE


def test_a_notice_says_from_when_and_a_missing_one_is_stuck():
    noticed = ANSWERED._replace(notice=KeyNotice("28_days", date(2016, 9, 15)))
    found = readiness(noticed, DUE, OFFICES)
    assert (found.first_day, found.stuck, found.all_answered, found.awaits_its_decision) == (FIRST, [], True, False)
    assert "can be made from 14 October 2016" in in_words(found.days[0])
    assert readiness(noticed, FIRST, OFFICES).is_ready
    without = readiness(ANSWERED._replace(notice=KeyNotice("", None)), DUE, OFFICES)
    assert (without.first_day, said(without.stuck), without.days) == (None, ["Key decisions need a notice route on file."], [])


def test_a_delegation_that_ends_before_the_first_day_is_said_at_once():
    noticed = ANSWERED._replace(notice=KeyNotice("28_days", date(2016, 9, 15)), expires=FIRST - timedelta(days=1))
    assert said(readiness(noticed, DUE, OFFICES).stuck) == [
        "The delegation ends on 13 October 2016, before this can be signed off."
    ]
    assert readiness(noticed._replace(expires=FIRST), DUE, OFFICES).stuck == []
    ended = readiness(ANSWERED._replace(expires=DUE), DUE + timedelta(days=1), OFFICES)
    assert said(ended.stuck) == ["The delegation ended on 27 September 2016: this needs a decision of the body that gave it."]


def test_a_limit_is_within_it_to_the_pound():
    def left(asked: int) -> Left:
        return Left("July release", in_year(2016), Decimal(950_000), Decimal(50_000), Decimal(asked), Decimal(0))

    assert readiness(ANSWERED, DUE, OFFICES, [left(50_000)]).is_ready
    assert said(readiness(ANSWERED, DUE, OFFICES, [left(50_001)]).stuck) == [
        "July release: £50,000 is left in 2016/17, less than this asks for."
    ]


def test_headroom_runs_down_in_the_order_in_which_they_are_signed():
    def asks(pounds: int, key: str) -> Money:
        return Money(
            {in_year(2016): Decimal(pounds)},
            [Left("A", in_year(2016), Decimal(100), Decimal(90), Decimal(pounds), Decimal(0), key)],
        )

    assert in_order([asks(50, "a"), asks(50, "a"), asks(10, "b")]) == [
        {in_year(2016): 40},
        {in_year(2016): -10},
        {in_year(2016): 80},
    ]


# The same everywhere


def before_its_notice(case: Case) -> Drawdown:
    return case.ready(case.line(), case=TOO_LATE)


def more_than_is_left(case: Case) -> Drawdown:
    first, second = case.ready(case.costing(900_000)), case.ready(case.costing(50_001))
    case.sign(first)
    return second


def drawn_by_another(case: Case) -> Drawdown:
    line = case.line()
    first, second = case.ready(line), case.ready(line)
    case.sign(first)
    return second


def not_moved_yet(case: Case) -> Drawdown:
    case.signed(case.costing(1_000))
    limits = {2016: 950_000, None: 1_000_000}
    later = make_authorisation(case.authorisation.decision, case.phase, limits=limits, replaces=case.authorisation)
    return case.ready(Choice(case.costing(5_000).pk, later, fte=Decimal(1)))


def under_what_ended(case: Case) -> Drawdown:
    return case.ready(case.line(), delegation=ends_at_once(case))


STUCK = [
    (more_than_is_left, NOW, "£50,000 is left in 2016/17, less than this asks for."),
    (drawn_by_another, NOW, "0 of 1 FTE are left to draw in 2016/17. Return it, and submit it again."),
    (not_moved_yet, NOW, "What the earlier authorisation released has not yet been moved to this one."),
    (under_what_ended, LATER, "The delegation ended on 20 September 2016"),
]


@pytest.mark.parametrize(
    ("way", "moment", "why"),
    [(before_its_notice, LATER, "can be made from 14 October 2016"), *STUCK],
    ids=lambda each: str(each)[:30],
)
def test_what_cannot_be_signed_is_nowhere_said_to_be_ready(case: Case, at: Any, way: Any, moment: datetime, why: str):
    drawdown, chief = way(case), case.chief_executive
    at(moment)
    with pytest.raises(NotAllowedNow):
        case.sign(drawdown, at=moment)
    assert not [each for each in waiting_for(chief, moment.date()) if each.title.startswith("Sign off")]
    own = " ".join(page(chief, drawdown).text.split())
    assert "You cannot sign this off yet:" in own
    assert "can now decide" not in own
    sign_off = " ".join(page(chief, drawdown, "sign-off/").text.split())
    assert "It cannot be signed off" in sign_off
    assert "Continue to sign off" not in sign_off
    listed = shown(as_(chief).get("/drawdowns/")).text
    for text in (own, sign_off):
        assert why in text
        for tail in ("return/", "refuse/", "questions/chief-executive/"):
            assert f'href="/drawdowns/{drawdown.reference}/{tail}"' in text
    assert ("to decide from 14 October 2016" if way is before_its_notice else why) in " ".join(listed.split())
    for notice in Notice.objects.filter(drawdown=drawdown, kind=Notice.Kind.ALL_ANSWERED, queued_at__date=moment.date()):
        assert "It can be signed off now." not in message_of(notice).body


@pytest.mark.parametrize(("way", "moment", "why"), STUCK, ids=lambda each: str(each)[:30])
def test_what_waiting_does_not_help_is_a_task_of_who_decides(case: Case, way: Any, moment: datetime, why: str):
    drawdown = way(case)
    [task] = [each for each in waiting_for(case.chief_executive, moment.date()) if each.drawdown == drawdown.pk]
    assert task.title == "Return or refuse: Phase One"
    assert why in task.besides


def test_on_its_first_day_it_is_ready_and_who_decides_is_told_that_day(case: Case):
    drawdown, told = before_its_notice(case), Notice.objects.filter(kind=Notice.Kind.ALL_ANSWERED)
    eve = datetime.combine(FIRST - timedelta(days=1), NOW.timetz())
    remind(eve)
    assert not told.exists()
    assert waiting_for(case.chief_executive, eve.date()) == []
    first = eve + timedelta(days=1)
    remind(first)
    notice = told.get()
    assert notice.person == case.chief_executive
    assert "It can be signed off now." in message_of(notice).body
    assert [each.title for each in waiting_for(case.chief_executive, FIRST)] == ["Sign off: Phase One"]
    case.sign(drawdown, at=first)


def test_what_is_stuck_is_told_as_what_can_be_returned(case: Case):
    first, second = case.ready(case.costing(900_000)), case.submitted(case.costing(100_000))
    case.sign(first)
    case.answered(case.answered(second), "Director")
    body = message_of(Notice.objects.get(drawdown=second, kind=Notice.Kind.ALL_ANSWERED)).body
    assert "It cannot be signed off as it stands: its page says why. It can be returned or refused." in body


def test_who_does_not_decide_is_offered_nothing_of_it(case: Case):
    drawdown = more_than_is_left(case)
    assert waiting_for(make_user(Role.OFFICE_HOLDER), NOW.date()) == []
    assert waiting_for(case.officer, NOW.date()) == []
    with pytest.raises(PermissionDenied):
        case.sign(drawdown, by=case.people["Leader"])


# The author is told at submission


def test_the_author_is_told_at_submission_what_stands_in_the_way_and_from_when(case: Case, at: Any):
    at(NOW)
    drawdown, officer = case.drafted(case.line(), case=TOO_LATE), as_(case.officer)
    address = f"/drawdowns/{drawdown.reference}/submit/"
    text = " ".join(officer.get(address).text.split())
    assert "It can be signed off from 14 October 2016 at the earliest" in text
    assert "28 clear days from the notice of 15 September 2016 have not passed" in text
    form = officer.get(address).context["form"]
    sent = {name: form[name].value() for name in ("key", "version", "sha256")}
    after = officer.post(address, sent, follow=True).text
    assert "Everybody who must answer has been told. 28 clear days from the notice" in after


def test_the_author_is_told_of_an_office_that_nobody_holds(case: Case, at: Any):
    at(NOW)
    drawdown = case.drafted(case.line(), case=CASE)
    address = f"/drawdowns/{drawdown.reference}/submit/"
    assert "Nobody holds" not in as_(case.officer).get(address).text
    for name in ("Leader", "Chief Executive"):
        case.offices[name].holdings.update(until=NOW.date() - timedelta(days=1))
    text = as_(case.officer).get(address).text
    assert "Nobody holds this office today, so nobody can answer for it: Leader." in text
    assert "Nobody holds the office that decides: Chief Executive." in text
    actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    assert "vacant today" in page(case.officer, drawdown).text


# Several that wait


def test_headroom_is_also_said_as_if_everything_that_waits_were_signed(case: Case, at: Any):
    at(NOW)
    second = case.submitted(case.costing(600_000))
    drafted = case.drafted(case.costing(1_000))
    first = case.ready(case.costing(500_000))
    over = "£150,000 more is asked than is left, so not all of them can be."
    for person, drawdown, tail in (
        (case.chief_executive, first, "sign-off/"),
        (case.people["Leader"], second, ""),
    ):
        assert over in " ".join(page(person, drawdown, tail).text.split())
    answering = " ".join(page(case.people["Leader"], second, "answer/leader/").text.split())
    assert "-£150,000</strong> if every request that waits is signed off" in answering
    submitting = " ".join(as_(case.officer).get(f"/drawdowns/{drafted.reference}/submit/").text.split())
    assert "£151,000 more is asked than is left, so not all of them can be." in submitting
    [task] = with_money(waiting_for(case.chief_executive, NOW.date()))
    assert "Headroom after: £450,000 in 2016/17, £500,000 in a full year." in task.about
    assert "If every request that waits is signed: -£150,000 in 2016/17, -£100,000 in a full year." in task.about


def test_what_waits_elsewhere_under_the_delegation_counts_in_its_own_limit(case: Case, at: Any):
    from tests.approvals.test_delegation_limits import limited

    at(NOW)
    delegation = limited(case, {None: 100_000})
    case.submitted(case.costing(60_000), delegation=delegation)
    second = case.ready(case.costing(50_000), delegation=delegation)
    text = " ".join(page(case.chief_executive, second, "sign-off/").text.split())
    assert "£10,000 more is asked than is left, so not all of them can be." in text


def test_home_says_what_is_left_after_each_of_several_in_their_order(case: Case):
    for pounds in (500_000, 400_000, 100_000):
        case.ready(case.costing(pounds))
    first, second, third = waiting_for(case.chief_executive, NOW.date())
    assert first.besides == "All answers are in."
    assert second.besides == (
        "All answers are in. Headroom after this and those above: £50,000 in 2016/17, £100,000 in a full year."
    )
    assert third.besides == (
        "All answers are in. Headroom after this and those above: -£50,000 in 2016/17, £0 in a full year: they do not all fit."
    )


# Not key, above the council's thresholds


def test_not_key_above_the_thresholds_asks_for_a_reason_with_the_figure(case: Case):
    Council.objects.update_or_create(pk=1, defaults={"key_amount": 500_000})
    officer, drawdown = as_(case.officer), case.drafted(case.costing(795_000))
    why = "It releases £795,000 in 2016/17: your council counts a decision as key from £500,000 in a year."
    assert why in officer.get(f"/drawdowns/{drawdown.reference}/case/").text
    text = " ".join(officer.get(f"/drawdowns/{drawdown.reference}/submit/").text.split())
    assert f"{why} Say why this decision is not." in text
    given = {"drawdown": drawdown, "key": new_key(), "by": case.officer, "at": NOW}
    with pytest.raises(ValidationError, match="Say why this decision is not"):
        actions.submit(**given, version=drawdown.version)
    said = {"not_key_reason": "Full Council decided on it in September."}
    actions.write_case(drawdown=drawdown, version=drawdown.version, values=CASE | said, by=case.officer, at=NOW)
    drawdown.refresh_from_db()
    drawdown = actions.submit(**given | {"key": new_key(), "version": drawdown.version})
    assert submitted(drawdown.content).case.not_key_reason == said["not_key_reason"]
    assert said["not_key_reason"] in page(case.people["Leader"], drawdown, "answer/leader/").text
    with refused_by("case_stays_as_submitted"):
        DecisionRecord.objects.filter(drawdown=drawdown).update(not_key_reason="Otherwise")


def test_below_the_thresholds_and_without_any_no_reason_is_asked_for(case: Case):
    case.submitted(case.costing(795_000))
    Council.objects.update_or_create(pk=1, defaults={"key_amount": 500_000, "key_wards": 2})
    case.submitted(case.costing(100_000))
    case.submitted(case.costing(100_000), case=KEY | {"wards": "All"})


def test_the_first_year_is_the_same_of_one_drawdown_and_read_with_the_money_of_many():
    """A year in which a line is drawn without any pounds is not one of whose money it draws."""
    case = make_case({2016: 950_000, 2017: 950_000, None: 950_000})
    later = case.line(intakes=((1, date(2017, 4, 1), None),))
    found = [case.submitted(case.costing(1000)), case.submitted(later), case.submitted(case.costing(1000), later)]
    money = money_of([each.pk for each in found])
    first_years = [money[each.pk].first_year for each in found]
    assert first_years == [matter_of(each, NOW.date()).first_year for each in found]
    assert first_years == [in_year(2016), in_year(2017), in_year(2016)]
    assert money[found[1].pk].asked[in_year(2016)] == 0
