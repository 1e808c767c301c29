"""The demonstration: one account for each person of the story, and the case of `fixtures/`, loaded through the actions."""

import tomllib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.actions import add_office, change_council, record, take_office
from accounts.models import User
from accounts.permissions import Role
from accounts.queries import demonstration_accounts
from costing.financial_year import FinancialYear
from costing.line_cost import Absence, Duration
from costing.typed import parse_amount, parse_fte, parse_recruited
from phases import actions as phases_actions
from phases.models import Phase, Programme
from posts.actions import POSITION_STEP, LineChange, change_lines
from posts.line_state import LineState, Stated
from posts.models import CostLine

CASE = Path(__file__).resolve().parent.parent / "fixtures" / "ofsted-2016.toml"

# account, name, job title, roles, office held. Named after what they do: no person is meant.
ACCOUNTS = [
    ("finance-officer", "Finance officer", "Head of finance, children's services", [Role.FINANCE_OFFICER], None),
    ("second-finance-officer", "Second finance officer", "Finance business partner", [Role.FINANCE_OFFICER], None),
    ("director-of-finance", "Director of Finance", "Section 151 officer", [Role.OFFICE_HOLDER], "Director of Finance"),
    ("leader", "Leader of the Council", "Councillor", [Role.OFFICE_HOLDER], "Leader of the Council"),
    (
        "care-services-portfolio-holder",
        "Care Services Portfolio Holder",
        "Councillor",
        [Role.OFFICE_HOLDER],
        "Care Services Portfolio Holder",
    ),
    (
        "resources-portfolio-holder",
        "Resources Portfolio Holder",
        "Councillor",
        [Role.OFFICE_HOLDER],
        "Resources Portfolio Holder",
    ),
    ("chief-executive", "Chief Executive", "Head of paid service", [Role.OFFICE_HOLDER], "Chief Executive"),
    ("clerk", "Committee clerk", "Democratic services officer", [Role.CLERK], None),
    ("auditor", "Auditor", "Internal auditor", [Role.AUDITOR], None),
    ("administrator", "Administrator", "Systems administrator", [Role.ADMINISTRATOR], None),
]
# Said on the sign-in page.
WHAT_THEY_DO = {
    Role.FINANCE_OFFICER: "Enters posts and other costs, sets up programmes, prints the committee table.",
    Role.CLERK: "Records what the Executive and the Council decide, and exports the paper.",
    Role.AUDITOR: "Reads everything, and the record of every change.",
    Role.ADMINISTRATOR: "Adds people, records who holds which office, and sets the council’s name, colour and table.",
    Role.OFFICE_HOLDER: "Reads the position, the committee table and the decisions.",
}
OFFICES_HELD_SINCE = date(2016, 4, 1)  # assumption: the papers do not say since when


@transaction.atomic
def load(*, at: datetime) -> bool:
    """Load accounts and case into an empty store. False, and nothing done, where there is any person or programme."""
    if User.objects.exists() or Programme.objects.exists():
        return False
    people = {account: _account(account, name, job, roles, at) for account, name, job, roles, _ in ACCOUNTS}
    for account, _, _, _, office in ACCOUNTS:
        if office:
            added = add_office(name=office, slug=account, by=people["administrator"], at=at)
            take_office(office=added, holder=people[account], since=OFFICES_HELD_SINCE, by=people["administrator"], at=at)
    load_case(CASE, officer=people["finance-officer"], clerk=people["clerk"], administrator=people["administrator"], at=at)
    return True


def _account(account: str, name: str, job: str, roles: list[Role], at: datetime) -> User:
    user = User(email=f"{account}@demonstration.example", name=name, job_title=job, roles=roles, demo_account=account)
    user.set_unusable_password()
    user.save()
    record(action="person_added", subject=f"person:{user.pk}", details={"demonstration": account}, by=None, at=at)
    return user


def load_case(path: Path, *, officer: User, clerk: User, administrator: User | None, at: datetime) -> Programme:
    """One case file: programme, sources, phases, decisions, authorisations, excluded items and lines."""
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    if administrator:
        change_council(values=case["council"], by=administrator, at=at)
    programme = phases_actions.save_programme(values=_stripped(case["programme"]), by=officer, at=at)
    sources = {
        item["name"]: phases_actions.save_funding_source(programme=programme, values=item, by=officer, at=at)
        for item in case["funding_source"]
    }
    phases = {
        item["number"]: phases_actions.save_phase(programme=programme, values=item, by=officer, at=at) for item in case["phase"]
    }
    decisions = {
        item["title"]: phases_actions.record_decision(programme=programme, values=_stripped(item), by=clerk, at=at)
        for item in case["decision"]
    }
    for item in case["authorisation"]:
        phases_actions.record_authorisation(
            decision=decisions[item["decision"]],
            values={
                "title": item["title"],
                "term": item["term"],
                "assumption": item["assumption"],
                "funding_source": sources[item["funding_source"]],
            },
            phases=[phases[number] for number in item["phases"]],
            limits={FinancialYear.parse(label).starts_in: Decimal(amount) for label, amount in item["limits"].items()},
            by=clerk,
            at=at,
        )
    for item in case["excluded_item"]:
        values = {**item, "amount": Decimal(item["amount"]), "funding_source": sources[item["funding_source"]]}
        phases_actions.save_excluded_item(programme=programme, values=values, by=officer, at=at)
    change_lines(programme=programme, line_changes=list(_lines(case["lines"], phases, officer, at)), by=officer, at=at)
    return programme


def _stripped(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}


def _lines(table: dict[str, Any], phases: dict[int, Phase], officer: User, at: datetime) -> Any:
    for place, row in enumerate(table["rows"], 1):
        yield LineChange(None, None, _line(dict(zip(table["columns"], row, strict=True)), place, table, phases, officer, at))


def _line(
    cells: dict[str, Any], place: int, table: dict[str, Any], phases: dict[int, Phase], officer: User, at: datetime
) -> LineState:
    fte = parse_fte(cells["fte"])
    term = table["terms"].get(cells["title"])
    stated = tuple(
        Stated(year, amount, "" if amount is not None else Absence.NO_EFFECT.value, table["reason"], officer.pk, at)
        for year, amount in (
            (2016, _thousands(cells["2016/17"])),
            (2017, _thousands(cells["2017/18"])),
            (None, None if cells["full year"] == "-" else _thousands(cells["full year"])),
        )
    )
    start = date.fromisoformat(cells["start"]) if cells["start"] else None
    return LineState(
        phase=phases[cells["phase"]].pk,
        team=cells["team"],
        position=place * POSITION_STEP,
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


def offered_accounts() -> list[dict[str, str]]:
    """What the sign-in page offers: account, office and what it does; nothing while the demonstration is off."""
    if not settings.DEMONSTRATION:
        return []
    return [
        {"slug": str(user.demo_account), "office": user.name, "detail": WHAT_THEY_DO[Role(user.roles[0])] if user.roles else ""}
        for user in demonstration_accounts()
    ]
