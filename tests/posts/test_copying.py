"""A programme or a phase is copied: its lines moved by whole years, nothing that was decided, once however often it is sent."""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.audit.actions import record
from accounts.models import AuditEntry, User
from phases.models import Authorisation, Phase, Programme
from posts.copying import actions, rules
from posts.exempt.actions import exempt_line
from posts.exempt.queries import exempt_lines
from posts.lines.rules import CostChange, Stated, state_of
from posts.models import CopiedLine, Copy, CostLine, LineAmount, Team
from tests.making import (
    NOON,
    enter_line,
    make_administrator,
    make_authorisation,
    make_clerk,
    make_decision,
    make_officer,
    make_phase,
    make_programme,
    make_team,
)
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "years", "moved"),
    [
        (date(2016, 8, 1), 1, date(2017, 8, 1)),
        (date(2016, 8, 1), -2, date(2014, 8, 1)),
        (date(2016, 2, 29), 1, date(2017, 2, 28)),
        (date(2017, 2, 28), 3, date(2020, 2, 29)),
        (date(2016, 2, 28), 4, date(2020, 2, 28)),
        (date(2016, 2, 29), 4, date(2020, 2, 29)),
        (None, 1, None),
    ],
)
def test_a_day_is_moved_by_whole_years(day: date | None, years: int, moved: date | None):
    assert rules.moved_day(day, years) == moved


def test_a_full_year_and_the_whole_life_stay_what_they_are():
    assert [rules.moved_year(year, 2) for year in (2016, None, 0)] == [2018, None, 0]


def test_every_day_that_a_line_holds_is_moved(officer: User):
    phase, days = make_phase(make_programme()), (date(2016, 8, 1), date(2017, 3, 31))
    changes = (CostChange(date(2016, 10, 1), Decimal(95_000)),)
    line = enter_line(phase, by=officer, intakes=((Decimal(1), *days),), cost_changes=changes)
    state = state_of(line)
    copied = rules.copy_of(state, phase=phase.pk, years=2, by=officer.pk, at=NOON)
    found = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").findall
    before, after = (found(json.dumps(each.as_json())) for each in (state, copied))
    assert len(before) == 3
    assert after == [f"{int(day[:4]) + 2}{day[4:]}" for day in before]


@pytest.fixture
def officer() -> User:
    return make_officer()


@pytest.fixture
def source(officer: User) -> Programme:
    """Two phases, three teams of which one is empty, a line with a typed figure, one that is recruited."""
    programme = make_programme(name="Ofsted 2016", slug="ofsted", abbreviations="FTE = Full-time equivalent", basis="days")
    one, two = make_phase(programme, name="Phase One"), make_phase(programme, 2, name="Phase Two")
    for place, name in enumerate(("Court team", "Empty team", "Alpha team")):
        make_team(programme, name, position=place)
    stated = Stated(2016, Decimal(7000), "", "As published", officer.pk, NOON)
    given = {"stated": (stated,), "establishment_number": "E1", "cost_centre": "CC1", "comment": "Agency"}
    enter_line(one, by=officer, title="Head of service", team="Alpha team", paperwork_complete=True, **given)
    enter_line(one, by=officer, title="Social worker", team="Court team", recruited_fte=Decimal(1))
    enter_line(two, by=officer, title="Clerk", intakes=((Decimal(1), date(2016, 4, 1), date(2017, 2, 28)),))
    make_authorisation(make_decision(programme), one)
    return Programme.objects.get(pk=programme.pk)


def _copied(source: Programme, by: User, **values: Any) -> Copy:
    wanted = rules.Wanted({"name": "Ofsted 2017", "slug": "ofsted-2017"}, 1, "k1")
    return actions.copy_programme(source=source, wanted=wanted._replace(**values), by=by, at=NOON)


def test_a_programme_is_copied_with_all_that_was_planned(source: Programme, officer: User):
    made = _copied(source, officer).programme
    assert (made.name, made.slug, made.first_year, made.last_year, made.basis) == (
        "Ofsted 2017",
        "ofsted-2017",
        2017,
        2018,
        "days",
    )
    assert made.abbreviations == source.abbreviations
    assert list(made.phases.values_list("number", "name")) == [(1, "Phase One"), (2, "Phase Two")]
    teams = Team.objects.filter(programme=made).order_by("position")
    assert [team.name for team in teams] == ["Court team", "Empty team", "Alpha team"]
    head, worker, clerk = (
        CostLine.objects.get(programme=made, title=title) for title in ("Head of service", "Social worker", "Clerk")
    )
    assert (head.phase.name, head.team.name, head.cost_centre, head.comment) == ("Phase One", "Alpha team", "CC1", "Agency")
    assert (head.establishment_number, head.paperwork_complete, worker.recruited) == ("", False, "No")
    stated = head.amounts.get(financial_year=2017)
    assert (stated.amount, stated.reason, stated.stated_by, stated.origin) == (7000, "As published", officer, "stated")
    assert state_of(clerk).intakes == ((Decimal(1), date(2017, 4, 1), date(2018, 2, 28)),)
    before = LineAmount.objects.get(line__programme=source, line__title="Social worker", financial_year=2017).amount
    assert worker.amounts.get(financial_year=2018).amount == before


