"""A drawdown from draft to sign-off and after, as its actions do it."""

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q

from accounts.audit.rules import link
from accounts.models import AuditEntry, Office
from accounts.permissions.rules import Role
from approvals import actions
from approvals.actions import (
    Choice,
    Concerned,
    Giving,
    Granted,
    KeyUsedOtherwise,
    NotAllowedNow,
    OverTheLimit,
    Seen,
    StaleDrawdown,
)
from approvals.drawdowns.consumption.queries import held, standing_of
from approvals.drawdowns.powers.queries import matter_of
from approvals.drawdowns.powers.rules import lacking
from approvals.drawdowns.rules import Mode, Reply, State
from approvals.models import Consumption, Drawdown, LimitDrawn
from costing.line_cost import Duration
from costing.measure import in_year
from phases.authorisations.actions import AuthorisedMoney, record_authorisation
from phases.models import Authorisation
from posts.lines.actions import LineChange, change_lines
from posts.lines.rules import state_of
from posts.models import CostLine, LineRevision
from tests.approvals.case import LATER, NOW, Case, handed_back, make_case, new_key, of_pounds
from tests.making import (
    make_administrator,
    make_authorisation,
    make_decision,
    make_deputy,
    make_holding,
    make_office,
    make_officer,
    make_phase,
    make_user,
)
from tests.refusals import check_deferred_rules

pytestmark = pytest.mark.django_db


def missing_answers(drawdown: Drawdown) -> list[str]:
    """The names of the offices it cannot be signed without."""
    missing = lacking(matter_of(drawdown, NOW.date()), NOW.date()).answers
    return [Office.objects.get(pk=office).name for office in missing]


@pytest.fixture
def case() -> Case:
    return make_case()


def drawn(authorisation: Authorisation) -> dict[int | None, Decimal]:
    """What is drawn by measure, once the database has checked that it is the sum of what is consumed."""
    check_deferred_rules()
    return {standing.limit.financial_year: standing.drawn for standing in standing_of(authorisation)}


def edit(line: CostLine, by: Any, **values: Any) -> None:
    line = CostLine.objects.get(pk=line.pk)
    state = state_of(line)
    changed = type(state)(**{name: getattr(state, name) for name in state.__dataclass_fields__} | values)
    change_lines(programme=line.programme, line_changes=[LineChange(line.pk, line.version, changed)], by=by, at=LATER)


def test_a_drawdown_is_signed_once_everybody_has_answered(case: Case):
    drawdown = case.ready(case.line())
    signed = case.sign(drawdown)
    assert (signed.state, signed.signed_by, signed.signed_for) == (State.SIGNED_OFF, case.chief_executive, None)
    assert drawn(case.authorisation) == {2016: Decimal(60_000)}
    row = Consumption.objects.get()
    assert (row.financial_year, row.pounds, row.fte, row.entry) == (2016, 60_000, 1, signed.signed_entry)


def test_each_act_is_in_the_audit_chain(case: Case):
    case.signed(case.line())
    acts = list(AuditEntry.objects.filter(subject__startswith="drawdown:").order_by("number").values_list("action", flat=True))
    answered = ["drawdown_answered"] * 2
    prepared = ["drawdown_drafted", "drawdown_lines_chosen", "drawdown_case_written", "drawdown_submitted"]
    assert acts == [*prepared, *answered, "drawdown_signed_off"]
    for entry in AuditEntry.objects.all():
        assert entry.hash == link(entry.previous_hash, entry.content)


def test_submission_freezes_lines_amounts_delegation_and_steps(case: Case):
    line = case.line()
    drawdown = case.submitted(line)
    assert drawdown.sha256 == hashlib.sha256(drawdown.content.encode()).hexdigest()
    content = json.loads(drawdown.content)
    assert content["delegation"]["steps"] == [
        {"office": "Leader", "mode": "agreement"},
        {"office": "Director", "mode": "consultation"},
    ]
    assert content["lines"][0]["amounts"] == {"2016": "60000", "2017": "90000", "full_year": "90000"}
    assert content["lines"][0]["consumed"] == {"2016": "60000"}
    assert content["lines"][0]["authority"] == {"2016": "limited", "2017": "nothing_released"}
    assert drawdown.answer_by == date(2016, 9, 27)


