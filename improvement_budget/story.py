"""Loads a case of `fixtures/` through the actions that people use, each step at the moment that the case gives for it.

Every drawdown of the case that is not signed is submitted at the moment of loading: it is what waits.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.council.actions import change_council
from accounts.models import Office, User
from approvals import actions
from approvals.actions import Concerned, Said, Seen
from approvals.drawdowns.rules import Mode, Reply
from approvals.models import Delegation, Drawdown
from costing.financial_year import FinancialYear
from costing.line_cost import Absence, Duration
from costing.measure import in_year
from costing.typed import parse_amount, parse_fte, parse_recruited
from phases.authorisations import actions as authorisations_actions
from phases.authorisations.actions import AuthorisedMoney
from phases.bodies.actions import save_body
from phases.bodies.models import Body
from phases.bodies.queries import body_named
from phases.decisions import actions as decisions_actions
from phases.funding import actions as funding_actions
from phases.limits import actions as limits_actions
from phases.models import Authorisation, FundingDecision, FundingSource, Phase, Programme
from phases.programmes import actions as programmes_actions
from posts.lines.actions import LineChange, change_lines
from posts.lines.places.rules import STEP
from posts.lines.rules import LineState, Stated
from posts.models import CostLine
from reports.models import ReportParagraph
from reports.report import actions as report_actions

LONDON = ZoneInfo("Europe/London")
PREPARES, SIGNS, RECORDS = "finance-officer", "chief-executive", "clerk"


@dataclass
class Loading:
    """What has been loaded of the case so far, by the names that the case uses."""

    case: dict[str, Any]
    people: Mapping[str, User] = field(default_factory=dict)
    programme: Programme = field(init=False)
    bodies: dict[str, Body] = field(default_factory=dict)
    phases: dict[int, Phase] = field(default_factory=dict)
    sources: dict[str, FundingSource] = field(default_factory=dict)
    decisions: dict[str, FundingDecision] = field(default_factory=dict)
    authorisations: dict[str, Authorisation] = field(default_factory=dict)
    delegations: dict[str, Delegation] = field(default_factory=dict)
    submitted: dict[str, Drawdown] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> "Loading":
        """Of a case file; nothing is loaded yet."""
        return cls(tomllib.loads(path.read_text(encoding="utf-8")))

    def load(self, people: Mapping[str, User], at: datetime) -> Programme:
        """The programme first, then decisions, lines and drawdowns in the order of their moments, as far as they have come."""
        self.people = people
        self.set_up()
        for moment, step in sorted(self.steps(), key=lambda each: each[0]):
            if moment <= at:
                step()
        for item in self.case["drawdown"]:
            if not item["signed"]:
                self.submit(item, at)
        return self.programme

    def go_on(self, people: Mapping[str, User], after: datetime, until: datetime) -> None:
        """The decisions between two moments, in a programme that was loaded before. What no longer fits it is left out."""
        programme = Programme.objects.filter(slug=self.case["programme"]["slug"]).first()
        if programme is None:
            return
        self.people, self.programme = people, programme
        self.bodies = {each.name: each for each in Body.objects.all()}
        self.sources = {each.name: each for each in programme.funding_sources.all()}
        self.phases = {each.number: each for each in programme.phases.all()}
        for moment, step in sorted(self.steps(), key=lambda each: each[0]):
            if after < moment <= until:
                with suppress(KeyError, ValidationError), transaction.atomic():
                    step()

    def set_up(self) -> None:
        """The council's name and approval limits, the programme with its phases and sources."""
        at, officer, administrator = self.moment("people"), self.people[PREPARES], self.people["administrator"]
        change_council(values=self.case["council"], by=administrator, at=at)
        for item in self.case["body"]:
            self.bodies[item["name"]] = save_body(values=item, by=administrator, at=at)
        for item in self.case["approval_limit"]:
            approver = self.bodies[item["approver"]]
            amount = Decimal(item["amount"]) if "amount" in item else None
            limits_actions.add_approval_limit(values={**item, "approver": approver, "amount": amount}, by=administrator, at=at)
        self.programme = programmes_actions.save_programme(values=self.programme_details(), by=officer, at=at)
        for item in self.case["funding_source"]:
            made = funding_actions.save_funding_source(programme=self.programme, values=item, by=officer, at=at)
            self.sources[item["name"]] = made
        for item in self.case["phase"]:
            self.phases[item["number"]] = programmes_actions.save_phase(programme=self.programme, values=item, by=officer, at=at)
        for item in self.case["excluded_item"]:
            values = {**item, "amount": Decimal(item["amount"]), "funding_source": self.sources[item["funding_source"]]}
            funding_actions.save_excluded_item(programme=self.programme, values=values, by=officer, at=at)

    def programme_details(self) -> dict[str, Any]:
        details = _stripped(self.case["programme"])
        return details | {"committee": self.bodies[details["committee"]]}

    def steps(self) -> Iterator[tuple[datetime, Callable[[], Any]]]:
        """Everything that has a moment of its own."""
        for item in self.case["decision"]:
            yield _in_london(item["recorded"]), partial(self.decide, item)
        yield self.moment("lines"), self.enter_lines
        yield self.moment("report"), self.write_report
        for item in self.case["drawdown"]:
            if item["signed"]:
                yield self.moment("drawdown"), partial(self.submit, item, self.moment("drawdown"))
                yield self.moment("answers"), partial(self.answer, item)
                yield self.moment("signature"), partial(self.sign, item)
                yield self.moment("publication"), partial(self.publish, item)

    def decide(self, item: dict[str, Any]) -> None:
        """A decision, the money it allows and what it delegates."""
        clerk, at = self.people[RECORDS], _in_london(item["recorded"])
        values = {name: value for name, value in _stripped(item).items() if name != "recorded"}
        values["body"] = self.bodies[item["body"]]
        decision = decisions_actions.record_decision(programme=self.programme, values=values, by=clerk, at=at)
        for money in self.of_decision("authorisation", decision):
            self.authorisations[money["title"]] = authorisations_actions.record_authorisation(
                decision=decision,
                money=AuthorisedMoney(
                    {name: money[name] for name in ("title", "term", "assumption")}
                    | {"funding_source": self.sources[money["funding_source"]]},
                    phases=[self.phases[number] for number in money["phases"]],
                    limits={in_year(FinancialYear.parse(label)): Decimal(amount) for label, amount in money["limits"].items()},
                ),
                by=clerk,
                at=at,
            )
        for scheme in self.of_decision("delegation", decision):
            given = ("title", "text", "report_back_on")
            self.delegations[scheme["title"]] = actions.record_delegation(
                decision=decision,
                values={name: value for name, value in _stripped(scheme).items() if name in given}
                | {"decision_maker": _office(scheme["decision_maker"])}
                | {"report_back_body": body_named(scheme.get("report_back_to", ""))},
                steps=[(_office(slug), mode) for mode in Mode for slug in scheme.get(mode, [])],
                by=clerk,
                at=at,
            )

    def enter_lines(self) -> None:
        officer, at = self.people[PREPARES], self.moment("lines")
        changes = list(_lines(self.case["lines"], self.phases, officer, at))
        change_lines(programme=self.programme, line_changes=changes, by=officer, at=at)

    def write_report(self) -> None:
        """The front sheet and the recommendations as the papers state them, and the finance section as it is drafted."""
        clerk, officer, at = self.people[RECORDS], self.people[PREPARES], self.moment("report")
        sheet = _stripped(self.case["front_sheet"])
        chosen = {"funding_source": self.sources[sheet["funding_source"]], "decider": self.bodies[sheet["decider"]]}
        values = {**sheet, **chosen}
        report_actions.save_front_sheet(programme=self.programme, values=values, by=clerk, at=at)
        for item in self.case["recommendation"]:
            values = _stripped(item) | {"body": self.bodies[item["body"]]}
            section = ReportParagraph.Section.RECOMMENDATIONS
            report_actions.add_paragraph(programme=self.programme, section=section, values=values, by=clerk, at=at)
        section = ReportParagraph.Section.FINANCE
        report_actions.draft_section(programme=self.programme, section=section, by=officer, at=at)

    def submit(self, item: dict[str, Any], at: datetime) -> None:
        """Every line of a phase, whole, with its case."""
        officer, phase = self.people[PREPARES], self.phases[item["phase"]]
        drawdown = actions.draft(
            delegation=self.delegations[item["delegation"]], title=item["title"], key=_key(item, "draft"), by=officer, at=at
        )
        lines = CostLine.objects.filter(phase=phase).order_by("position")
        paid_by = self.authorisations[item["authorisation"]]
        chosen = [actions.Choice(line.pk, paid_by, fte=line.fte) for line in lines]
        drawdown = actions.choose_lines(drawdown=drawdown, version=drawdown.version, choices=chosen, by=officer, at=at)
        values = _stripped(item["case"])
        actions.write_case(drawdown=drawdown, version=drawdown.version, values=values, by=officer, at=at)
        drawdown.refresh_from_db()
        self.submitted[item["title"]] = actions.submit(
            drawdown=drawdown, version=drawdown.version, key=_key(item, "submit"), by=officer, at=at
        )

    def answer(self, item: dict[str, Any]) -> None:
        """Every named office agrees."""
        drawdown = self.submitted[item["title"]]
        steps = drawdown.delegation.steps.select_related("office")
        for office in (step.office for step in steps if step.office):
            actions.answer(
                concerned=Concerned(drawdown, drawdown.sha256, office),
                said=Said(Reply.AGREE, "", "None"),
                key=_key(item, office.slug),
                by=self.people[office.slug],
                at=self.moment("answers"),
            )

    def sign(self, item: dict[str, Any]) -> None:
        drawdown = self.submitted[item["title"]]
        drawdown.refresh_from_db()
        self.submitted[item["title"]] = actions.sign_off(
            drawdown=drawdown,
            seen=Seen(drawdown.version, drawdown.sha256),
            key=_key(item, "sign"),
            by=self.people[SIGNS],
            at=self.moment("signature"),
        )

    def publish(self, item: dict[str, Any]) -> None:
        """Published, and in effect that day: it is not open to call-in."""
        drawdown, at, clerk = self.submitted[item["title"]], self.moment("publication"), self.people[RECORDS]
        actions.publish(record=drawdown.record, by=clerk, at=at)
        actions.take_effect(drawdown=drawdown, by=clerk, at=at)

    def of_decision(self, kind: str, decision: FundingDecision) -> list[dict[str, Any]]:
        return [item for item in self.case[kind] if item["decision"] == decision.title]

    def moment(self, name: str) -> datetime:
        return _in_london(self.case["story"][name])


