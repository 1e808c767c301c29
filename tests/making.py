"""Things to test with, as plain functions: each makes one whole thing straight in the store, and lets any part be named."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from accounts.governance.rules import Form
from accounts.models import DeputyAppointment, GovernanceTerm, Office, OfficeHolding, User
from accounts.permissions.rules import Role
from costing.line_cost import Duration
from phases.bodies.models import Body
from phases.bodies.rules import Kind
from phases.models import (
    ApprovalLimit,
    Authorisation,
    AuthorisationLimit,
    AuthorisationPhase,
    ExcludedItem,
    FundingDecision,
    FundingSource,
    Phase,
    Programme,
)
from posts.lines.actions import LineChange, change_lines
from posts.lines.rules import LineState
from posts.models import CostLine, Intake, LineAmount, Team

NOON = datetime(2016, 9, 14, 12, tzinfo=UTC)
PASSWORD = "correct horse battery staple"  # of everybody made with a password

_numbers = count(1)


def make_user(*roles: Role, **values: Any) -> User:
    """A person with these roles, who can sign in."""
    number = next(_numbers)
    person = User(email=f"person-{number}@council.example", name=f"Person {number}", roles=sorted(roles))
    for field, value in values.items():
        setattr(person, field, value)
    person.set_unusable_password()
    person.save()
    return person


def make_officer(**values: Any) -> User:
    return make_user(Role.FINANCE_OFFICER, **values)


def make_clerk(**values: Any) -> User:
    return make_user(Role.CLERK, **values)


def make_administrator(**values: Any) -> User:
    return make_user(Role.ADMINISTRATOR, **values)


def make_auditor(**values: Any) -> User:
    return make_user(Role.AUDITOR, **values)


def make_office(name: str = "Chief Executive", kind: str = "officer") -> Office:
    slug = name.lower().replace(" ", "-")
    taken = Office.objects.filter(slug=slug).exists()
    return Office.objects.create(name=name, kind=kind, slug=f"{slug}-2" if taken else slug)


def said_to_fit(person: User, office: Office) -> User:
    """The person, said to be what the office asks for where nobody has said what they are."""
    if not person.kind and office.kind in User.Kind.values:
        person.kind = office.kind
        User.objects.filter(pk=person.pk, kind="").update(kind=office.kind)
    return person


def of_another_kind(office: Office, kind: str, **values: Any) -> None:
    """The office was of this kind from the first, and so is everybody who acts for it."""
    people = User.objects.filter(holdings__office=office) | User.objects.filter(deputy_appointments__office=office)
    numbers = list(people.values_list("pk", flat=True))
    User.objects.filter(pk__in=numbers).update(kind="")
    Office.objects.filter(pk=office.pk).update(kind=kind, **values)
    User.objects.filter(pk__in=numbers).update(kind=kind if kind in User.Kind.values else "")


def make_holding(office: Office, holder: User, since: date = date(2016, 4, 1), until: date | None = None) -> OfficeHolding:
    said_to_fit(holder, office)
    return OfficeHolding.objects.create(office=office, holder=holder, since=since, until=until)


def make_deputy(
    office: Office, deputy: User, since: date = date(2016, 4, 1), until: date | None = None, **values: Any
) -> DeputyAppointment:
    said_to_fit(deputy, office)
    given = {"authority": "Constitution, Part 3, paragraph 2"}
    return DeputyAppointment.objects.create(office=office, deputy=deputy, since=since, until=until, **(given | values))


def make_governance(form: Form = Form.LEADER, since: date = date(2012, 9, 10), **values: Any) -> GovernanceTerm:
    """From the day on which the Regulations of 2012 came into force."""
    has_executive = form in (Form.LEADER, Form.MAYOR)
    usual = {"member_call_in": has_executive, "officer_call_in": has_executive}
    return GovernanceTerm.objects.create(form=form, since=since, **(usual | values))


def make_body(name: str = "Executive", kind: Kind | None = None, **values: Any) -> Body:
    """The body of this name, made where there is none: the Executive, Full Council (or Council), or else a committee."""
    if found := Body.objects.filter(name=name).first():
        return found
    kind = kind or {"Executive": Kind.EXECUTIVE, "Full Council": Kind.FULL_COUNCIL, "Council": Kind.FULL_COUNCIL}.get(
        name, Kind.COMMITTEE
    )
    of_council = kind == Kind.FULL_COUNCIL
    return Body.objects.create(name=name, kind=kind, **({"with_article": not of_council, "call_in": not of_council} | values))


def make_programme(committee: str = "", **values: Any) -> Programme:
    """A programme of 2016/17 and 2017/18, without anything in it."""
    number = next(_numbers)
    given = {
        "slug": f"programme-{number}",
        "name": f"Programme {number}",
        "table_title": "EXPENDITURE",
        "first_year": 2016,
        "last_year": 2017,
    }
    return Programme.objects.create(committee=make_body(committee) if committee else None, **(given | values))


def make_phase(programme: Programme, number: int = 1, **values: Any) -> Phase:
    return Phase.objects.create(programme=programme, number=number, **({"name": f"Phase {number}"} | values))


def make_source(programme: Programme, **values: Any) -> FundingSource:
    given = {"name": f"Contingency {next(_numbers)}", "kind": FundingSource.Kind.CENTRAL_CONTINGENCY}
    return FundingSource.objects.create(programme=programme, **(given | values))


def make_decision(programme: Programme, body: str = "Executive", **values: Any) -> FundingDecision:
    """A resolution of the Executive, unless said otherwise. `about` is the money that it decides on."""
    given = {
        "title": f"Release of resources {next(_numbers)}",
        "body": make_body(body),
        "decided_on": date(2016, 7, 20),
        "text_resolved": "Executive agreed.",
    }
    about = values.pop("about", [])
    made = FundingDecision.objects.create(programme=programme, **(given | values))
    made.about.set(about)
    return made


def make_authorisation(
    decision: FundingDecision,
    *phases: Phase,
    limits: dict[int | None, int] | None = None,
    **values: Any,
) -> Authorisation:
    """Money of a resolution for these phases: up to £950,000 in 2016/17 unless said otherwise."""
    given = {
        "title": f"Release {next(_numbers)}",
        "term": Authorisation.Term.ONE_OFF,
        "funding_source": values.get("funding_source") or make_source(decision.programme),
    }
    made = Authorisation.objects.create(programme=decision.programme, decision=decision, **(given | values))
    for phase in phases:
        AuthorisationPhase.objects.create(authorisation=made, phase=phase, programme=decision.programme)
    for year, amount in ({2016: 950_000} if limits is None else limits).items():
        AuthorisationLimit.objects.create(authorisation=made, financial_year=year, amount=amount)
    return made


def make_approval_limit(approver: str = "Executive", amount: int | None = 1_000_000, **values: Any) -> ApprovalLimit:
    """What the Executive may approve in a full year, of any money: up to £1m since April 2010."""
    given = {"approver": make_body(approver), "amount": amount, "starts": date(2010, 4, 1)}
    return ApprovalLimit.objects.create(**(given | values))


def make_excluded_item(programme: Programme, **values: Any) -> ExcludedItem:
    given = {"title": f"Business lead {next(_numbers)}", "note": "Met from a grant.", "amount": Decimal(69_000)}
    return ExcludedItem.objects.create(
        programme=programme, **({"funding_source": values.get("funding_source") or make_source(programme)} | given | values)
    )


def make_team(programme: Programme, name: str = "Referral and Assessment", position: int = 10) -> Team:
    return Team.objects.create(programme=programme, name=name, position=position)


def make_line(phase: Phase, **values: Any) -> CostLine:
    """A recurring post of 1 FTE that costs £90,000 a year. Without intakes and amounts: make_intake and make_amount add them."""
    given = {
        "kind": CostLine.Kind.POST,
        "title": f"Head of service {next(_numbers)}",
        "fte": Decimal(1),
        "annual_cost": Decimal(90_000),
        "recruited_fte": Decimal(0),
    }
    return CostLine.objects.create(programme=phase.programme, phase=phase, **(given | values))


def make_other_cost(phase: Phase, **values: Any) -> CostLine:
    other = {"kind": CostLine.Kind.OTHER, "fte": None, "recruited_fte": None, "engaged": CostLine.Engaged.NOT_APPLICABLE}
    return make_line(phase, **(other | {"title": f"Quality audits {next(_numbers)}"} | values))


def make_intake(line: CostLine, **values: Any) -> Intake:
    return Intake.objects.create(line=line, **({"fte": line.fte, "start": date(2016, 8, 1)} | values))


def make_amount(line: CostLine, **values: Any) -> LineAmount:
    given = {"financial_year": 2016, "amount": Decimal(60_000), "origin": LineAmount.Origin.CALCULATED}
    return LineAmount.objects.create(line=line, **(given | values))


def enter_line(phase: Phase, by: User | None = None, **values: Any) -> CostLine:
    """A line as a finance officer enters it, through the action: with amounts, revision and audit entry.

    A recurring post of 1 FTE at £90,000 a year from 1 August 2016, unless said otherwise.
    """
    given = {
        "phase": phase.pk,
        "team": "",
        "position": 10 * next(_numbers),
        "kind": CostLine.Kind.POST,
        "title": f"Head of service {next(_numbers)}",
        "fte": Decimal("1.00"),
        "annual_cost": Decimal(90_000),
        "duration": Duration.RECURRING,
        "term_months": None,
        "paperwork_complete": False,
        "recruited_fte": Decimal("0.00"),
        "engaged": "",
        "comment": "",
        "cost_centre": "",
        "subjective_code": "",
        "establishment_number": "",
        "intakes": ((Decimal("1.00"), date(2016, 8, 1), None),),
        "stated": (),
    }
    state = LineState(**(given | values))
    change_lines(programme=phase.programme, line_changes=[LineChange(None, None, state)], by=by or make_officer(), at=NOON)
    return phase.lines.latest("pk")