def test_a_later_edit_never_reaches_what_was_frozen(case: Case):
    line = case.line()
    drawdown = case.ready(line)
    edit(line, case.editor, annual_cost=Decimal(900_000))
    signed = case.sign(drawdown)
    assert signed.content == drawdown.content
    assert drawn(case.authorisation) == {2016: Decimal(60_000)}


def test_pending_drawdowns_consume_nothing(case: Case):
    case.submitted(case.line())
    [standing] = standing_of(case.authorisation)
    assert (standing.drawn, standing.pending, standing.headroom) == (0, 60_000, 950_000)


def test_an_agreement_refused_returns_it_with_the_words_and_everybody_answers_again(case: Case):
    line = case.line()
    drawdown = case.answered(case.submitted(line), reply=Reply.DISAGREE)
    assert (drawdown.state, drawdown.reasons) == (State.RETURNED, "In my view, no.")
    again = actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    assert again.sha256 != drawdown.sha256
    assert missing_answers(again) == ["Leader", "Director"]


def test_without_every_agreement_nothing_is_signed(case: Case):
    drawdown = case.answered(case.submitted(case.line()), "Director")
    with pytest.raises(NotAllowedNow, match="Leader has not answered"):
        case.sign(drawdown, at=LATER)


def test_a_contrary_view_of_one_consulted_does_not_block(case: Case):
    drawdown = case.answered(case.answered(case.submitted(case.line())), "Director", Reply.DISAGREE)
    assert case.sign(drawdown).state == State.SIGNED_OFF


def test_who_is_consulted_has_a_reasonable_time(case: Case):
    drawdown = case.answered(case.submitted(case.line()))
    with pytest.raises(NotAllowedNow, match="Director"):
        case.sign(drawdown)
    assert case.sign(drawdown, at=LATER).state == State.SIGNED_OFF


def test_a_stale_agreement_does_not_count(case: Case):
    drawdown = case.answered(case.submitted(case.line()))
    withdrawn = actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=case.officer, at=NOW)
    again = actions.submit(drawdown=withdrawn, version=withdrawn.version, key=new_key(), by=case.officer, at=NOW)
    with pytest.raises(StaleDrawdown):
        case.sign(again, seen=Seen(again.version, drawdown.sha256), at=LATER)
    with pytest.raises(NotAllowedNow, match="Leader"):
        case.sign(again, at=LATER)
    with pytest.raises(StaleDrawdown):
        case.answered(drawdown, "Director")


def test_sign_off_on_a_page_opened_before_an_answer_is_stale(case: Case):
    drawdown = case.answered(case.submitted(case.line()))
    case.answered(drawdown, "Director", Reply.VIEW)
    with pytest.raises(StaleDrawdown) as stale:
        case.sign(drawdown)
    assert stale.value.current.version == drawdown.version + 1


def test_an_agreement_is_given_or_not_and_interests_are_declared(case: Case):
    drawdown = case.submitted(case.line())
    with pytest.raises(ValidationError, match="This office is asked to agree"):
        case.answered(drawdown, reply=Reply.VIEW)
    with pytest.raises(ValidationError):
        case.answered(drawdown, interests="")
    with pytest.raises(ValidationError):
        case.answered(drawdown, reply=Reply.DISAGREE, words="")


def test_an_office_not_named_is_not_asked(case: Case):
    stranger, office = make_user(Role.OFFICE_HOLDER), make_office("Mayor")
    make_holding(office, stranger)
    drawdown = case.submitted(case.line())
    with pytest.raises(NotAllowedNow, match="not asked"):
        case.answered(drawdown, concerned=Concerned(drawdown, drawdown.sha256, office), by=stranger)


def test_an_office_answers_once(case: Case):
    drawdown = case.answered(case.submitted(case.line()))
    with pytest.raises(NotAllowedNow, match="already answered"):
        case.answered(drawdown)


def test_one_person_with_two_offices_answers_once_for_each(case: Case):
    leader = case.people["Leader"]
    case.offices["Director"].holdings.update(until=date(2016, 8, 31))
    make_holding(case.offices["Director"], leader, date(2016, 9, 1))
    drawdown = case.answered(case.submitted(case.line()))
    assert missing_answers(drawdown) == ["Director"]
    assert case.sign(case.answered(drawdown, "Director", by=leader)).state == State.SIGNED_OFF