def test_whatever_a_programme_says_of_its_papers_is_copied_or_is_of_its_own(source: Programme, officer: User):
    fields = {field.name for field in Programme._meta.concrete_fields} - {"id", "version"}
    assert fields == {*actions.DETAILS, *actions.OF_ITS_OWN}
    Programme.objects.filter(pk=source.pk).update(table_unit="tenths_of_thousands", table_total=True, assumptions="None.")
    source.refresh_from_db()
    wanted = rules.Wanted({"name": "Next", "slug": "next"}, 1, "a-key")
    made = actions.copy_programme(source=source, wanted=wanted, by=officer, at=NOON).programme
    assert {name: getattr(made, name) for name in actions.DETAILS} == {name: getattr(source, name) for name in actions.DETAILS}


def test_nothing_that_was_decided_is_copied(source: Programme, officer: User):
    made = _copied(source, officer).programme
    assert not Authorisation.objects.filter(programme=made).exists()
    assert not made.decisions.exists()
    assert made.funding_sources.count() == 1  # a plan names them: shares of its lines, and items outside its table
    assert (made.report_number, made.appendix, made.meeting_date) == ("", "", None)


def test_the_record_and_each_line_say_where_they_come_from(source: Programme, officer: User):
    copy = _copied(source, officer)
    details = json.loads(copy.entry.content)["details"]
    assert details == {"copied_from": "Ofsted 2016", "lines_copied": 3, "moved_by_years": 1}
    actions_done = AuditEntry.objects.filter(subject="programme:ofsted-2017").order_by("number").values_list("action", flat=True)
    assert list(actions_done) == [
        "programme_added",
        "phase_added",
        "phase_added",
        "funding_source_added",
        "lines_copied",
        "programme_copied",
    ]
    origin = {each.line_id: each.title for each in copy.lines.all()}
    assert origin == dict(CostLine.objects.filter(programme=copy.programme).values_list("pk", "title"))
    with refused_by("copiedline_stays"):
        CopiedLine.objects.update(title="Other")


def test_a_phase_is_copied_beside_its_own_and_into_another_programme(source: Programme, officer: User):
    phase = source.phases.get(number=1)
    values = {"number": 3, "name": "Phase Three"}
    given = {"source": phase, "by": officer, "at": NOON}
    beside = actions.copy_phase(into=source, wanted=rules.Wanted(values, 0, "a"), **given)
    assert list(Phase.objects.get(pk=beside.phase).lines.values_list("title", flat=True).order_by("position")) == [
        *("Head of service", "Social worker")
    ]
    assert Team.objects.filter(programme=source).count() == 3
    other = make_programme(first_year=2018, last_year=2019)
    there = actions.copy_phase(into=other, wanted=rules.Wanted(values, 2, "b"), **given)
    head = CostLine.objects.get(phase=there.phase, title="Head of service")
    assert head.amounts.get(financial_year=2018).amount == 7000
    assert head.team.programme == other
    assert there.source == "Phase One of Ofsted 2016"


def test_what_is_exempt_is_exempt_in_the_copy_with_its_reason(source: Programme, officer: User):
    line = CostLine.objects.get(title="Head of service")
    given = {"reason": "It would tell who leaves.", "by": make_clerk(), "at": NOON}
    exempt_line(line=line, paragraph=2, **given)
    exempt_line(line=line, field="comment", paragraph=3, **given)
    exempt_line(line=line, field="comment", paragraph=None, **given)
    made = _copied(source, officer).programme
    copied = CostLine.objects.get(programme=made, title="Head of service")
    found = {key: (mark.paragraph, mark.reason) for key, mark in exempt_lines(made.slug).items()}
    assert found == {(copied.pk, ""): (2, "It would tell who leaves.")}


def test_sent_twice_it_is_copied_once(source: Programme, officer: User):
    first, second = _copied(source, officer), _copied(source, officer)
    assert first.pk == second.pk
    assert Programme.objects.count() == 2
    with pytest.raises(ValidationError, match="different content"):
        _copied(source, officer, years=2)
    with pytest.raises(ValidationError, match="key"):
        _copied(source, officer, key=" ")


