"""The acts of the stories that give power and money, move it and let it lapse; and the days that pass."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from approvals import actions
from approvals.delegations.conditions.rules import GivenPart
from approvals.drawdowns.rules import Mode
from approvals.models import DelegationCondition
from approvals.year_end.rules import Carrying
from costing.measure import in_year, stored
from phases.models import Authorisation, FundingDecision
from tests.approvals.acting import CONDITION, ONE, act
from tests.approvals.acts_of_asking import ActsOfAsking
from tests.approvals.expected import Draw, Given, Measure, Money, Part
from tests.approvals.stories import HAPPENED, days


class ActsOfMoney(ActsOfAsking):
    """Each asks the model, does the act, and tells the model what was done."""

    # Days

    @act(2, number=st.sampled_from([1, 1, 4, 7, 30, 200]))
    def days_pass(self, data: Any, number: int) -> None:
        self.told.today += days(number)

    @act(
        1,
        when=lambda self: self.told.today < date(2017, 4, 1),
    )
    def the_year_comes_to_its_end(self, data: Any) -> None:
        self.the_year_ends()

    def the_year_ends(self) -> None:
        today = self.told.today
        self.told.today = date(today.year + (today.month > 3), 4, 3)
        HAPPENED["the year ended"] += 1

    # Delegations

    @act(
        1,
        when=lambda self: len(self.books.given) < 7,
        starts=st.sampled_from([None, None, -3, 3]),
        ends=st.sampled_from([None, 5, 30]),
        terms=st.integers(0, 3),
    )
    def give(self, data: Any, starts: int | None, ends: int | None, terms: int) -> None:
        """By the decision of July, with the money of some decisions; with a first or last day, a condition, or in parts."""
        decisions = sorted({money.decision for money in self.books.money.values()})
        money = data.draw(st.sets(st.sampled_from(decisions), min_size=1))
        earliest = None if starts is None else self.told.today + days(starts)
        expires = None if ends is None else self.told.today + days(ends)
        values = {"earliest": earliest, "expires": expires, "has_condition": terms in (1, 3)}
        parts = [(2_000, None, False), (3_000, self.told.today + days(4), False), (4_000, None, True)] if terms == 2 else []
        self._give(money, limits={2016: 6_000} if terms == 3 else {}, parts=parts, **values)

    def _give(self, money: set[int], limits: dict[Measure, int], **values: Any) -> Given:
        earliest, expires = values.get("earliest"), values.get("expires")
        parts = [
            GivenPart(in_year(2016), Decimal(pounds), not_before, (CONDITION,) if waits else ())
            for pounds, not_before, waits in values.get("parts", ())
        ]
        scheme = {"earliest": earliest, "expires": expires, "conditions": [CONDITION] if values.get("has_condition") else []}
        first = self.case.delegation
        made = self.told.tried(
            "gave a delegation",
            set(),
            lambda: actions.record_delegation(
                decision=first.decision,
                values={
                    "title": f"Given {len(self.books.given)}",
                    "text": first.text,
                    "decision_maker": first.decision_maker,
                    "money": FundingDecision.objects.filter(pk__in=money),
                    "parts": parts,
                    **scheme,
                },
                steps=[(step.office, Mode(step.mode)) for step in first.steps.all()],
                limits={stored(measure): Decimal(pounds) for measure, pounds in limits.items()},
                by=self.case.clerk,
                at=self.told.at,
            ),
        )
        assert made
        of_parts = {each.part_id: each.pk for each in made.conditions.all()}
        kept = [Part(int(each.amount), each.not_before, of_parts.get(each.pk)) for each in made.parts.all()]
        all_limits = {each.financial_year: int(each.amount) for each in made.limits.all()}
        confirmed: dict[int, dict[int, date]] = {pk: {} for pk in of_parts.values()}
        terms = {"earliest": earliest, "expires": expires, "limits": all_limits, "parts": kept}
        return self.told.given_of(made.pk, money, condition=of_parts.get(None), confirmed=confirmed, **terms)

    @act(
        2,
        when=lambda self: any(given.confirmed for given in self.books.given.values()),
        who=st.sampled_from(["clerk", "clerk", "officer", "second"]),
    )
    def confirm(self, data: Any, who: str) -> None:
        given = data.draw(st.sampled_from([each for each in self.books.given.values() if each.confirmed]))
        condition = data.draw(st.sampled_from(sorted(given.confirmed)))
        by = self.told.second if who == "second" else getattr(self.case, who)
        done = self.told.tried(
            "confirmed a condition",
            self.books.why_not_confirm(given, condition, by.pk),
            lambda: actions.confirm_condition(
                condition=DelegationCondition.objects.get(pk=condition),
                met_on=self.told.today,
                evidence=actions.Evidence("Minute 17"),
                by=by,
                at=self.told.at,
            ),
        )
        if done:
            given.confirmed[condition][by.pk] = self.told.today

    # Money

    @act(
        1,
        when=lambda self: len(self.books.money) < 6,
        pounds=st.integers(2_000, 8_000),
        measures=st.sampled_from([(2016,), (2016, None), (2017, None), (None,)]),
    )
    def decide(self, data: Any, pounds: int, measures: tuple[Measure, ...]) -> None:
        """A body releases more, beside what it released before."""
        self.told.authorised(dict.fromkeys(measures, pounds), recurring=None in measures)

    @act(
        3,
        when=lambda self: len(self.books.money) < 8,
        pounds=st.integers(3_000, 14_000),
        moves=st.booleans(),
        anew=st.booleans(),
    )
    def decide_to_replace(self, data: Any, pounds: int, moves: bool, anew: bool) -> None:
        """In the same measures, or in others; by the same decision, or anew. What was drawn is moved by an act of its own."""
        in_force = [money for money in self.books.money.values() if not money.replaced_by]
        old = data.draw(st.sampled_from(in_force))
        measures = data.draw(st.sampled_from([tuple(old.limits), tuple(old.limits), (2016, None), (2016, 2017, None), (None,)]))
        of = 0 if anew else old.decision
        new = self.told.authorised(dict.fromkeys(measures, pounds), data.draw(st.booleans()), replaces=old, of=of)
        if moves:
            self._replace(new)
        elif not anew:
            self._draw_on(new, max(pounds // 8, 1))

    def _draw_on(self, money: Money, pounds: int) -> None:
        """Before what the earlier money released is moved over: refused where something was."""
        given = next((given for given in self.books.given.values() if money.decision in given.money), None)
        if given and (asked := self._ask(given, [Draw(self.told.costing(pounds, 2017), money, ONE)])):
            self.go_to_the_end(asked)

    @act(3, when=lambda self: any(money.replaces and not money.moved for money in self.books.money.values()))
    def replace(self, data: Any) -> None:
        self._replace(
            data.draw(st.sampled_from([each for each in self.books.money.values() if each.replaces and not each.moved]))
        )

    def _replace(self, new: Money) -> None:
        why, old = self.books.why_not_replace(new), new.replaces
        what = "replaced" if any(row.money is old and row.is_live for row in self.books.rows) else "replaced nothing"
        authorisation = Authorisation.objects.get(pk=new.pk)
        done = self.told.tried(
            what, why, lambda: actions.replace(authorisation=authorisation, by=self.case.clerk, at=self.told.at)
        )
        if done is not None:
            self.books.replaced(new)
        elif why:  # the clerk takes it back: what it was to replace goes on
            Authorisation.objects.filter(pk=new.pk).update(replaces=None)
            assert old
            new.replaces = old.replaced_by = None

    @act(2, year=st.sampled_from([2016, 2016, 2017]))
    def lapse(self, data: Any, year: int) -> None:
        money = self._money(data)
        authorisation = Authorisation.objects.get(pk=money.pk)
        done = self.told.tried(
            "lapsed",
            self.books.why_not_lapse(money, year, self.told.today),
            lambda: actions.lapse(authorisation=authorisation, year=year, by=self.case.clerk, at=self.told.at),
        )
        if done:
            money.lapsed.add(year)

    @act(
        5,
        when=lambda self: self.told.today > date(2017, 3, 1),
        years=st.sampled_from([(2016, 2017)] * 4 + [(2016, 2018), (2017, 2018), (2016, 2016)]),
        by=st.sampled_from(["its own"] * 4 + ["older", "to come", "with money", "the same again"]),
    )
    def carry_forward(self, data: Any, years: tuple[int, int], by: str) -> None:
        money, today = self._money(data), self.told.today
        left = money.limits.get(years[0], 0) - self.books.drawn(money, years[0])
        pounds = data.draw(st.sampled_from([left, max(left // 2, 1), left + 1]))
        why, decision = self.books.why_not_carry(money, years, pounds, today), self._decision(money, years[0], by)
        if by not in ("its own", "the same again") or (decision.pk, years[0]) in money.carried:
            why.add("decision")
        authorised = sum(limit for measure, limit in money.limits.items() if measure)
        authorisation = Authorisation.objects.get(pk=money.pk)
        done = self.told.tried(
            "carried forward",
            why,
            lambda: actions.carry_forward(
                authorisation=authorisation,
                carrying=Carrying(*years, Decimal(pounds)),
                decision=decision,
                by=self.case.clerk,
                at=self.told.at,
            ),
        )
        if done:
            self.books.carried(money, years, pounds, decision.pk)
            assert sum(each.amount for each in authorisation.limits.all() if each.financial_year) == authorised, "it grew"

    def _decision(self, money: Money, year: int, by: str) -> FundingDecision:
        used = [decision for decision, of in money.carried if of == year]
        if by == "the same again" and used:
            return FundingDecision.objects.get(pk=used[0])
        if by == "with money":
            return FundingDecision.objects.get(pk=money.decision)
        day = {"older": money.decided_on - days(1), "to come": self.told.today + days(1)}.get(by, self.told.today)
        return self.told.decided(day)

    def _money(self, data: Any) -> Money:
        money = list(self.books.money.values())
        return data.draw(st.sampled_from([each for each in money if not each.replaced_by] * 4 + money))