def test_a_deputy_acts_only_while_the_appointment_is_in_force(case: Case):
    deputy, today = make_user(Role.OFFICE_HOLDER), NOW.date()
    drawdown = case.submitted(case.line())
    with pytest.raises(PermissionDenied):
        case.answered(drawdown, by=deputy)
    appointment = make_deputy(case.offices["Leader"], deputy, today, today)
    with pytest.raises(PermissionDenied):
        case.answered(drawdown, by=deputy, at=NOW + timedelta(days=1))
    drawdown = case.answered(drawdown, by=deputy)
    given = drawdown.answers.get()
    assert (given.person, given.acting_for, given.authority) == (deputy, case.people["Leader"], appointment.authority)


def test_a_deputy_revoked_between_page_and_post_signs_nothing(case: Case):
    deputy, today = make_user(Role.OFFICE_HOLDER), NOW.date()
    appointment = make_deputy(case.offices["Chief Executive"], deputy, today)
    drawdown = case.ready(case.line())
    appointment.revoked_from, appointment.revoked_at, appointment.revoked_by = today, NOW, make_administrator()
    appointment.save()
    with pytest.raises(PermissionDenied):
        case.sign(drawdown, by=deputy)


def test_a_deputy_signs_for_the_chief_executive(case: Case):
    deputy = make_user(Role.OFFICE_HOLDER)
    make_deputy(case.offices["Chief Executive"], deputy)
    signed = case.sign(case.ready(case.line()), by=deputy)
    assert (signed.signed_by, signed.signed_for) == (deputy, case.chief_executive)


@pytest.mark.parametrize("act", ["answer", "sign"])
@pytest.mark.parametrize("through", ["office", "deputy"])
@pytest.mark.parametrize("how", ["wrote", "edited before", "edited since"])
def test_nobody_answers_or_signs_what_they_prepared(case: Case, act: str, through: str, how: str):
    name = "Leader" if act == "answer" else "Chief Executive"
    person = {"wrote": case.officer, "edited before": case.editor, "edited since": make_officer()}[how]
    if through == "office":
        case.offices[name].holdings.update(until=date(2016, 8, 31))
        make_holding(case.offices[name], person, date(2016, 9, 1))
    else:
        make_deputy(case.offices[name], person)
    line = case.line()
    drawdown = case.submitted(line) if act == "answer" else case.ready(line)
    if how == "edited since":
        edit(line, person, comment="Changed")
    with pytest.raises(NotAllowedNow, match="prepared"):
        case.answered(drawdown, by=person, at=LATER) if act == "answer" else case.sign(drawdown, by=person, at=LATER)


def test_a_deputy_of_who_prepared_it_does_not_sign_it_either(case: Case):
    case.offices["Chief Executive"].holdings.update(until=date(2016, 8, 31))
    make_holding(case.offices["Chief Executive"], case.officer, date(2016, 9, 1))
    deputy = make_user(Role.OFFICE_HOLDER)
    make_deputy(case.offices["Chief Executive"], deputy)
    with pytest.raises(NotAllowedNow, match="prepared"):
        case.sign(case.ready(case.line()), by=deputy)


def test_the_decision_maker_is_not_one_of_those_who_answer(case: Case):
    make_deputy(case.offices["Leader"], case.chief_executive)
    drawdown = case.submitted(case.line())
    with pytest.raises(NotAllowedNow, match="decision maker"):
        case.answered(drawdown, by=case.chief_executive)
    make_deputy(case.offices["Chief Executive"], case.people["Leader"])
    with pytest.raises(NotAllowedNow, match="who answered"):
        case.sign(case.answered(case.answered(drawdown), "Director"), by=case.people["Leader"])


def test_a_role_alone_signs_nothing_and_who_is_no_longer_active_neither(case: Case):
    drawdown = case.ready(case.line())
    with pytest.raises(PermissionDenied):
        case.sign(drawdown, by=make_user(*Role))
    case.chief_executive.is_active = False
    with pytest.raises(PermissionDenied):
        case.sign(drawdown)


def test_an_expired_delegation_signs_nothing(case: Case):
    delegation = actions.record_delegation(
        decision=case.delegation.decision,
        values={"title": "Until then", "text": "Until 19 September.", "decision_maker": case.offices["Chief Executive"]}
        | {"expires": date(2016, 9, 19)},
        steps=[],
        by=case.clerk,
        at=NOW,
    )
    with pytest.raises(NotAllowedNow, match="19 September 2016"):
        case.sign(case.submitted(case.line(), delegation=delegation))