def _in_london(moment: datetime) -> datetime:
    return moment.replace(tzinfo=LONDON)


def _office(slug: str) -> Office:
    return Office.objects.get(slug=slug)


def _key(item: dict[str, Any], act: str) -> str:
    return f"story {item['phase']} {act}"


def _stripped(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}


def _lines(table: dict[str, Any], phases: dict[int, Phase], officer: User, at: datetime) -> Any:
    for place, row in enumerate(table["rows"], 1):
        cells = dict(zip(table["columns"], row, strict=True))
        stated = _stated(cells, table["reason"], officer, at)
        yield LineChange(None, None, _line(cells, place, phases[cells["phase"]], table["terms"].get(cells["title"]), stated))


def _stated(cells: dict[str, Any], reason: str, officer: User, at: datetime) -> tuple[Stated, ...]:
    """The figures of a line, each with the one reason that the case gives."""
    return tuple(
        Stated(year, amount, "" if amount is not None else Absence.NO_EFFECT.value, reason, officer.pk, at)
        for year, amount in (
            (2016, _thousands(cells["2016/17"])),
            (2017, _thousands(cells["2017/18"])),
            (None, None if cells["full year"] == "-" else _thousands(cells["full year"])),
        )
    )


def _line(cells: dict[str, Any], place: int, phase: Phase, term: int | None, stated: tuple[Stated, ...]) -> LineState:
    """`term` is its months, where it lasts a fixed term."""
    fte = parse_fte(cells["fte"])
    start = date.fromisoformat(cells["start"]) if cells["start"] else None
    return LineState(
        phase=phase.pk,
        team=cells["team"],
        position=place * STEP,
        kind=CostLine.Kind.POST if fte else CostLine.Kind.OTHER,
        title=cells["title"],
        fte=fte,
        annual_cost=_thousands(cells["2017/18"] if term else cells["full year"]),
        duration=Duration.FIXED_TERM if term else Duration.RECURRING,
        term_months=term,
        paperwork_complete=cells["paperwork"] == "Yes",
        recruited_fte=parse_recruited(cells["recruited"], fte) if fte else None,
        engaged="" if fte else cells["recruited"].lower(),
        comment=cells["comment"],
        cost_centre="",
        subjective_code="",
        establishment_number="",
        intakes=((fte, start, None),) if start else (),
        stated=stated,
    )


def _thousands(cell: str) -> Decimal:
    return (parse_amount(cell) or Decimal(0)) * 1000