def test_who_may_not_change_lines_copies_nothing(source: Programme):
    for person in (make_administrator(), make_clerk()):
        with pytest.raises(PermissionDenied):
            _copied(source, person)
    assert Programme.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"key": ""}, "copy_has_its_key"),
        ({"source": " "}, "copy_has_its_source"),
        ({"phase": 7}, "copy_of_a_phase_is_a_phase"),
    ],
)
def test_the_store_holds_only_whole_copies(source: Programme, officer: User, values: dict[str, Any], rule: str):
    entry = record(action="programme_copied", subject="programme:ofsted", details={}, by=officer, at=NOON)
    given = {"key": "k", "body": "", "source": "Ofsted", "source_programme": source, "programme": source, "years": 0}
    with refused_by(rule):
        Copy.objects.create(entry=entry, **(given | values))


# The pages


@pytest.fixture
def client_of(client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


def _send(client: Client, address: str, do: str, **typed: str) -> Any:
    page = client.get(address).context["form"]
    given = {field.html_name: "" if field.value() is None else field.value() for field in page} | {
        "made_on": page.made_on,
        "do": do,
    }
    return client.post(address, given | typed)


def test_a_programme_is_copied_from_its_set_up_after_a_check(source: Programme, client_of: Client):
    address = f"/programmes/{source.slug}/copy/"
    assert f'href="{address}"' in client_of.get(f"/programmes/{source.slug}/set-up/").text
    checked = _send(client_of, address, "check", name="Ofsted 2017", years="1")
    assert checked.status_code == 200
    assert "3 lines will be copied into Ofsted 2017" in " ".join(checked.text.split())
    assert Programme.objects.count() == 1
    sent = dict(checked.context["sent"]) | {"made_on": checked.context["form"].made_on, "do": "copy"}
    for _ in range(2):
        assert client_of.post(address, sent).url == "/programmes/ofsted-2017/set-up/"
    assert Programme.objects.count() == 2
    assert "Copied from Ofsted 2016 by" in client_of.get("/programmes/ofsted-2017/set-up/").text
    line = CostLine.objects.get(programme__slug="ofsted-2017", title="Clerk")
    for page in ("", "workings/"):
        said = " ".join(client_of.get(f"/programmes/ofsted-2017/lines/{line.pk}/{page}").text.split())
        assert "Copied from Clerk in Ofsted 2016 by" in said
        assert "moved by 1 year." in said


def test_the_check_shows_the_totals_as_they_are_and_as_they_would_be(source: Programme, officer: User, client_of: Client):
    checked = _send(client_of, f"/programmes/{source.slug}/copy/", "check", name="Later", years="1")
    effect = checked.context["effect"]
    made = _copied(source, officer)
    for programme, place in ((source, 1), (made.programme, 2)):
        amounts = LineAmount.objects.filter(line__programme=programme, amount__isnull=False)
        sums: dict[str, Decimal] = {}
        for amount in amounts:
            sums[amount.measure.key] = sums.get(amount.measure.key, Decimal(0)) + amount.amount
        assert {each[0].key: each[place] for each in effect.sums if each[place] is not None} == sums


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "Ofsted 2016"}, "Another programme has this name"),
        ({"name": "New", "slug": "ofsted"}, "Another programme has this web address"),
        ({"name": "New", "years": "one"}, "Enter whole years in digits, such as 1."),
        ({"name": "New", "years": "21"}, "Move it by up to 20 years."),
        ({"name": ""}, "Enter the name of the new programme."),
        ({"name": "New", "slug": "Ofsted 17"}, "Use small letters, digits and hyphens only"),
    ],
)
def test_a_mistake_gets_its_message_and_loses_nothing(source: Programme, client_of: Client, typed: dict[str, str], said: str):
    for do in ("check", "copy"):
        page = _send(client_of, f"/programmes/{source.slug}/copy/", do, **typed)
        assert said in page.text
        assert all(f'value="{text}"' in page.text for text in typed.values() if text)
    assert Programme.objects.count() == 1


def test_a_phase_is_copied_from_the_set_up(source: Programme, client_of: Client):
    phase = source.phases.get(number=2)
    address = f"/programmes/{source.slug}/set-up/phases/{phase.pk}/copy/"
    assert _send(client_of, address, "check", name="Phase One").text.count("Another phase of this programme has this name") == 2
    assert "There is no programme" in _send(client_of, address, "check", name="New", into="nowhere").text
    done = _send(client_of, address, "copy", name="Phase Three")
    assert done.url == f"/programmes/{source.slug}/lines/"
    assert "Copied from Phase Two of Ofsted 2016" in client_of.get(f"/programmes/{source.slug}/set-up/").text
    assert client_of.get(f"/programmes/{source.slug}/set-up/phases/{10**6}/copy/").status_code == 404