def test_a_body_decides_by_the_resolution_that_the_clerk_records():
    case = make_case(body="Executive")
    drawdown = case.ready(case.line())
    with pytest.raises(PermissionDenied):
        case.sign(drawdown)
    with pytest.raises(NotAllowedNow, match="Name the resolution"):
        case.sign(drawdown, by=case.clerk)
    with pytest.raises(NotAllowedNow, match="is no resolution of the Executive"):
        case.sign(drawdown, by=case.clerk, resolution=make_decision(case.programme, body="Full Council"))
    signed = case.sign(drawdown, by=case.clerk, resolution=make_decision(case.programme, about=[case.authorisation]))
    assert (signed.state, signed.signed_by) == (State.SIGNED_OFF, case.clerk)


def test_where_an_office_decides_no_resolution_does(case: Case):
    drawdown = case.ready(case.line())
    with pytest.raises(NotAllowedNow, match="Chief Executive decides on this, not a body"):
        case.sign(drawdown, resolution=make_decision(case.programme))


def test_what_was_withdrawn_is_neither_answered_nor_signed(case: Case):
    drawdown = case.ready(case.line())
    actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=case.officer, at=NOW)
    drawdown.refresh_from_db()
    for act in (lambda: case.answered(drawdown), lambda: case.sign(drawdown)):
        with pytest.raises(NotAllowedNow, match="is not waiting for anybody: it is withdrawn"):
            act()


def test_the_decision_maker_returns_or_refuses_with_reasons(case: Case):
    first, second, third = (case.submitted(case.line()) for _ in range(3))
    act = {"reasons": "Not now.", "by": case.chief_executive, "at": NOW}
    assert actions.send_back(drawdown=first, sha256=first.sha256, key=new_key(), **act).state == State.RETURNED
    refused = actions.refuse(drawdown=second, sha256=second.sha256, key=new_key(), **act)
    assert (refused.state, refused.reasons) == (State.REFUSED, "Not now.")
    with pytest.raises(PermissionDenied):
        actions.refuse(drawdown=third, sha256=third.sha256, key=new_key(), **(act | {"by": case.officer}))
    with pytest.raises(NotAllowedNow):
        actions.submit(drawdown=refused, version=refused.version, key=new_key(), by=case.officer, at=NOW)


@pytest.mark.parametrize("say_no", [actions.send_back, actions.refuse])
def test_no_is_said_with_reasons_and_by_nobody_who_prepared_it(case: Case, say_no: Any):
    drawdown, deputy = case.submitted(case.line()), case.officer
    make_deputy(case.offices["Chief Executive"], deputy)
    act = {"drawdown": drawdown, "sha256": drawdown.sha256, "reasons": "Not now.", "by": case.chief_executive, "at": NOW}
    with pytest.raises(ValidationError, match="Give your reasons"):
        say_no(key=new_key(), **(act | {"reasons": " "}))
    with pytest.raises(NotAllowedNow, match="a drawdown you prepared"):
        say_no(key=new_key(), **(act | {"by": deputy}))


def test_only_a_finance_officer_prepares(case: Case):
    with pytest.raises(PermissionDenied):
        actions.draft(delegation=case.delegation, title="Mine", key=new_key(), by=case.chief_executive, at=NOW)


def test_exactly_the_limit_is_drawn_and_not_a_pound_more():
    case = make_case({2016: 100_000})
    case.signed(case.costing(100_000))
    over = case.ready(case.costing(1))
    with pytest.raises(OverTheLimit, match="£0 of £100,000 is left"):
        case.sign(over)
    assert drawn(case.authorisation) == {2016: Decimal(100_000)}
    assert Drawdown.objects.get(pk=over.pk).state == State.SUBMITTED


def test_each_measure_is_held_by_itself_and_all_are_drawn_together():
    case = make_case({2016: 500_000, None: 100_000})
    over = case.ready(case.costing(100_001))
    with pytest.raises(OverTheLimit, match="a full year"):
        case.sign(over)
    assert set(drawn(case.authorisation).values()) == {Decimal(0)}
    assert not Consumption.objects.exists()


