"""A council in which a story is told: the product on the one side, the books of the model on the other, and both compared."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from copy import copy, deepcopy
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar
from unittest.mock import patch

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import DeputyAppointment, User
from accounts.permissions.rules import Role
from approvals.actions import Choice, NotAllowedNow
from approvals.drawdowns.consumption.queries import held, held_before
from approvals.models import Consumption, DecisionRecord, Drawdown
from phases.models import Authorisation, FundingDecision
from tests.approvals.books import Books
from tests.approvals.case import Case, make_case
from tests.approvals.expected import Asked, Draw, Given, Line, Measure, Money
from tests.making import make_administrator, make_authorisation, make_decision, make_officer, make_user, said_to_fit
from tests.refusals import check_deferred_rules

BEGINS = date(2016, 9, 20)
LIMITS: dict[Measure, int] = {2016: 10_000, None: 12_000}
OFFICES = ("Chief Executive", "Leader", "Director")
HAPPENED: Counter[str] = Counter()
"""What the stories came to: a machine whose acts are all refused proves nothing."""

SAID = {
    "not its money": "does not cover this money",
    "replaced": "was replaced by",
    "fte": "FTE are left to draw",
    "no amount": "states no amount for",
    "line": "is left to draw in|less than nothing would be drawn",
    "otherwise": "no longer what was submitted",
    "day": r"cannot (have been decided elsewhere|be (recorded|submitted|answered|signed|published)) on"
    r"|It could be called in|takes effect on .*, not before",
    "met later": "This condition was met later",
    "state": "is not waiting for anybody|it cannot become|there is no decision to record|Only a decision that was called in",
    "not acting": "You do not act for this office",
    "prepared": "a drawdown you prepared",
    "decides": r"cannot also be one of those who answer\.",
    "has answered": "cannot also be one of those who answered",
    "answered": "has already answered",
    "agreement": "Leader has not answered",
    "consultation": "Director has not answered",
    "first day": "The delegation allows decisions from",
    "ended": "The delegation ended on",
    "condition": "A condition of the delegation is not confirmed",
    "part": "The delegation releases its money in parts",
    "year over": "its money is drawn only where a decision carried it",
    "limit": "cannot be drawn from .* is left",
    "lapsed": "has lapsed",
    "limit of the delegation": "cannot be drawn under",
    "not moved yet": "has not yet (been moved|taken over)",
    "profits": "You prepared a drawdown under this delegation",
    "confirmed": "already confirmed this condition",
    "published": "was published on .* and cannot be changed",
    "not published": "is not published|after its record is published|opens when the record is published",
    "to come": "cannot be in the future",
    "called in": "was called in: record the outcome first",
    "gone": "withdrawn from publication",
    "another came first": "published another correction",
    "asked it": "You asked for this",
    "asked before": "already waits to be handed back",
    "changed": "has changed since",
    "not covered": "allows nothing in",
    "year goes on": "nothing (lapses|is carried forward) before then",
    "not a later year": "Choose a year after",
    "no limit": "names no limit for",
    "amount": "Enter whole pounds",
    "decision": "This decision cannot carry this money forward",
}
"""How the product words each rule of the model."""
AT_ONCE = {"agreement", "consultation", "first day", "ended", "condition", "part", "year over"}
"""What a sign-off lacks is said all together."""
GUARDS = {
    "agreement": "sign_off_needs_every_agreement",
    "consultation": "sign_off_after_consultation",
    "first day": "sign_off_from_the_first_day",
    "ended": "sign_off_while_delegated",
    "condition": "sign_off_with_its_conditions_met",
    "part": "draw_of_a_released_part",
    "year over": "draw_before_its_year_ended",
    "prepared": "sign_off_by_no_preparer",
    "has answered": "sign_off_by_none_who_answered",
    "limit": "drawn_is_within_the_limit",
    "lapsed": "limit_lapsed_is_not_drawn",
    "limit of the delegation": "delegation_drawn_is_within_its_limit",
    "not moved yet": "drawn_once_it_took_over",
}
"""What of the database refuses the same where somebody goes round the action."""

Done = TypeVar("Done")


class Council:
    """One programme, everybody in it, a day that moves on, and the books of the model."""

    def __init__(self) -> None:
        self.case: Case = make_case(LIMITS)
        self.today = BEGINS
        self.books = Books()
        self.administrator = make_administrator()
        self.second = make_officer()
        self.books.first_power = self.case.delegation.decision.decided_on
        self.money_of(self.case.authorisation)
        self.given_of(self.case.delegation.pk, {self.case.delegation.decision_id})
        self.deputies: dict[tuple[str, User], DeputyAppointment] = {}
        # Of those who may be appointed, the officer and the editor prepare every drawdown, and each holder has an office already.
        self.pool = [make_user(Role.OFFICE_HOLDER), make_user(Role.OFFICE_HOLDER), self.case.officer, self.case.editor]
        self.pool += self.case.people.values()
        for person in self.pool:
            said_to_fit(person, self.case.offices["Chief Executive"])

    def again(self) -> "Council":
        """The same council, with books and a day of its own."""
        other = copy(self)
        other.books, other.deputies = deepcopy(self.books), dict(self.deputies)
        return other

    @property
    def at(self) -> datetime:
        return self.moment(self.today)

    def moment(self, day: date) -> datetime:
        return datetime.combine(day, time(10), UTC)

    def tried(self, what: str, why: set[str], act: Callable[[], Done]) -> Done | None:
        """Done, or refused exactly where the model says so and by one of its rules; None then."""
        try:
            with transaction.atomic():
                done = act()
        except (NotAllowedNow, PermissionDenied, ValidationError) as refusal:
            words = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
            said = {rule for rule, wording in SAID.items() if re.search(wording, words)}
            assert said, f"{what}: refused by no rule that is known: {words}"
            assert said <= why, f"{what}: {words} The model says {sorted(why) or 'that it is done'}."
            assert not said & AT_ONCE or said & AT_ONCE == why & AT_ONCE, f"{what}: {words} The model says {sorted(why)}."
            HAPPENED.update(f"refused: {rule}" for rule in said)
            return None
        assert not why, f"{what}: it was done, and the model refuses it: {sorted(why)}"
        HAPPENED[what] += 1
        return done

    def refused_past_the_action(self, why: set[str], act: Callable[[], Any]) -> None:
        """Nobody asks what the action asks: then a guard of the database refuses the sign-off for one of these reasons."""
        signing, consumption = "approvals.drawdowns.signing.actions", "approvals.drawdowns.consumption.actions"
        ignored = ("_nothing_lacking", "refuse_for", "check_delegation_limits", "not_waiting_for_transfer")
        unguarded = "UPDATE approvals_limitdrawn d SET drawn = d.drawn + asked.pounds FROM unnest(%s::bigint[], %s::numeric[]) "
        unguarded += "AS asked (limit_id, pounds) WHERE d.limit_id = asked.limit_id RETURNING d.limit_id, d.drawn"
        try:
            with ExitStack() as stack, transaction.atomic():
                for name in ignored:
                    stack.enter_context(patch(f"{signing}.{name}", lambda *given: None))
                stack.enter_context(patch(f"{consumption}._ADD", unguarded))
                act()
                check_deferred_rules()
        except IntegrityError as refusal:
            guard = refusal.__cause__.diag.constraint_name  # type: ignore[union-attr]
            assert guard in {GUARDS[rule] for rule in why}, f"{guard} refused it, and not {sorted(why)}"
            HAPPENED[f"refused by {guard}"] += 1
        else:
            raise AssertionError(f"the database let it pass: {sorted(why)}")

    # What the model must know of what was made

    def money_of(self, made: Authorisation) -> Money:
        limits = {each.financial_year: int(each.amount) for each in made.limits.order_by("pk")}
        old = self.books.money[made.replaces_id] if made.replaces_id else None
        recurring = made.term == Authorisation.Term.RECURRING
        money = Money(made.pk, made.decision_id, made.decision.decided_on, limits, recurring, replaces=old)
        self.books.money[made.pk] = money
        if old:
            old.replaced_by = money
        return money

    def given_of(self, pk: int, money: set[int], **values: Any) -> Given:
        given = self.books.given[pk] = Given(pk, money, self.today, **values)
        return given

    def authorised(self, limits: dict[Measure, int], recurring: bool, replaces: Money | None = None, of: int = 0) -> Money:
        """By a decision of today, or by an earlier one, by its number."""
        earlier = FundingDecision.objects.filter(pk=of).first()
        decision = earlier or make_decision(self.case.programme, decided_on=self.today)
        term = Authorisation.Term.RECURRING if recurring else Authorisation.Term.ONE_OFF
        old = Authorisation.objects.get(pk=replaces.pk) if replaces else None
        return self.money_of(make_authorisation(decision, self.case.phase, limits=limits, term=term, replaces=old))

    def costing(self, pounds: int, starts: int) -> Line:
        line = self.case.line(annual_cost=Decimal(pounds), intakes=((Decimal(1), date(starts, 4, 1), None),))
        self.books.lines.append(Line(line.pk, pounds, starts))
        return self.books.lines[-1]

    def choices(self, draws: Iterable[Draw]) -> list[Choice]:
        found = Authorisation.objects.in_bulk([draw.money.pk for draw in draws])
        return [Choice(draw.line.pk, found[draw.money.pk], fte=_decimal(draw.fte)) for draw in draws]

    def decided(self, day: date) -> FundingDecision:
        return make_decision(self.case.programme, decided_on=day)

    # Who acts

    def acting(self, person: User, name: str, day: date) -> frozenset[int]:
        """Who acts that day, and for whom, by number; nobody where this person does not act for the office."""
        holder = self.case.people[name]
        if person == holder:
            return frozenset({holder.pk})
        appointed = self.deputies.get((name, person))
        in_force = appointed and appointed.since <= day and (appointed.revoked_from is None or day < appointed.revoked_from)
        return frozenset({person.pk, holder.pk}) if in_force else frozenset()

    def deputies_of(self, name: str) -> list[User]:
        return [person for office, person in self.deputies if office == name and self.acting(person, name, self.today)]

    # What both sides say of the money

    def compare(self, asked: Iterable[Asked]) -> None:
        """Each limit, each row that holds something: the same on both sides, and never a pound over."""
        check_deferred_rules()
        self._compare_limits()
        rows = {(row.asked.pk, row.line.pk, row.money.pk, row.measure): row for row in self.books.rows if row.is_live}
        kept = {
            (row.drawdown_id, row.line_id, row.authorisation_id, row.financial_year): (pounds, fte)
            for row, pounds, fte in held(Q(drawdown__in=[each.pk for each in asked]))
            if pounds or fte
        }
        assert kept == {key: (row.left, _decimal(row.left_fte)) for key, row in rows.items()}
        self._compare_lines()
        for line in self.books.lines:
            for measure in {row.measure for row in self.books.rows}:
                of_it = [row for row in rows.values() if (row.line, row.measure) == (line, measure)]
                assert sum(row.left_fte for row in of_it) <= 1, "funded twice"
                assert sum(row.left for row in of_it) <= (line.costs(measure) or 0), "more than it costs"

    def _compare_lines(self) -> None:
        """What each line holds for the next draw: its FTE, and the pounds that are not there to be drawn again."""
        sums: dict[tuple[int, Measure], tuple[Fraction, int]] = {}
        for row in self.books.rows:
            fte, pounds = sums.get((row.line.pk, row.measure), (Fraction(0), 0))
            sums[row.line.pk, row.measure] = (fte + row.left_fte, pounds + row.counts)
        kept = held_before(line.pk for line in self.books.lines)
        assert {key: (_decimal(fte), pounds) for key, (fte, pounds) in sums.items()} == {
            (line, measure.financial_year): (each.fte, each.pounds)
            for line, of in kept.items()
            if isinstance(line, int)  # not the part of one source
            for measure, each in of.items()
        }

    def _compare_limits(self) -> None:
        found = Authorisation.objects.filter(programme=self.case.programme).values_list(
            *("pk", "limits__financial_year", "limits__amount", "limits__drawn_row__drawn", "limits__drawn_row__lapsed_at")
        )
        kept = {(pk, year): (amount, drawn or 0, lapsed is not None) for pk, year, amount, drawn, lapsed in found}
        assert kept == {
            (money.pk, measure): (limit, self.books.drawn(money, measure), measure in money.lapsed)
            for money in self.books.money.values()
            for measure, limit in money.limits.items()
        }
        assert all(0 <= drawn <= amount for amount, drawn, _ in kept.values())
        limits = self.case.programme.delegations.filter(limits__isnull=False)
        under = limits.values_list("pk", "limits__financial_year", "limits__amount", "limits__drawn")
        for pk, measure, amount, drawn in under:
            assert drawn == self.books.drawn_under(self.books.given[pk], measure) <= amount


def _decimal(fte: Fraction) -> Decimal:
    return Decimal(fte.numerator) / fte.denominator


def drawdown_of(asked: Asked) -> Drawdown:
    return Drawdown.objects.get(pk=asked.pk)


def record_of(asked: Asked) -> DecisionRecord:
    return DecisionRecord.objects.get(drawdown=asked.pk)


def row_of(row: Any) -> Consumption:
    """The row of the store that the model's row is."""
    return Consumption.objects.get(
        drawdown=row.asked.pk,
        line_id=row.line.pk,
        authorisation=row.money.pk,
        financial_year=row.measure,
        reverses__isnull=True,
    )


def days(number: int) -> timedelta:
    return timedelta(days=number)
