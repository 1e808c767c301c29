"""The one engine that writes lines: all or nothing, versions, revisions, undo."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEntry, User
from phases.models import Phase, Programme
from posts.lines import actions, queries
from posts.lines.rules import LineState, from_json, state_of
from posts.lines.undoing.actions import NothingToUndo, undo
from posts.models import CostLine, LineRevision
from tests.making import make_auditor, make_clerk, make_officer, make_phase, make_programme
from tests.posts.lines import a_state

pytestmark = pytest.mark.django_db
NOW = datetime(2016, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def officer() -> User:
    return make_officer()


@pytest.fixture
def phase() -> Phase:
    return make_phase(make_programme())


def add(phase: Phase, officer: User, *states: LineState) -> list[CostLine]:
    actions.change_lines(
        programme=phase.programme, line_changes=[actions.LineChange(None, None, s) for s in states], by=officer, at=NOW
    )
    return list(queries.lines_of(phase.programme))


def change(line: CostLine, officer: User, **values: object) -> AuditEntry | None:
    line = queries.lines_of(line.programme).get(pk=line.pk)
    state = replace(state_of(line), **values)  # type: ignore[arg-type]
    return actions.change_lines(
        programme=line.programme, line_changes=[actions.LineChange(line.pk, line.version, state)], by=officer, at=NOW
    )


def figures(line: CostLine) -> list[tuple[int | None, Decimal | None]]:
    return [(amount.financial_year, amount.amount) for amount in queries.lines_of(line.programme).get(pk=line.pk).amounts.all()]


def test_a_new_line_gets_its_amounts_by_the_rules(phase: Phase, officer: User) -> None:
    (line,) = add(phase, officer, a_state(phase))
    assert figures(line) == [(2016, 60_000), (2017, 90_000), (None, 90_000)]
    assert line.team
    assert line.team.name == "Referral and Assessment"


def test_a_changed_line_gets_new_amounts_and_a_new_version(phase: Phase, officer: User) -> None:
    (line,) = add(phase, officer, a_state(phase))
    change(line, officer, annual_cost=Decimal(200_000), intakes=((Decimal(1), date(2016, 11, 1), None),))
    assert figures(line) == [(2016, 83_333), (2017, 200_000), (None, 200_000)]
    assert queries.lines_of(phase.programme).get().version == 2


def test_saving_what_is_stored_already_writes_nothing(phase: Phase, officer: User) -> None:
    (line,) = add(phase, officer, a_state(phase))
    before = AuditEntry.objects.count()
    assert change(line, officer) is None
    assert AuditEntry.objects.count() == before
    assert queries.lines_of(phase.programme).get().version == 1


def test_a_stale_edit_writes_nothing_at_all(phase: Phase, officer: User) -> None:
    first, second = add(phase, officer, a_state(phase), a_state(phase, title="Second", position=20))
    change(first, officer, comment="Theirs")
    edits = [
        actions.LineChange(first.pk, 1, replace(state_of(first), comment="Mine")),
        actions.LineChange(second.pk, 1, replace(state_of(second), comment="Mine")),
    ]
    with pytest.raises(actions.StaleLines) as stale:
        actions.change_lines(programme=phase.programme, line_changes=edits, by=officer, at=NOW)
    assert list(stale.value.current) == [first.pk]
    assert [line.comment for line in queries.lines_of(phase.programme)] == ["Theirs", ""]


def test_each_write_moves_the_programme_on_and_leaves_one_audit_entry(phase: Phase, officer: User) -> None:
    version = Programme.objects.get().version
    add(phase, officer, a_state(phase), a_state(phase, title="Second", position=20))
    assert Programme.objects.get().version == version + 1
    entry = AuditEntry.objects.get()
    assert entry.actor == officer
    assert '"title":"Head of service"' in entry.content
    assert '"title":"Second"' in entry.content


@pytest.mark.parametrize("make", [make_clerk, make_auditor])
def test_only_finance_officers_change_lines(phase: Phase, make: object) -> None:
    with pytest.raises(PermissionDenied):
        add(phase, make(), a_state(phase))  # type: ignore[operator]
    assert not CostLine.objects.exists()


def test_a_removed_line_comes_back_as_it_was_when_undone(phase: Phase, officer: User) -> None:
    (line,) = add(phase, officer, a_state(phase, comment="Keep me"))
    before = state_of(line)
    removal = actions.change_lines(
        programme=phase.programme, line_changes=[actions.LineChange(line.pk, 1, None)], by=officer, at=NOW
    )
    assert removal
    assert not CostLine.objects.exists()
    undo(programme=phase.programme, entry=removal, by=officer, at=NOW)
    back = queries.lines_of(phase.programme).get()
    assert back.pk == line.pk
    assert state_of(back) == before
    assert figures(back) == [(2016, 60_000), (2017, 90_000), (None, 90_000)]
    assert list(LineRevision.objects.values_list("version", flat=True)) == [1, 2, 3]


def test_undo_puts_every_line_of_a_change_back_and_can_itself_be_undone(phase: Phase, officer: User) -> None:
    (line,) = add(phase, officer, a_state(phase))
    edit = change(line, officer, title="Renamed", fte=Decimal(2), intakes=((Decimal(2), date(2016, 8, 1), None),))
    assert edit
    undone = undo(programme=phase.programme, entry=edit, by=officer, at=NOW)
    assert queries.lines_of(phase.programme).get().title == "Head of service"
    assert undone
    undo(programme=phase.programme, entry=undone, by=officer, at=NOW)
    assert queries.lines_of(phase.programme).get().title == "Renamed"


def test_undoing_an_addition_removes_the_line(phase: Phase, officer: User) -> None:
    add(phase, officer, a_state(phase))
    undo(programme=phase.programme, entry=AuditEntry.objects.get(), by=officer, at=NOW)
    assert not CostLine.objects.exists()


def test_what_somebody_changed_since_is_not_undone(phase: Phase, officer: User) -> None:
    (line,) = add(phase, officer, a_state(phase))
    edit = change(line, officer, title="Mine")
    assert edit
    change(line, make_officer(), title="Theirs")
    with pytest.raises(NothingToUndo, match="has changed since then"):
        undo(programme=phase.programme, entry=edit, by=officer, at=NOW)
    assert queries.lines_of(phase.programme).get().title == "Theirs"


def test_a_state_is_the_same_after_its_way_through_the_history(phase: Phase, officer: User) -> None:
    (line,) = add(
        phase, officer, a_state(phase, fte=Decimal("0.50"), intakes=((Decimal("0.50"), date(2016, 8, 1), date(2018, 1, 31)),))
    )
    assert from_json(state_of(line).as_json()) == state_of(line)


def test_moving_a_line_stays_within_its_phase_and_team(phase: Phase, officer: User) -> None:
    lines = add(
        phase,
        officer,
        a_state(phase, title="A"),
        a_state(phase, title="B", position=20),
        a_state(phase, title="C", team="Another", position=30),
    )
    moved = actions.moved(lines, lines[1], -1)
    actions.change_lines(programme=phase.programme, line_changes=moved, by=officer, at=NOW)
    assert [line.title for line in queries.lines_of(phase.programme)] == ["B", "A", "C"]
    assert actions.moved(list(queries.lines_of(phase.programme)), lines[2], -1) == []


def test_a_fixed_term_has_no_full_year_effect(phase: Phase, officer: User) -> None:
    state = a_state(
        phase,
        annual_cost=Decimal(48_000),
        duration="fixed_term",
        intakes=((Decimal(1), date(2016, 8, 1), date(2018, 1, 31)),),
    )
    (line,) = add(phase, officer, state)
    assert figures(line) == [(2016, 32_000), (2017, 40_000), (None, None)]
    assert line.amounts.get(financial_year=None).absence == "no_effect"