def test_a_fixed_term_line_consumes_nothing_of_the_full_year():
    case = make_case({2016: 500_000, None: 100_000})
    term = ((Decimal("1.00"), date(2016, 8, 1), date(2018, 1, 31)),)
    case.signed(case.line(annual_cost=Decimal(48_000), duration=Duration.FIXED_TERM, intakes=term))
    assert drawn(case.authorisation) == {2016: Decimal(32_000), None: Decimal(0)}


def test_a_line_is_drawn_in_parts_and_the_last_takes_the_remainder(case: Case):
    line = case.line(fte=Decimal("3.00"), annual_cost=Decimal(100), intakes=((Decimal("3.00"), date(2016, 4, 1), None),))
    one = Choice(line.pk, case.authorisation, fte=Decimal(1))
    first, second, third = (case.ready(one) for _ in range(3))
    case.sign(first)
    case.sign(second)
    with pytest.raises(NotAllowedNow, match="no longer what was submitted"):
        case.sign(third)
    assert drawn(case.authorisation) == {2016: Decimal(66)}
    case.signed(one)
    assert drawn(case.authorisation) == {2016: Decimal(100)}
    with pytest.raises(ValidationError, match="0 of 3"):
        case.drafted(one)


def test_a_line_without_fte_is_drawn_in_pounds(case: Case):
    line = case.line(kind="other", fte=None, recruited_fte=None, engaged="n/a", duration=Duration.ONE_OFF, intakes=())
    line.amounts.filter(financial_year=2016).update(amount=50_000, absence="")
    case.signed(Choice(line.pk, case.authorisation, pounds={in_year(2016): Decimal(20_000)}))
    with pytest.raises(ValidationError, match="£30,000 of £50,000 is left"):
        case.drafted(Choice(line.pk, case.authorisation, pounds={in_year(2016): Decimal(30_001)}))
    case.signed(Choice(line.pk, case.authorisation, pounds={in_year(2016): Decimal(30_000)}))
    assert drawn(case.authorisation) == {2016: Decimal(50_000)}


def test_a_line_of_a_phase_the_authorisation_does_not_name_is_not_drawn(case: Case):
    case.phase = make_phase(case.programme, 2)
    with pytest.raises(ValidationError, match="does not pay for Phase 2"):
        case.drafted(case.line())


def test_the_same_key_again_gives_the_first_result_and_another_body_is_refused(case: Case):
    drawdown, key = case.ready(case.line()), new_key()
    signed = case.sign(drawdown, key=key)
    assert case.sign(drawdown, key=key) == signed
    assert Consumption.objects.count() == 1
    with pytest.raises(KeyUsedOtherwise):
        case.sign(case.ready(case.line()), key=key)
    with pytest.raises(KeyUsedOtherwise):
        case.sign(drawdown, key=key, by=case.people["Leader"])


def test_a_key_of_what_failed_may_be_used_again(case: Case):
    drawdown, key = case.submitted(case.line()), new_key()
    with pytest.raises(NotAllowedNow):
        case.sign(drawdown, key=key)
    ready = case.answered(case.answered(drawdown), "Director")
    assert case.sign(ready, key=key).state == State.SIGNED_OFF


def test_submitting_or_answering_twice_with_one_key_is_once(case: Case):
    drawdown, key = case.drafted(case.line()), new_key()
    values = {"drawdown": drawdown, "version": drawdown.version, "key": key, "by": case.officer, "at": NOW}
    first = actions.submit(**values)
    assert actions.submit(**values).submission == first.submission == 1
    key = new_key()
    case.answered(case.answered(first, key=key), key=key)
    assert first.answers.count() == 1
    draft = {"delegation": case.delegation, "title": "Twice", "key": new_key(), "by": case.officer, "at": NOW}
    assert actions.draft(**draft) == actions.draft(**draft)


def test_an_act_without_a_key_is_refused(case: Case):
    with pytest.raises(ValidationError, match="key"):
        case.sign(case.ready(case.line()), key=" ")


def test_part_of_the_money_is_handed_back_and_the_post_stays_drawn(case: Case):
    line = case.line()
    signed = case.signed(line)
    row = signed.consumption.get()
    handed_back(drawdown=signed, giving=of_pounds(row, 10_000), by=case.officer)
    assert drawn(case.authorisation) == {2016: Decimal(50_000)}
    with pytest.raises(ValidationError, match="up to £50,000"):
        handed_back(drawdown=signed, giving=of_pounds(row, 50_001), by=case.officer)
    with pytest.raises(ValidationError, match="0 of 1"):
        case.drafted(line)
    handed_back(drawdown=signed, giving=of_pounds(row, 50_000), by=case.officer)
    assert drawn(case.authorisation) == {2016: Decimal(0)}
    case.signed(line)
    assert drawn(case.authorisation) == {2016: Decimal(60_000)}


