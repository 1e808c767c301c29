"""Rows that may be a stored line under another name, and stored lines that a block does not mention: asked, shown, done."""

import json
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.permissions.rules import Role
from phases.models import Programme
from posts.importing import actions as paste
from posts.importing.actions import Choices, Preview
from posts.models import CostLine
from tests.around import AFTERWARDS, the_demonstration
from tests.making import NOON
from tests.posts.paste_page import onward, send

HEAD = "Phase\tTeam\tPost\tFTE\t2016/17\t2017/18\tFull year\n"


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with the_demonstration(django_db_blocker, AFTERWARDS):
        yield


@pytest.fixture
def programme(db: None) -> Programme:
    return Programme.objects.get(slug="ofsted-2016")


@pytest.fixture
def officer(db: None) -> User:
    return User.objects.filter(roles__contains=[Role.FINANCE_OFFICER]).order_by("pk")[0]


@pytest.fixture
def client(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def rows(programme: Programme, phase: int = 3) -> list[list[str]]:
    """The stored lines of a phase, as a block would have them."""
    found = []
    for line in CostLine.objects.filter(programme=programme, phase__number=phase).select_related("team", "phase").order_by("pk"):
        amounts = {each.financial_year: each.amount for each in line.amounts.all()}
        figures = ["" if amounts.get(year) is None else f"{amounts[year]}" for year in (2016, 2017, None)]
        fte = "" if line.fte is None else f"{line.fte}"
        found.append([line.phase.name, line.team.name if line.team else "", line.title, fte, *figures])
    return found


def text_of(of: list[list[str]]) -> str:
    return HEAD + "".join("\t".join(row) + "\n" for row in of)


def look(programme: Programme, officer: User, of: list[list[str]], **answers: str) -> Preview:
    programme = Programme.objects.get(pk=programme.pk)
    given = {name.replace("_", "-"): answer for name, answer in answers.items()}
    return paste.look(programme, Choices(text_of(of), reason="As pasted", answers=given), by=officer, at=NOON)


def test_a_table_as_it_is_stored_asks_nothing(programme: Programme, officer: User):
    preview = look(programme, officer, rows(programme))
    assert (preview.count("same"), preview.block.questions, preview.missing) == (7, [], [])


def test_a_renamed_line_is_asked_about_and_stays_the_same_line(programme: Programme, officer: User):
    block = rows(programme)
    title, line = block[2][2], CostLine.objects.get(programme=programme, phase__number=3, title=block[2][2])
    block[2][2] = f"Senior {title}"
    preview = look(programme, officer, block)
    (question,) = preview.unanswered
    assert question.key == "row-4-line"
    assert question.options[0] == (str(line.pk), f"The same line, renamed: {title} of Phase Three")
    assert preview.refused
    same = look(programme, officer, block, row_4_line=str(line.pk))
    assert (same.count("changed"), same.count("same"), same.count("new"), same.missing) == (1, 6, 0, [])
    paste.apply(same, by=officer, at=NOON)
    line.refresh_from_db()
    assert line.title == f"Senior {title}"
    new = look(programme, officer, [*block[:2], [*block[2][:2], f"Chief {title}", *block[2][3:]], *block[3:]], row_4_line="new")
    assert (new.count("new"), len(new.missing[0].lines)) == (1, 1)


def test_a_line_of_the_same_title_elsewhere_is_asked_about_as_moved(programme: Programme, officer: User):
    block = rows(programme)
    line = CostLine.objects.get(programme=programme, phase__number=3, title=block[2][2])
    block[2][1] = "Quite Another Team"
    preview = look(programme, officer, block)
    assert preview.unanswered[0].options[0][1].startswith("The same line, moved: ")
    moved = look(programme, officer, block, row_4_line=str(line.pk))
    assert next(outcome.differences for outcome in moved.outcomes if outcome.line == line)[0][2] == "Quite Another Team"
    paste.apply(moved, by=officer, at=NOON)
    line.refresh_from_db()
    assert line.team
    assert line.team.name == "Quite Another Team"


def test_one_line_is_not_two_rows(programme: Programme, officer: User):
    block = rows(programme)
    line = CostLine.objects.get(programme=programme, phase__number=3, title=block[2][2])
    first, second = [*block[2]], [*block[2]]
    first[2], second[2] = f"{block[2][2]} A", f"{block[2][2]} B"
    answers = {"row_4_line": str(line.pk), "row_5_line": str(line.pk)}
    preview = look(programme, officer, [*block[:2], first, second, *block[3:]], **answers)
    assert [message for outcome in preview.outcomes for message in outcome.errors.values()] == [
        "This is the same line as row 4: choose another answer."
    ]


def test_a_post_that_is_added_is_asked_nothing(programme: Programme, officer: User):
    block = [["Phase Three", "", rows(programme, 1)[0][2], "1", "10000", "40000", "40000"]]
    assert look(programme, officer, block).block.questions == []


def test_lines_that_are_not_in_the_block_stay_unless_somebody_says_they_go(programme: Programme, officer: User):
    block = rows(programme)[:5]
    kept = look(programme, officer, block)
    assert not kept.refused
    assert [(missing.name, len(missing.lines), missing.goes) for missing in kept.missing] == [("Phase Three", 2, False)]
    gone = look(programme, officer, block, missing_3="remove")
    assert not gone.refused
    before, after = gone.effect[2].before, gone.effect[2].after
    sums = [Decimal(0)] * 4
    for row in rows(programme)[5:]:
        sums = [total + Decimal(text or 0) for total, text in zip(sums, row[3:], strict=True)]
    assert [b.amount - a.amount for b, a in zip(before, after, strict=True)] == sums
    assert "17 stored lines" not in " ".join(gone.not_mentioned)
    paste.apply(gone, by=officer, at=NOON)
    assert CostLine.objects.filter(programme=programme, phase__number=3).count() == 5
    assert CostLine.objects.filter(programme=programme).count() == 20, "phases that the block does not mention stay"


def test_a_frozen_line_is_not_removed_and_it_is_said_which(programme: Programme, officer: User):
    block = rows(programme, 2)[:1]
    assert not look(programme, officer, block).refused
    preview = look(programme, officer, block, missing_2="remove")
    assert preview.refused
    place, said = preview.errors[0]
    assert place == "answer-missing-2"
    assert "cannot be removed: it is in the drawdown Phase Two posts" in said
    assert CostLine.objects.filter(programme=programme).count() == 22


def test_the_page_shows_the_choice_the_sums_after_it_and_says_what_it_did(client: Client, programme: Programme):
    first = send(client, programme.slug, text=text_of(rows(programme)[:5]), do="preview")
    shown = unescape(first.content.decode())
    assert "2 stored lines of Phase Three are not in this block:" in shown
    assert "Everything in the block is already stored." in shown
    gone = onward(client, programme.slug, first, **{"answer-missing-3": "remove"})
    assert "Remove 2 lines" in gone.content.decode()
    done = onward(client, programme.slug, gone, "apply")
    assert "Removed 2 lines." in client.get(done.url).content.decode()


def test_the_command_prints_the_same_questions_and_takes_their_answers(programme: Programme, tmp_path: Path, capsys: Any):
    block = rows(programme)[:5]
    block[2][2] += " and more"
    file = tmp_path / "lines.tsv"
    file.write_text(text_of(block))
    with pytest.raises(SystemExit):
        call_command("import_lines", programme.slug, str(file))
    said = json.loads(capsys.readouterr().out)
    asked = {question["key"]: (question["options"], question["answer"]) for question in said["questions"]}
    assert asked["missing-3"] == ({"keep": "Keep them", "remove": "Remove them"}, "keep")
    line = next(iter(asked["row-4-line"][0]))
    answers = ("--answer", f"row-4-line={line}", "--answer", "missing-3=remove")
    call_command("import_lines", programme.slug, str(file), *answers)
    done = json.loads(capsys.readouterr().out)
    assert ([done[fate] for fate in ("new", "changed", "same")], len(done["removed"])) == ([0, 1, 4], 2)
