"""Any order of deciding, planning, submitting, answering, deputising, signing, handing back and replacing, with a plain model
beside it."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from accounts.audit.rules import GENESIS, link
from accounts.models import AuditEntry, AuditHead, DeputyAppointment, User
from accounts.offices.actions import appoint_deputy, revoke_deputy
from accounts.offices.rules import Days
from accounts.permissions.rules import Role
from approvals import actions
from approvals.actions import Choice, NotAllowedNow
from approvals.drawdowns.consumption.queries import held, standing_of
from approvals.drawdowns.rules import LIVE, Mode, Reply, State
from approvals.models import Answer, Drawdown
from phases.models import Authorisation
from tests.approvals.case import KEY, LATER, NOW, Case, handed_back, make_case, new_key, of_pounds
from tests.making import make_administrator, make_authorisation, make_user
from tests.refusals import check_deferred_rules

LIMITS: dict[int | None, int] = {2016: 10_000, None: 12_000}
UP_TO = 13_000
"""Of the delegation itself, in 2016/17."""
TODAY = LATER.date()
TOMORROW = TODAY + timedelta(days=1)
HAPPENED: Counter[str] = Counter()
"""What the stories came to: a machine whose acts are all refused proves nothing."""
OFFICES = ("Chief Executive", "Leader", "Director")


class Given(NamedTuple):
    """An answer to what is submitted now: what was said, by whom and for whom."""

    reply: Reply
    people: frozenset[int]


class Story(RuleBasedStateMachine):
    """The model, as plain numbers: what each signed drawdown still holds by measure, who answered what, who may act for whom."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.case: Case = make_case(LIMITS)
        self.case.delegation = self._delegation()
        self.administrator = make_administrator()
        self.limits: dict[Authorisation, dict[int | None, int]] = {self.case.authorisation: dict(LIMITS)}
        self.pounds: dict[int, int] = {}
        self.under: dict[int, Authorisation] = {}
        self.holds: dict[int, dict[int | None, int]] = {}
        self.given: dict[int, dict[str, Given]] = {}
        self.deputies: dict[tuple[str, User], DeputyAppointment] = {}
        self.in_force: set[tuple[str, User]] = set()
        # Of those who may be appointed, the officer and the editor prepare every drawdown, and each holder has an office already.
        self.pool = [make_user(Role.OFFICE_HOLDER), make_user(Role.OFFICE_HOLDER), self.case.officer, self.case.editor]
        self.pool += self.case.people.values()
        self.prepared = {self.case.officer.pk, self.case.editor.pk}

    @initialize(pounds=st.tuples(st.integers(1, 4000), st.integers(1, 4000)))
    def begin(self, pounds: tuple[int, int]) -> None:
        """Two drawdowns wait, and both offices whose word is a condition have a deputy."""
        for amount in pounds:
            self._submit(amount, self.case.authorisation)
        for name, deputy in (("Chief Executive", self.pool[0]), ("Leader", self.pool[1])):
            self._appoint(name, deputy, TODAY)

    def teardown(self) -> None:
        connection.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @rule(pounds=st.integers(1, 4000), data=st.data())
    def plan_and_submit(self, pounds: int, data: Any) -> None:
        self._submit(pounds, data.draw(st.sampled_from(list(self.limits))))

    def _submit(self, pounds: int, authorisation: Authorisation) -> None:
        line = self.case.costing(pounds)
        drawdown = self.case.submitted(Choice(line.pk, authorisation, fte=Decimal(1)), case=KEY)
        self.pounds[drawdown.pk], self.under[drawdown.pk], self.given[drawdown.pk] = pounds, authorisation, {}

    @precondition(lambda self: len(self.limits) < 2)
    @rule(limit=st.integers(2000, 8000))
    def decide(self, limit: int) -> None:
        """A body releases more, beside what it released before."""
        limits: dict[int | None, int] = {2016: limit, None: limit}
        self.limits[make_authorisation(self.case.authorisation.decision, self.case.phase, limits=limits)] = limits

    @rule(data=st.data(), name=st.sampled_from(OFFICES), since=st.sampled_from([TODAY, TODAY, TOMORROW]))
    def deputise(self, data: Any, name: str, since: date) -> None:
        deputy = data.draw(st.sampled_from(self.pool))
        if (name, deputy) not in self.deputies and deputy != self.case.people[name]:
            self._appoint(name, deputy, since)

    def _appoint(self, name: str, deputy: User, since: date) -> None:
        values = {"days": Days(since), "authority": f"Scheme, {name}", "by": self.administrator, "at": LATER}
        self.deputies[name, deputy] = appoint_deputy(office=self.case.offices[name], deputy=deputy, **values)
        if since == TODAY:
            self.in_force.add((name, deputy))

    @precondition(lambda self: self.deputies)
    @rule(data=st.data(), revoked_from=st.sampled_from([TODAY, TOMORROW]))
    def revoke(self, data: Any, revoked_from: Any) -> None:
        name, deputy = data.draw(st.sampled_from(sorted(self.deputies, key=lambda pair: (pair[0], pair[1].pk))))
        appointment = self.deputies[name, deputy]
        if appointment.revoked_from or appointment.since > revoked_from:
            return
        values = {"revoked_from": revoked_from, "by": self.administrator, "at": LATER}
        self.deputies[name, deputy] = revoke_deputy(appointment=appointment, **values)
        if revoked_from == TODAY:
            self.in_force.discard((name, deputy))

    @precondition(lambda self: self.given)
    @rule(data=st.data(), name=st.sampled_from(OFFICES[1:]), reply=st.sampled_from(list(Reply)[:2]))
    def answer(self, data: Any, name: str, reply: Reply) -> None:
        drawdown = self._any(data)
        if name not in self.given[drawdown.pk]:
            self._answer(drawdown, name, reply, self._somebody(data, name))

    @precondition(lambda self: self.given)
    @rule(data=st.data(), everybody=st.sampled_from([True, True, True, False]))
    def sign(self, data: Any, everybody: bool) -> None:
        drawdown = self._any(data)
        for name in OFFICES[1:] if everybody else ():
            if name not in self.given[drawdown.pk]:
                self._answer(drawdown, name, Reply.AGREE, self.case.people[name])
        self._sign(drawdown, self._somebody(data, "Chief Executive"))

    @precondition(lambda self: self.given)
    @rule(data=st.data(), deputies=st.booleans())
    def go_the_whole_way(self, data: Any, deputies: bool) -> None:
        """Everybody agrees, and it is signed off, by deputies where there are any or by the holders."""
        drawdown = self._any(data)
        for name in OFFICES[1:]:
            if name not in self.given[drawdown.pk]:
                self._answer(drawdown, name, Reply.AGREE, self._who_acts(name, deputies))
        self._sign(drawdown, self._who_acts("Chief Executive", deputies))

    def _who_acts(self, name: str, deputies: bool) -> User:
        appointed = sorted((deputy for office, deputy in self.in_force if office == name and deputies), key=lambda each: each.pk)
        return appointed[0] if appointed else self.case.people[name]

    def _sign(self, drawdown: Drawdown, by: User) -> None:
        given, acting = self.given[drawdown.pk], self._acting(by, "Chief Executive")
        answered = frozenset().union(*(each.people for each in given.values()))
        pounds, under = self.pounds[drawdown.pk], self.under[drawdown.pk]
        limits = self.limits.get(under, {2016: 0, None: 0})  # nothing more is drawn of one that was replaced
        may_sign = bool(acting) and not acting & (answered | self.prepared)
        is_ready = "Leader" in given and ("Director" in given or drawdown.answer_by < TODAY)  # type: ignore[operator]
        fits = all(self._held(measure, under) + pounds <= limit for measure, limit in limits.items())
        is_delegated = self._held(2016) + pounds <= UP_TO
        try:
            self.case.sign(Drawdown.objects.get(pk=drawdown.pk), by=by, at=LATER)
        except (NotAllowedNow, PermissionDenied):
            assert not (may_sign and is_ready and fits and is_delegated)
        else:
            assert may_sign and is_ready and fits and is_delegated  # noqa: PT018 - what the model says, in one
            self.holds[drawdown.pk] = dict.fromkeys(limits, pounds)
            del self.given[drawdown.pk]
            HAPPENED["signed off by a deputy" if by != self.case.chief_executive else "signed off"] += 1

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def hand_back(self, data: Any) -> None:
        pk = data.draw(st.sampled_from(sorted(self.holds)))
        live = [each for each in held(Q(drawdown=pk)) if each.pounds]
        if not live:
            return
        each = data.draw(st.sampled_from(live))
        pounds = data.draw(st.just(int(each.pounds)) | st.integers(1, int(each.pounds)))
        handed_back(drawdown=Drawdown.objects.get(pk=pk), giving=of_pounds(each.row, pounds), by=self.case.officer)
        self.holds[pk][each.row.financial_year] -= pounds
        HAPPENED["handed back"] += 1

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def call_in_and_overturn(self, data: Any) -> None:
        drawdown = self._called_in(data)
        if drawdown is None:
            return
        actions.overturn(drawdown=drawdown, on=TODAY, reasons="Scrutiny.", by=self.case.clerk, at=LATER)
        del self.holds[drawdown.pk]
        HAPPENED["overturned"] += 1

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def call_in_and_let_stand(self, data: Any) -> None:
        drawdown = self._called_in(data)
        if drawdown is not None:
            values = {"on": TODAY, "reasons": "Scrutiny.", "effective_on": TODAY}
            stands = actions.let_stand(drawdown=drawdown, **values, by=self.case.clerk, at=LATER)
            assert stands.state == State.EFFECTIVE

    def _called_in(self, data: Any) -> Drawdown | None:
        """One that holds something, published and called in; None where it had its call-in before."""
        drawdown = Drawdown.objects.get(pk=data.draw(st.sampled_from(sorted(self.holds))))
        if drawdown.record.published_on is None:
            drawdown = self.case.publish(drawdown, at=LATER)
        try:
            return self.case.called_in(drawdown, on=TODAY, at=LATER)
        except NotAllowedNow:
            assert drawdown.state == State.EFFECTIVE
            return None

    @rule(data=st.data(), limit=st.integers(4000, 14_000))
    def replace(self, data: Any, limit: int) -> None:
        old = data.draw(st.sampled_from(list(self.limits)))
        limits: dict[int | None, int] = {2016: limit, None: limit}
        new = make_authorisation(self.case.authorisation.decision, self.case.phase, limits=limits, replaces=old)
        fits = all(self._held(measure, old) <= amount for measure, amount in limits.items())
        try:
            actions.replace(authorisation=new, by=self.case.clerk, at=LATER)
        except NotAllowedNow:
            assert not fits
            Authorisation.objects.filter(pk=new.pk).update(replaces=None)
        else:
            assert fits
            del self.limits[old]
            self.limits[new] = limits
            HAPPENED["replaced"] += bool(self.holds)
            self.under |= {pk: new for pk in self.holds if self.under[pk] == old}

    @invariant()
    def what_is_drawn_is_what_the_model_holds_and_within_the_limit(self) -> None:
        check_deferred_rules()
        for authorisation in self.limits:
            for standing in standing_of(authorisation):
                assert 0 <= standing.drawn <= standing.limit.amount
                assert standing.drawn == self._held(standing.limit.financial_year, authorisation)
        assert self.case.delegation.limits.get().drawn == self._held(2016) <= UP_TO

    @invariant()
    def every_signed_drawdown_has_its_agreements_on_its_hash(self) -> None:
        for drawdown in Drawdown.objects.filter(state__in=LIVE):
            for step in drawdown.delegation.steps.filter(mode=Mode.AGREEMENT):
                assert Answer.objects.filter(
                    drawdown=drawdown, office=step.office, answer=Reply.AGREE, sha256=drawdown.sha256
                ).exists()

    @invariant()
    def the_chain_is_whole(self) -> None:
        previous = GENESIS
        for number, entry in enumerate(AuditEntry.objects.order_by("number"), start=1):
            assert (entry.number, entry.previous_hash, entry.hash) == (number, previous, link(previous, entry.content))
            previous = entry.hash
        assert AuditHead.objects.get().hash == previous

    def _delegation(self) -> Any:
        """As that of the case, with "up to" of its own."""
        first = self.case.delegation
        return actions.record_delegation(
            decision=first.decision,
            values={"title": "Up to", "text": first.text, "decision_maker": first.decision_maker},
            steps=[(step.office, Mode(step.mode)) for step in first.steps.all()],
            limits={2016: Decimal(UP_TO)},
            by=self.case.clerk,
            at=NOW,
        )

    def _answer(self, drawdown: Drawdown, name: str, reply: Reply, by: User) -> None:
        """The office answers by this person, who may or may not; an agreement refused is submitted again at once."""
        acting = self._acting(by, name)
        may_answer = bool(acting) and not acting & {*self.prepared, self.case.chief_executive.pk}
        try:
            after = self.case.answered(drawdown, name, reply, by=by, at=LATER)
        except (NotAllowedNow, PermissionDenied):
            assert not may_answer
            return
        assert may_answer
        HAPPENED["answered by a deputy" if by != self.case.people[name] else "answered"] += 1
        self.given[drawdown.pk][name] = Given(reply, acting)
        if name == "Leader" and reply is Reply.DISAGREE:
            assert after.state == State.RETURNED
            self.given.pop(drawdown.pk)
            if self.under[drawdown.pk] in self.limits:  # else it must be drawn on the later authorisation
                actions.submit(drawdown=after, version=after.version, key=new_key(), by=self.case.officer, at=LATER)
                self.given[drawdown.pk] = {}

    def _acting(self, person: User, name: str) -> frozenset[int]:
        """Who acts, and for whom, by number; nobody where this person does not act for the office."""
        holder = self.case.people[name]
        if person == holder:
            return frozenset({holder.pk})
        return frozenset({person.pk, holder.pk}) if (name, person) in self.in_force else frozenset()

    def _somebody(self, data: Any, name: str) -> User:
        """The holder; one of those ever appointed for the office; or anybody."""
        appointed = [deputy for office, deputy in self.deputies if office == name]
        return data.draw(st.sampled_from([self.case.people[name]] * 3 + [*appointed, *appointed, self.pool[0]]))

    def _held(self, measure: int | None, under: Authorisation | None = None) -> int:
        return sum(each[measure] for pk, each in self.holds.items() if under in (None, self.under[pk]))

    def _any(self, data: Any) -> Drawdown:
        return Drawdown.objects.get(pk=data.draw(st.sampled_from(sorted(self.given))))


@pytest.mark.django_db
def test_any_order_of_acts_keeps_every_promise():
    HAPPENED.clear()
    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=8,
            stateful_step_count=16,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
    acts = ("signed off", "signed off by a deputy", "answered", "answered by a deputy", "handed back", "overturned", "replaced")
    assert all(HAPPENED[act] for act in acts), HAPPENED