def test_an_office_that_has_no_say_asks_nothing(case: Case):
    drawdown, office, person = case.submitted(case.line()), make_office("Mayor"), make_user(Role.OFFICE_HOLDER)
    make_holding(office, person)
    asked = {"text": "Why now?", "at": NOW}
    with pytest.raises(NotAllowedNow, match="neither answers nor decides"):
        actions.ask(concerned=Concerned(drawdown, drawdown.sha256, office), by=person, key=new_key(), **asked)
    for name in ("Leader", "Director", "Chief Executive"):
        actions.ask(concerned=case.concerned(drawdown, name), by=case.people[name], key=new_key(), **asked)


def test_a_question_is_replied_to_before_the_decision_or_not_at_all(case: Case):
    drawdown = case.ready(case.line())
    asked = {"concerned": case.concerned(drawdown), "text": "Why now?"}
    question = actions.ask(**asked, by=case.people["Leader"], key=new_key(), at=NOW)
    with pytest.raises(ValidationError, match="Enter the reply"):
        actions.reply_to(question=question, reply=" ", key=new_key(), by=case.officer, at=NOW)
    case.sign(Drawdown.objects.get(pk=drawdown.pk))
    with pytest.raises(NotAllowedNow, match="a reply would come too late"):
        actions.reply_to(question=question, reply="Because.", key=new_key(), by=case.officer, at=LATER)


def test_advice_is_given_once_by_the_section_151_officer_who_did_not_prepare_it(case: Case):
    drawdown, director = case.submitted(case.line()), case.offices["Director"]
    given = {"drawdown": drawdown, "sha256": drawdown.sha256, "text": "It is enough.", "at": NOW}
    with pytest.raises(NotAllowedNow, match="No office has the statutory role"):
        actions.advise(by=case.people["Director"], key=new_key(), **given)
    Office.objects.filter(pk=director.pk).update(statutory_role=Office.StatutoryRole.SECTION_151)
    make_deputy(director, case.officer)
    with pytest.raises(NotAllowedNow, match="prepared"):
        actions.advise(by=case.officer, key=new_key(), **given)
    actions.advise(by=case.people["Director"], key=new_key(), **given)
    with pytest.raises(NotAllowedNow, match="already recorded"):
        actions.advise(by=case.people["Director"], key=new_key(), **given)


def test_a_dispensation_comes_before_the_decision_and_not_ahead_of_its_day(case: Case):
    ready, signed = case.ready(case.line()), case.signed(case.costing(1000))
    granted = Granted("Leader", case.clerk, NOW.date(), "May take part.")
    given = {"granted": granted, "by": case.clerk, "at": LATER}
    with pytest.raises(NotAllowedNow, match="comes before the decision"):
        actions.record_dispensation(drawdown=signed, key=new_key(), **given)
    given["granted"] = replace(granted, given_on=LATER.date() + timedelta(days=1))
    with pytest.raises(ValidationError, match="enter the day it was given"):
        actions.record_dispensation(drawdown=ready, key=new_key(), **given)


def test_whole_pounds_of_its_own_rows_are_handed_back(case: Case):
    signed, other = case.signed(case.line()), case.signed(case.costing(1000))
    row = signed.consumption.get()
    refused = [("Enter the FTE or the pounds", Giving()), ("does not hold", of_pounds(other.consumption.get(), 1))]
    refused += [("Hand back whole pounds, from £1 up to £60,000", of_pounds(row, each)) for each in ("0", "-1", "1.50")]
    for said, giving in refused:
        with pytest.raises(ValidationError, match=said):
            handed_back(drawdown=signed, giving=giving, by=case.officer)
    assert drawn(case.authorisation) == {2016: Decimal(61_000)}


def test_the_outcome_of_a_call_in_is_not_recorded_ahead_of_its_day(case: Case):
    called = case.called_in(case.published(case.line()))
    values = {"drawdown": called, "reasons": "Scrutiny asked.", "by": case.clerk, "at": LATER}
    with pytest.raises(ValidationError, match="it cannot be in the future"):
        actions.overturn(on=LATER.date() + timedelta(days=1), **values)
    assert actions.overturn(on=LATER.date(), **values).state == State.SUPERSEDED


