"""A programme with its delegation, the people of it, and the whole way of a drawdown in one call."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection

from accounts.models import Office, User
from accounts.permissions.rules import Role
from approvals import actions
from approvals.actions import Choice, Concerned, Corrected, Giving, Proof, Said, Seen
from approvals.decisions.rules import Elsewhere
from approvals.drawdowns.consumption.queries import standing_of
from approvals.drawdowns.powers.queries import matter_of
from approvals.drawdowns.powers.rules import lacking
from approvals.drawdowns.rules import Mode, Reply
from approvals.drawdowns.submission.queries import work_out
from approvals.elsewhere.queries import shown_of
from approvals.models import Consumption, Correction, DecisionRecord, Delegation, Drawdown, HandBack, TakenElsewhere
from phases.models import Authorisation, Phase, Programme
from posts.lines.actions import LineChange, change_lines
from posts.lines.rules import state_of
from posts.models import CostLine
from tests.making import (
    enter_line,
    make_authorisation,
    make_body,
    make_clerk,
    make_decision,
    make_holding,
    make_office,
    make_officer,
    make_phase,
    make_programme,
    make_user,
)
from tests.refusals import check_deferred_rules

NOW = datetime(2016, 9, 20, 10, tzinfo=UTC)
LATER = datetime(2016, 9, 28, 10, tzinfo=UTC)  # the five working days to be consulted have passed
APRIL = datetime(2017, 4, 1, 9, tzinfo=UTC)  # 2016/17 has ended

CASE = {
    "reasons": "The service was found inadequate, and these posts mend it.",
    "alternatives": "None, because the posts are needed whoever provides the service.",
    "is_key": False,
}

# Of a decision that is open to call-in: its notice was given 28 clear days before.
KEY = CASE | {"is_key": True, "notice_route": "28_days", "notice_on": date(2016, 7, 1), "notice_reference": "Forward plan"}

_keys = count(1)


def new_key() -> str:
    return f"key-{next(_keys)}"


@dataclass
class Case:
    """One phase under one authorisation; the Chief Executive decides, the Leader agrees, the Director is consulted."""

    programme: Programme
    phase: Phase
    authorisation: Authorisation
    delegation: Delegation
    officer: User
    clerk: User
    editor: User
    chief_executive: User
    people: dict[str, User] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)

    def line(self, **values: Any) -> CostLine:
        return enter_line(self.phase, by=self.editor, **values)

    def costing(self, pounds: int) -> CostLine:
        """A line whose cost is so much in 2016/17, and in a full year."""
        whole_year = ((Decimal("1.00"), date(2016, 4, 1), None),)
        return self.line(annual_cost=Decimal(pounds), intakes=whole_year)

    def drafted(
        self, *choices: Choice | CostLine, delegation: Delegation | None = None, case: Mapping[str, Any] = CASE
    ) -> Drawdown:
        drawdown = actions.draft(
            delegation=delegation or self.delegation, title="Phase One", key=new_key(), by=self.officer, at=NOW
        )
        chosen = [each if isinstance(each, Choice) else self.whole(each) for each in choices]
        drawdown = actions.choose_lines(drawdown=drawdown, version=drawdown.version, choices=chosen, by=self.officer, at=NOW)
        actions.write_case(drawdown=drawdown, version=drawdown.version, values=case, by=self.officer, at=NOW)
        return Drawdown.objects.get(pk=drawdown.pk)

    def whole(self, line: CostLine) -> Choice:
        return Choice(line.pk, self.authorisation, fte=line.fte)

    def submitted(self, *choices: Choice | CostLine, **values: Any) -> Drawdown:
        drawdown = self.drafted(*choices, **values)
        return actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=self.officer, at=NOW)

    def concerned(self, drawdown: Drawdown, name: str = "Leader") -> Concerned:
        return Concerned(drawdown, drawdown.sha256, self.offices[name])

    def answered(self, drawdown: Drawdown, name: str = "Leader", reply: Reply = Reply.AGREE, **values: Any) -> Drawdown:
        said = Said(reply, "" if reply is Reply.AGREE else "In my view, no.", "none")
        given = {
            "concerned": self.concerned(drawdown, name),
            "said": said._replace(**{part: values.pop(part) for part in said._fields if part in values}),
            "key": new_key(),
            "by": self.people.get(name),
            "at": NOW,
        }
        actions.answer(**(given | values))
        return Drawdown.objects.get(pk=drawdown.pk)

    def ready(self, *choices: Choice | CostLine, **values: Any) -> Drawdown:
        """Submitted, and answered by everybody."""
        return self.answered(self.answered(self.submitted(*choices, **values)), "Director")

    def sign(self, drawdown: Drawdown, **values: Any) -> Drawdown:
        given = {
            "seen": Seen(drawdown.version, drawdown.sha256),
            "key": new_key(),
            "by": self.chief_executive,
            "at": NOW,
        }
        return actions.sign_off(drawdown=drawdown, **(given | values))

    def signed(self, *choices: Choice | CostLine, **values: Any) -> Drawdown:
        return self.sign(self.ready(*choices, **values))

    def recorded_elsewhere(self, drafted: Drawdown, **values: Any) -> TakenElsewhere:
        """That last year's Chief Executive decided it on 1 September, unless said otherwise; an address proves it."""
        said = {"decided_on": date(2016, 9, 1), "office": "Chief Executive", "person": "Last Year", "text": "To release it."}
        said |= {"interests": "None", "resolution": None}
        if values.get("resolution"):
            said = dict.fromkeys(said)
            said |= {"office": "", "person": "", "text": "", "interests": ""}
        evidence = values.pop("evidence", Proof(address="https://council.example/minutes/12"))
        of_it = {name: values.pop(name, value) for name, value in said.items()}
        given = {
            "version": drafted.version,
            "decision": actions.Decision(evidence, **of_it),
            "key": new_key(),
            "by": self.officer,
            "at": NOW,
        }
        return actions.record_elsewhere(drawdown=drafted, **(given | values))

    def confirmed_elsewhere(self, taken: TakenElsewhere, **values: Any) -> Drawdown:
        given = {"version": taken.drawdown.version, "key": new_key(), "by": self.clerk, "at": NOW}
        given["shown"] = values["shown"] if "shown" in values else self.shown(taken)
        return actions.confirm_elsewhere(taken=taken, **(given | values))

    def shown(self, taken: TakenElsewhere) -> str:
        """What the page would show of what it releases."""
        lines = work_out(Drawdown.objects.get(pk=taken.drawdown_id))
        return shown_of((each.line.pk, each.asked.authorisation_id, each.consumed) for each in lines)

    def decided_elsewhere(self, *choices: Choice | CostLine, case: Mapping[str, Any] = CASE, **values: Any) -> Drawdown:
        """Drafted, written down as decided on 1 September, and confirmed."""
        return self.confirmed_elsewhere(self.recorded_elsewhere(self.drafted(*choices, case=case), **values))

    def publish(self, signed: Drawdown, elsewhere: Elsewhere | None = None, at: datetime = NOW) -> Drawdown:
        actions.publish(record=DecisionRecord.objects.get(drawdown=signed), elsewhere=elsewhere, by=self.clerk, at=at)
        return Drawdown.objects.get(pk=signed.pk)

    def published(self, *choices: Choice | CostLine, case: Mapping[str, Any] = KEY) -> Drawdown:
        """Signed, and published the same day: a key decision, open to call-in until 27 September, unless said otherwise."""
        return self.publish(self.signed(*(choices or [self.line()]), case=case))

    def correct(self, published: Drawdown, right: str = "Copers Cope and Kelsey", at: datetime = NOW) -> Drawdown:
        """The same drawdown, the wards in its record corrected."""
        record = DecisionRecord.objects.get(drawdown=published)
        said = Corrected(Correction.Kind.WARDS, "All wards", right)
        number = record.corrections.count() + 1
        actions.correct(record=record, number=number, said=said, by=self.clerk, at=at)
        return Drawdown.objects.get(pk=published.pk)

    def called_in(self, published: Drawdown, **values: Any) -> Drawdown:
        given = {"on": NOW.date(), "called_in_by": "Scrutiny committee", "reasons": "The cost is in doubt.", "at": NOW}
        return actions.call_in(drawdown=published, **(given | {"by": self.clerk} | values))


