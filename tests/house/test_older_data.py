"""Data of an older build, moved on by the migrations: a database of its own, filled as it was then."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests import templates

THEN = [("phases", "0005_lists_sorted"), ("approvals", "0012_decisions_sorted"), ("reports", "0007_lists_sorted")]


@pytest.fixture
def older(transactional_db: None) -> Iterator[MigrationExecutor]:
    """An empty database in place of the tests' own, migrated as far as that build went."""
    ours, name = connection.settings_dict["NAME"], templates.name_of("older")
    templates.remove("older")
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        executor = MigrationExecutor(connection)
        executor.migrate(THEN)
        yield executor
    finally:
        connection.close()
        connection.settings_dict["NAME"] = ours
        templates.remove("older")


def test_bodies_that_were_typed_become_bodies_that_are_chosen(older: MigrationExecutor):
    apps = older.loader.project_state(THEN).apps
    for name in ("Leader of the Council", "Mayor", "Director of Membership"):
        apps.get_model("accounts", "Office").objects.create(name=name, slug=name.lower().replace(" ", "-"))
    _people_then(apps)
    _typed_then(apps)
    older.loader.build_graph()
    older.migrate(older.loader.graph.leaf_nodes())

    from accounts.models import Office, User
    from approvals.models import Delegation
    from phases.models import ApprovalLimit, Body, FundingDecision, Programme
    from reports.models import ReportParagraph

    kinds = dict(Office.objects.values_list("name", "kind"))
    assert kinds == {"Leader of the Council": "member", "Mayor": "member", "Director of Membership": "officer"}
    people = dict(User.objects.values_list("name", "kind"))
    assert people == {
        "Leader": "member",
        "Director": "officer",
        "Deputy": "officer",
        "First one, then the other": "",
        "No office": "",
    }
    bodies = {each.name: each.kind for each in Body.objects.all()}
    assert bodies == {"Executive": "executive", "Full Council": "full_council", "Improvement Board": "committee"}
    assert [str(each.body) for each in FundingDecision.objects.order_by("pk")] == ["Executive", "Full Council"]
    assert str(ApprovalLimit.objects.get().approver) == "Executive"
    assert str(Programme.objects.get().committee) == "Executive"
    assert [str(each.decision_body) for each in Delegation.objects.order_by("pk")] == ["Executive", "Improvement Board"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O' AND NOT tgisinternal")
        assert cursor.fetchone() == (0,), "every trigger guards again"
    asked = {each.text: each.body and each.body.in_sentence for each in ReportParagraph.objects.all()}
    assert asked == {"Note it.": "the Executive", "It costs.": None}


def _people_then(apps: Any) -> None:
    """Who held office and deputised before anybody was asked whether they are a member or an officer."""
    offices = {each.slug: each for each in apps.get_model("accounts", "Office").objects.all()}
    people = {
        name: apps.get_model("accounts", "User").objects.create(name=name, email=f"{number}@council.example")
        for number, name in enumerate(("Leader", "Director", "Deputy", "First one, then the other", "No office"))
    }
    held = [("Leader", "leader-of-the-council"), ("Director", "director-of-membership"), ("First one, then the other", "mayor")]
    for name, slug in held:
        apps.get_model("accounts", "OfficeHolding").objects.create(
            office=offices[slug], holder=people[name], since=date(2014, 4, 1), until=date(2015, 3, 31)
        )
    for name in ("Deputy", "First one, then the other"):
        apps.get_model("accounts", "DeputyAppointment").objects.create(
            office=offices["director-of-membership"], deputy=people[name], since=date(2016, 4, 1), authority="Scheme"
        )


def _typed_then(apps: Any) -> None:
    """The same body in several ways, as people typed it."""
    programme = apps.get_model("phases", "Programme").objects.create(
        slug="old", name="Old", table_title="OLD", first_year=2016, last_year=2017, committee="The Executive"
    )
    decisions = apps.get_model("phases", "FundingDecision").objects
    decided = {"programme": programme, "decided_on": date(2016, 7, 20), "text_resolved": "Agreed."}
    decision = decisions.create(title="Release", body="Executive", **decided)
    decisions.create(title="Estimate", body="Full Council", **decided)
    limit = {"measure": "full_year", "amount": 1_000_000, "starts": date(2016, 4, 1)}
    apps.get_model("phases", "ApprovalLimit").objects.create(
        approver="the executive", instrument="supplementary_estimate", **limit
    )
    delegations = apps.get_model("approvals", "Delegation").objects
    for title, body in (("First", "The Executive"), ("Second", "Improvement Board")):
        delegations.create(programme=programme, decision=decision, title=title, decision_body=body, text="As agreed.")
    paragraphs = apps.get_model("reports", "ReportParagraph").objects
    paragraphs.create(programme=programme, section="recommendations", position=1, body="the Executive", text="Note it.")
    paragraphs.create(programme=programme, section="finance", position=1, text="It costs.")
