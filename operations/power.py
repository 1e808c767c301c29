"""Every row that gives power, and what the acts in the audit chain say of it: who holds an office, deputises or has a role,
what a delegation allows, and up to how much money may be drawn or approved.

Everything here only reads. A new way to give power writes its act, and is read here.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F

from accounts.models import AuditEntry, DeputyAppointment, Office, OfficeHolding, User
from approvals.delegations.queries import said_of
from approvals.models import ConditionConfirmation, Delegation
from costing.measure import stored
from improvement_budget.demonstration import ACCOUNTS
from phases.models import ApprovalLimit, Authorisation
from phases.programmes.actions import plain

NOTHING = "nothing"


class Power(NamedTuple):
    """Something that gives power: what the store says of it and what the acts say, in words; "nothing" where one is silent."""

    of: str
    kept: str
    explained: str

    @property
    def sentence(self) -> str:
        return f"{self.of}: the store says {self.kept}, and the audit record says {self.explained}."


class Act(NamedTuple):
    """An entry that gave power, changed it or took it."""

    number: int
    action: str
    subject: str
    details: Mapping[str, Any]
    at: datetime
    actor: int | None

    @property
    def name(self) -> str:
        """What its subject is called: chief-executive of office:chief-executive."""
        return self.subject.partition(":")[2]


class Names:
    """Who had which address, and which names an office or a body had: an entry says them as they were in its day."""

    def __init__(self) -> None:
        self.people = {user.pk: user for user in User.objects.all()}
        self.addresses: dict[str, set[int]] = defaultdict(set)
        for user in self.people.values():
            self.addresses[user.email].add(user.pk)
        self.until: dict[tuple[int, str], int] = {}
        self.since: dict[tuple[int, str], int] = {}
        self.earlier: dict[str, set[str]] = defaultdict(set)
        self.called_before: dict[int, set[str]] = defaultdict(set)
        renamed = ("office_changed", "body_changed", "phase_changed", "funding_source_changed", "authorisation_changed")
        for act in acts("person_changed", *renamed, "decision_changed"):
            self._read(act)

    def _read(self, act: Act) -> None:
        if act.action == "person_changed":
            if "name" in act.details:
                self.called_before[int(act.name)] |= set(act.details["name"])
            if "email" in act.details:
                before, after = act.details["email"]
                self.addresses[before].add(int(act.name))
                self.until[int(act.name), before], self.since[int(act.name), after] = act.number, act.number
            return
        changed = act.details.get("changed", act.details)
        for named in {"name", "title"} & changed.keys():
            before, after = changed[named]
            self.earlier[after] |= {before, *self.earlier[before]}

    def person(self, address: str, number: int) -> str:
        """Who had the address when this entry was written, by name and number."""
        for pk in sorted(self.addresses.get(address, ())):
            if self.since.get((pk, address), 0) <= number <= self.until.get((pk, address), number):
                return self.called(pk)
        return address

    def ever(self, pk: int) -> set[str]:
        """Every name that a person has, or had."""
        user = self.people.get(pk)
        return {*self.called_before[pk], *([user.name] if user else ())}

    def called(self, pk: int) -> str:
        user = self.people.get(pk)
        return f"{user.name} (person {pk})" if user else f"person {pk}"

    def now(self, said: str, current: str) -> str:
        """The name as it is now, where an entry says one that it had before."""
        return current if said in self.earlier[current] else said


def acts(*actions: str) -> Iterator[Act]:
    """In their order."""
    found = AuditEntry.objects.filter(action__in=actions).order_by("number")
    columns = ("number", "action", "subject", "content", "at", "actor")
    for number, action, subject, content, at, actor in found.values_list(*columns).iterator():
        yield Act(number, action, subject, json.loads(content)["details"], at, actor)


def compared(of: Callable[[Any], str], kept: Mapping[Any, str], explained: Mapping[Any, str]) -> Iterator[Power]:
    """One for each key of either, in order."""
    for key in sorted({*kept, *explained}, key=str):
        yield Power(of(key), kept.get(key, NOTHING), explained.get(key, NOTHING))


def people(names: Names) -> Iterator[Power]:
    """The roles of everybody who has any, or had."""
    said: dict[int, Sequence[str]] = {}
    active: dict[int, bool] = {}
    of_account = {account: roles for account, _, _, roles, _ in ACCOUNTS}
    for act in acts("person_added", "person_changed"):
        pk, roles = int(act.name), act.details.get("roles")
        if act.action == "person_added":
            said[pk] = roles if roles is not None else of_account.get(act.details.get("demonstration", ""), [])
            active[pk] = True
        else:
            said[pk] = roles[1] if roles else said.get(pk, [])
            active[pk] = act.details.get("is_active", [None, active.get(pk, True)])[1]
    kept = {user.pk: _roles(user.roles, user.is_active) for user in names.people.values() if user.roles}
    explained = {pk: _roles(roles, active[pk]) for pk, roles in said.items() if roles}
    return compared(lambda pk: f"The roles of {names.called(pk)}", kept, explained)


def _roles(roles: Sequence[str], is_active: bool) -> str:
    return f"{', '.join(sorted(roles)).replace('_', ' ')}{'' if is_active else ', who cannot sign in'}"


def members_and_officers(names: Names) -> Iterator[Power]:
    """Whether each person is a member or an officer: it says which offices they may take.

    Where no act says it, it follows from the offices they acted for before anybody was asked: those have acts of their own.
    """
    said: dict[int, str] = {}
    for act in acts("person_added", "person_changed"):
        kind = act.details.get("kind")
        if act.action == "person_added":
            said |= {int(act.name): kind} if kind else {}
        elif kind:
            said[int(act.name)] = kind[1]
    acted: dict[int, set[str]] = defaultdict(set)
    for holder, kind in OfficeHolding.objects.values_list("holder", "office__kind"):
        acted[holder].add(kind)
    in_force_once = DeputyAppointment.objects.exclude(revoked_from=F("since"))
    for deputy, kind in in_force_once.values_list("deputy", "office__kind"):
        acted[deputy].add(kind)
    follows = {pk: min(kinds) for pk, kinds in acted.items() if len(kinds) == 1 and kinds != {Office.Kind.OUTSIDE}}
    kept = {user.pk: user.kind for user in names.people.values() if user.kind}
    explained = {pk: kind for pk, kind in (follows | said).items() if kind}
    return compared(lambda pk: f"What {names.called(pk)} is", kept, explained)


def offices(names: Names) -> Iterator[Power]:
    """What each office is: its kind says who may deputise, its statutory role who advises."""
    said: dict[str, dict[str, Any]] = defaultdict(dict)
    for act in acts("office_added", "office_changed"):
        details = act.details if act.action == "office_added" else {name: new for name, (_, new) in act.details.items()}
        said[act.name] |= details
    kept = {office.slug: _office({name: getattr(office, name) for name in said[office.slug]}) for office in Office.objects.all()}
    return compared(lambda slug: f"The office {slug}", kept, {slug: _office(each) for slug, each in said.items() if each})


def _office(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in sorted(facts.items()) if value) or NOTHING


def holdings(names: Names) -> Iterator[Power]:
    """Who holds which office, since when and until when."""
    said: dict[tuple[str, str, str], str] = {}
    for act in acts("office_taken", "holding_ended", "holding_corrected"):
        details = act.details
        holder, since, until = details["holder"], details["since"], details.get("until")
        if act.action == "holding_ended":
            until = details["until"][1]
        elif act.action == "holding_corrected":
            before = {name: old for name, (old, _) in details["changed"].items()}
            was = names.person(before.get("holder", holder), act.number)
            said.pop((act.name, was, str(before.get("since", since))), None)
        said[act.name, names.person(holder, act.number), str(since)] = _until(until)
    kept = {
        (each.office.slug, names.called(each.holder_id), str(each.since)): _until(each.until)
        for each in OfficeHolding.objects.select_related("office")
    }
    return compared(lambda key: f"That {key[1]} holds the office {key[0]} from {key[2]}", kept, said)


def _until(day: Any) -> str:
    return f"until {day}" if day else "without a last day"


def deputies(names: Names) -> Iterator[Power]:
    """Who may act for which office, under which authority."""
    said: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for act in acts("deputy_appointed", "deputy_revoked"):
        details = act.details
        key = (act.name, names.person(details["deputy"], act.number), str(details["since"]))
        if act.action == "deputy_appointed":
            said[key].append({"until": details["until"], "authority": details["authority"], "revoked_from": None})
        elif said[key]:
            said[key][-1] |= {"revoked_from": details["revoked_from"], "by": act.actor, "at": act.at}
    kept: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for each in DeputyAppointment.objects.select_related("office").order_by("pk"):
        key = (each.office.slug, names.called(each.deputy_id), str(each.since))
        facts = {name: getattr(each, name) for name in ("until", "authority", "revoked_from")}
        kept[key].append(facts | {"by": each.revoked_by_id, "at": each.revoked_at})
    in_words = [
        {key: "; ".join(_appointed(names, row) for row in rows) for key, rows in each.items() if rows} for each in (kept, said)
    ]
    return compared(lambda key: f"That {key[1]} deputises for the office {key[0]} from {key[2]}", *in_words)


def _appointed(names: Names, facts: Mapping[str, Any]) -> str:
    revoked = ""
    if facts["revoked_from"]:
        by = names.called(facts["by"]) if facts["by"] else NOTHING
        revoked = f", revoked from {facts['revoked_from']} by {by} at {facts['at'].astimezone(UTC).isoformat()}"
    return f"{_until(facts['until'])}{revoked}, under {facts['authority']}"


def delegations(names: Names) -> Iterator[Power]:
    """What each delegation says: text, decision maker, money, who is asked and how, limits, first and last day, conditions."""
    said = {(act.name, act.details["delegation"]): {**act.details, "at": act.at} for act in acts("delegation_recorded")}
    rows = Delegation.objects.select_related("programme", "decision_maker", "decision_body").prefetch_related(
        "money", "steps__office", "steps__body", "limits", "parts", "conditions"
    )
    for row in rows.order_by("pk"):
        of, entry = f"The delegation {row.title}", said.pop((row.programme.slug, row.title), None)
        if entry is None:
            yield Power(of, f"that {row.decider} decides", NOTHING)
            continue
        kept, at = said_of(row), entry["at"]
        entry = {"outside_bodies": {}, **entry}
        if row.recorded_at != at:
            yield Power(of, f"that it was recorded at {row.recorded_at.isoformat()}", f"at {at.isoformat()}")
            continue
        # An entry of an older build says less: what it does not say cannot be compared.
        explained = _comparable({name: _renamed(names, entry[name], kept[name]) for name in kept if name in entry})
        differs = {name: value for name, value in _comparable(_plain(kept)).items() if explained.get(name, value) != value}
        yield Power(of, *(_in_words(differs, each) for each in (_comparable(_plain(kept)), explained)))
    for _, title in sorted(said):
        yield Power(f"The delegation {title}", NOTHING, "that it was recorded")


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


def _renamed(names: Names, entry: Any, kept: Any) -> Any:
    """The same with the names that offices have now, where the entry says earlier ones."""
    if isinstance(kept, str) and isinstance(entry, str):
        return names.now(entry, kept)
    if isinstance(kept, dict) and isinstance(entry, dict):
        current = {old: new for new in kept for old in names.earlier[new]}
        return {current.get(name, name): value for name, value in entry.items()}
    return entry


def _comparable(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Money in one order, and pounds as one text, however they were typed."""
    money, limits = sorted(facts.get("money", ())), facts.get("limits", {})
    limits = {key.replace("_", " "): _pounds(amount) for key, amount in limits.items()}
    return {**facts, **({"money": money} if "money" in facts else {}), **({"limits": limits} if "limits" in facts else {})}