def test_only_what_was_called_in_is_overturned_and_then_releases_everything(case: Case):
    published = case.published(case.line())
    values = {"drawdown": published, "on": LATER.date(), "reasons": "Scrutiny asked.", "by": case.clerk, "at": LATER}
    with pytest.raises(NotAllowedNow, match="called in"):
        actions.overturn(**values)
    assert case.called_in(published).state == State.CALLED_IN
    assert drawn(case.authorisation) == {2016: Decimal(60_000)}
    assert actions.overturn(**values).state == State.SUPERSEDED
    assert drawn(case.authorisation) == {2016: Decimal(0)}
    assert [row.pounds for row in Consumption.objects.all()] == [60_000, -60_000]


def test_a_year_lapses_only_after_it_has_ended_and_then_draws_no_more(case: Case):
    case.signed(case.costing(1000))
    ready, values = case.ready(case.costing(1)), {"authorisation": case.authorisation, "year": 2016, "by": case.clerk}
    with pytest.raises(NotAllowedNow, match="31 March 2017"):
        actions.lapse(**values, at=LATER)
    actions.lapse(**values, at=LATER.replace(year=2017, month=4))
    with pytest.raises(NotAllowedNow, match="names no limit for 2017/18"):
        actions.lapse(**values | {"year": 2017}, at=LATER.replace(year=2018, month=4))
    assert [(each.drawn, each.headroom) for each in standing_of(case.authorisation)] == [(1000, 0)]
    with pytest.raises(OverTheLimit, match="lapsed"):
        case.sign(ready)


def later(case: Case, limits: dict[int | None, int], *phases: Any, **values: Any) -> Authorisation:
    """Council's confirmation of what the Executive released."""
    council = make_decision(case.programme, body="Full Council", decided_on=date(2016, 9, 19))
    return make_authorisation(
        council, *(phases or [case.phase]), limits=limits, replaces=case.authorisation, **({"term": "recurring"} | values)
    )


def test_a_later_authorisation_takes_over_what_was_drawn_in_every_measure_it_limits(case: Case):
    signed = case.signed(case.line())
    new = later(case, {2016: 949_000, None: 1_471_000})
    actions.replace(authorisation=new, by=case.clerk, at=LATER)
    assert drawn(case.authorisation) == {2016: Decimal(0)}
    assert drawn(new) == {2016: Decimal(60_000), None: Decimal(90_000)}
    assert standing_of(case.authorisation)[0].headroom == 0
    assert LimitDrawn.objects.get(limit__authorisation=case.authorisation).lapsed_at == LATER
    assert {each.row.authorisation for each in held(Q(drawdown=signed)) if each.is_live} == {new}
    assert Drawdown.objects.get(pk=signed.pk).content == signed.content


def test_what_was_handed_back_is_not_drawn_again_by_a_transfer():
    case = make_case({2016: 950_000, None: 950_000})
    signed = case.signed(case.line())
    row = signed.consumption.get(financial_year=2016)
    handed_back(drawdown=signed, giving=of_pounds(row, 60_000), by=case.officer)
    new = later(case, {2016: 949_000, None: 1_471_000})
    actions.replace(authorisation=new, by=case.clerk, at=LATER)
    assert drawn(new) == {2016: Decimal(0), None: Decimal(90_000)}
    newer = make_authorisation(
        make_decision(case.programme, decided_on=LATER.date()), case.phase, limits={2016: 1, None: 90_000}, replaces=new
    )
    actions.replace(authorisation=newer, by=case.clerk, at=LATER)
    assert drawn(newer) == {2016: Decimal(0), None: Decimal(90_000)}


def test_nothing_is_moved_where_a_new_limit_would_be_exceeded(case: Case):
    case.signed(case.line())
    for limits, error in [({2016: 59_999, None: 90_000}, OverTheLimit), ({2016: 60_000, None: 89_999}, OverTheLimit)]:
        new = later(case, limits)
        with pytest.raises(error):
            actions.replace(authorisation=new, by=case.clerk, at=LATER)
        assert drawn(case.authorisation) == {2016: Decimal(60_000)}
        new.limits.all().delete()
        Authorisation.objects.filter(pk=new.pk).update(replaces=None)