def make_case(
    limits: Mapping[int | None, int] | None = None,
    body: str = "",
    term: str = Authorisation.Term.ONE_OFF,
    resolved_by: str = "Executive",
) -> Case:
    """Up to £950,000 once in 2016/17, unless said otherwise. With `body`, that body decides instead of the Chief Executive."""
    programme = make_programme()
    phase, decision = make_phase(programme), make_decision(programme, body=resolved_by)
    offices = {name: make_office(name) for name in ("Chief Executive", "Leader", "Director")}
    people = {name: make_user(Role.OFFICE_HOLDER, name=name) for name in offices}
    for name, office in offices.items():
        make_holding(office, people[name])
    clerk = make_clerk()
    values = {"title": "Use of the contingency", "text": "The Chief Executive, with the agreement of the Leader."}
    maker = {"decision_body": make_body(body)} if body else {"decision_maker": offices["Chief Executive"]}
    delegation = actions.record_delegation(
        decision=decision,
        values=values | maker,
        steps=[(offices["Leader"], Mode.AGREEMENT), (offices["Director"], Mode.CONSULTATION)],
        by=clerk,
        at=NOW,
    )
    return Case(
        programme,
        phase,
        make_authorisation(decision, phase, limits=dict(limits) if limits else None, term=term),
        delegation,
        make_officer(),
        clerk,
        make_officer(),
        people["Chief Executive"],
        people,
        offices,
    )


def handed_back(*, drawdown: Drawdown, giving: Giving, by: User, at: datetime = LATER, **values: Any) -> HandBack:
    """Asked by one finance officer and confirmed by another."""
    given = {"reasons": "Not spent.", "key": new_key()} | values
    asked = actions.ask_hand_back(drawdown=drawdown, giving=giving, by=by, at=at, **given)
    return actions.confirm_hand_back(hand_back=asked, by=make_officer(), at=at)


def of_pounds(row: Consumption, pounds: int | str) -> Giving:
    """So many pounds of one row."""
    return Giving(pounds={row.pk: Decimal(pounds)})


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each gives, or the exception it raises, all let go in one moment, each on a connection of its own."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(30)
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def missing_answers(drawdown: Drawdown) -> list[str]:
    """The names of the offices it cannot be signed without."""
    missing = lacking(matter_of(drawdown, NOW.date()), NOW.date()).answers
    return [Office.objects.get(pk=office).name for office in missing]


def drawn(authorisation: Authorisation) -> dict[int | None, Decimal]:
    """What is drawn by measure, once the database has checked that it is the sum of what is consumed."""
    check_deferred_rules()
    return {standing.limit.financial_year: standing.drawn for standing in standing_of(authorisation)}


def edit(line: CostLine, by: User, **values: Any) -> None:
    """Change these fields of a line, as it is stored now."""
    line = CostLine.objects.get(pk=line.pk)
    changes = [LineChange(line.pk, line.version, replace(state_of(line), **values))]
    change_lines(programme=line.programme, line_changes=changes, by=by, at=LATER)