def _in_words(which: Iterable[str], facts: Mapping[str, Any]) -> str:
    """These facts; of several they are told apart by their names."""
    return "; ".join(f"{name.replace('_', ' ')} {_value(facts[name])}" for name in sorted(which)) or "what was recorded"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_value(each)}" for name, each in value.items()) or NOTHING
    if isinstance(value, list):
        return ", ".join(map(_value, value)) or NOTHING
    return NOTHING if value in (None, "") else str(value)


def _pounds(amount: Any) -> str:
    return f"£{Decimal(amount):,.0f}"


def confirmations(names: Names) -> Iterator[Power]:
    """Which conditions of delegations are confirmed, by the entry that each names."""
    named = ("condition__delegation__programme", "entry", "confirmed_by", "taken_back", "paper")
    rows = ConditionConfirmation.objects.select_related(*named).defer("paper__content")
    taken_back = {act.details["confirmed_in_entry"] for act in acts("condition_taken_back")}
    for row in rows.order_by("pk"):
        said, delegation = json.loads(row.entry.content), row.condition.delegation
        details = said["details"]
        kept = [delegation.title, row.condition.text, str(row.met_on), row.evidence, row.confirmed_by_id, _stands(row.stands)]
        kept += [row.confirmed_at.astimezone(UTC), *([row.paper.name, row.paper.sha256] if hasattr(row, "paper") else [])]
        explained = [details.get(name) for name in ("delegation", "condition", "met_on", "evidence")]
        explained += [row.entry.actor_id, _stands(row.entry_id not in taken_back), row.entry.at.astimezone(UTC)]
        explained += [details["paper"], details.get("paper_sha256")] if "paper" in details else []
        is_its = (row.entry.action, row.entry.subject) == ("condition_confirmed", f"programme:{delegation.programme.slug}")
        yield Power(
            f"That a condition of {delegation.title} is met",
            ", ".join(map(str, kept)),
            ", ".join(map(str, explained)) if is_its else NOTHING,
        )