def test_what_the_later_authorisation_does_not_pay_for_is_not_moved(case: Case):
    case.signed(case.line())
    elsewhere = later(case, {2016: 949_000}, make_phase(case.programme, 2))
    with pytest.raises(NotAllowedNow, match="does not pay for the phase"):
        actions.replace(authorisation=elsewhere, by=case.clerk, at=LATER)
    Authorisation.objects.filter(pk=elsewhere.pk).update(replaces=None)
    with pytest.raises(NotAllowedNow, match="allows nothing in 2016/17"):
        actions.replace(authorisation=later(case, {2017: 949_000}), by=case.clerk, at=LATER)


def test_nothing_is_drawn_on_either_while_a_transfer_waits(case: Case):
    case.signed(case.line())
    waiting = case.ready(case.line())
    new = later(case, {2016: 949_000})
    with pytest.raises(NotAllowedNow, match="was replaced"):
        case.sign(waiting)
    under = actions.record_delegation(
        decision=new.decision,
        values={"title": "Of Council", "text": "All.", "decision_maker": case.offices["Chief Executive"]},
        steps=[(case.offices[name], Mode.CONSULTATION) for name in ("Leader", "Director")],
        by=case.clerk,
        at=NOW,
    )
    on_new = case.ready(Choice(case.line().pk, new, fte=Decimal(1)), delegation=under)
    with pytest.raises(NotAllowedNow, match="not yet been moved"):
        case.sign(on_new)
    actions.replace(authorisation=new, by=case.clerk, at=LATER)
    case.sign(on_new)
    assert drawn(new) == {2016: Decimal(120_000)}


def test_an_authorisation_that_replaces_none_takes_nothing_over(case: Case):
    with pytest.raises(NotAllowedNow, match="does not replace another"):
        actions.replace(authorisation=case.authorisation, by=case.clerk, at=LATER)


def test_a_limit_that_was_drawn_on_is_not_changed_from_inside(case: Case):
    case.signed(case.line())
    values = {"title": case.authorisation.title, "term": "one_off", "funding_source": case.authorisation.funding_source}
    given = {"decision": case.authorisation.decision, "authorisation": case.authorisation, "by": case.clerk, "at": LATER}
    same, more = ({in_year(2016): Decimal(amount)} for amount in (950_000, 950_001))
    record_authorisation(money=AuthorisedMoney(values, [case.phase], same), **given)
    with pytest.raises(ValidationError, match="a new decision"):
        record_authorisation(money=AuthorisedMoney(values, [case.phase], more), **given)


def test_a_recommendation_delegates_nothing_and_the_maker_is_no_step(case: Case):
    given = {"values": {"title": "A", "text": "B", "decision_maker": case.offices["Leader"]}, "by": case.clerk, "at": NOW}
    with pytest.raises(ValidationError, match="recommendation"):
        actions.record_delegation(decision=make_decision(case.programme, outcome="recommended"), steps=[], **given)
    with pytest.raises(ValidationError, match="one of those who answer"):
        actions.record_delegation(decision=case.delegation.decision, steps=[(case.offices["Leader"], Mode.AGREEMENT)], **given)


def test_what_was_submitted_is_withdrawn_before_it_is_changed(case: Case):
    line = case.line()
    drawdown = case.submitted(line)
    values = {"drawdown": drawdown, "version": drawdown.version, "by": case.officer, "at": NOW}
    with pytest.raises(NotAllowedNow, match="frozen"):
        actions.choose_lines(choices=[], **values)
    with pytest.raises(ValidationError, match="Say why it is withdrawn"):
        actions.withdraw(reasons=" ", **values)
    withdrawn = actions.withdraw(reasons="Not yet.", **values)
    with pytest.raises(StaleDrawdown):
        actions.choose_lines(choices=[case.whole(line)], **values)
    empty = actions.choose_lines(choices=[], **(values | {"version": withdrawn.version}))
    with pytest.raises(ValidationError, match="at least one line"):
        actions.submit(drawdown=empty, version=empty.version, key=new_key(), by=case.officer, at=NOW)


def test_the_editor_of_a_line_is_known_from_its_history(case: Case):
    line = case.line()
    assert LineRevision.objects.get(line_id=line.pk).entry.actor == case.editor
    assert case.editor.pk in set(case.submitted(line).preparers.values_list("person", flat=True))