def _stands(it_does: bool) -> str:
    return "stands" if it_does else "taken back"


def limits(names: Names) -> Iterator[Power]:
    """Up to how much each decision authorised, for what and from where; what was carried from one year to another is proved by
    itself. An entry of an older build says less.
    """
    said: dict[tuple[str, str], dict[str, Any]] = {}
    for act in acts("authorisation_added", "authorisation_changed"):
        changed, title = act.details["changed"], act.details["authorisation"]
        facts: dict[str, Any] = {"replaces": None} if act.action == "authorisation_added" and "term" in changed else {}
        if act.action == "authorisation_changed":
            facts = said.pop((act.name, changed.get("title", [title])[0]), {})
        now = {name: value[1] if isinstance(value, list) else value for name, value in changed.items()}
        said[act.name, title] = (
            facts | {name: now[name] for name in _OF_MONEY if name in now} | {"limits": _limits(now["limits"])}
        )
    kept = {}
    for each in Authorisation.objects.select_related("programme", "decision", "funding_source", "replaces").prefetch_related(
        "limits", "phases"
    ):
        key, explained = (each.programme.slug, each.title), said.get((each.programme.slug, each.title))
        facts = _money(each)
        kept[key] = {name: facts[name] for name in (explained or {"limits": ""})}
        if explained:
            said[key] = {name: _now(names, value, facts[name]) for name, value in explained.items()}
    in_words = [{key: _in_words(facts, facts) for key, facts in each.items()} for each in (kept, said)]
    return compared(lambda key: f"What the authorisation {key[1]} allows", *in_words)


_OF_MONEY = ("decision", "funding_source", "term", "replaces", "phases", "assumption")


def _money(row: Authorisation) -> dict[str, Any]:
    decided = {stored(limit.financial_year).key: limit.decided for limit in row.limits.all() if limit.decided}
    facts = {"limits": _limits(decided), "phases": ", ".join(phase.name for phase in row.phases.all()), "term": row.term}
    of: dict[str, str | None] = {
        "decision": str(row.decision),
        "funding_source": str(row.funding_source),
        "assumption": row.assumption,
    }
    whole = facts | of | {"replaces": str(row.replaces) if row.replaces else None}
    return {name: ", ".join(sorted(value.split(", "))) if value else value for name, value in whole.items()}


def _now(names: Names, said: Any, current: Any) -> Any:
    """What an entry says, by the names of today: of several phases each by itself, in order."""
    if not isinstance(said, str) or not isinstance(current, str):
        return said
    now = current.split(", ")
    return ", ".join(sorted(next((each for each in now if names.now(one, each) == each), one) for one in said.split(", ")))


def _limits(by_measure: Mapping[str, Any]) -> str:
    return ", ".join(f"{_pounds(amount)} in {key.replace('_', ' ')}" for key, amount in sorted(by_measure.items())) or NOTHING


def approval_limits(names: Names) -> Iterator[Power]:
    """Up to how much each body may approve."""
    said = {int(act.name): act.details for act in acts("approval_limit_added", "approval_limit_ended")}
    kept = {}
    for each in ApprovalLimit.objects.select_related("approver"):
        kept[each.pk] = _plain(
            {
                "approver": each.approver.name,
                "measure": each.measure,
                "instrument": each.instrument,
                "up_to": plain(each.amount),
                "starts": each.starts,
                "ends": each.ends,
            }
        )
    explained = {
        pk: _approval({**entry, "approver": names.now(entry["approver"], kept.get(pk, {}).get("approver", ""))})
        for pk, entry in said.items()
    }
    return compared(lambda pk: f"Approval limit {pk}", {pk: _approval(each) for pk, each in kept.items()}, explained)


def _approval(facts: Mapping[str, Any]) -> str:
    up_to = f"up to {_pounds(facts['up_to'])}" if facts["up_to"] else "any amount"
    money = str(facts["instrument"] or "any money").replace("_", " ")
    measure = str(facts["measure"]).replace("_", " ")
    return f"{facts['approver']} {up_to} of {money}, {measure}, from {facts['starts']}, {_until(facts['ends'])}"


KINDS: Mapping[str, Callable[[Names], Iterator[Power]]] = {
    "roles of people": people,
    "members and officers": members_and_officers,
    "offices": offices,
    "holders of offices": holdings,
    "deputies": deputies,
    "delegations": delegations,
    "confirmed conditions": confirmations,
    "limits of authorisations": limits,
    "approval limits": approval_limits,
}
