import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.clock import queries as clock
from accounts.models import User
from accounts.permissions.rules import Permission, Role
from costing.measure import stored
from phases.models import Programme
from posts.importing import actions as paste
from posts.importing.actions import CHANGED, NEW, SAME, Choices, Preview
from posts.importing.block.rules import Frame
from posts.importing.block.rules import Role as RowRole
from posts.importing.columns.rules import TITLE, is_cost_from, is_money, label_of
from posts.importing.columns.rules import labels as labels_of
from posts.importing.file.rules import Source, file_named
from posts.importing.missing.rules import KEEP
from posts.importing.phases.rules import no_such_phase, phase_named
from posts.importing.text.rules import MOST_BYTES, Unreadable
from posts.importing.units.rules import NAMES, WORDS
from posts.lines.actions import StaleLines

_UNIT_NAMES = {unit: name for name, unit in NAMES.items()}


class Command(BaseCommand):
    help = "Compare a file of posts and other costs with a programme; with --apply, store it, all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the programme's address, such as ofsted-2016")
        parser.add_argument("file", type=Path, help="a workbook (.xlsx, .ods), separated text or a web page")
        parser.add_argument(
            "--apply", action="store_true", help="store the lines; without it the command only says what it would do"
        )
        parser.add_argument(
            "--answer", metavar="KEY=ANSWER", action="append", default=[], help="answer a question that the command printed"
        )
        parser.add_argument(
            "--leave-out", metavar="NAME", action="append", default=[], help="leave out the column with this heading"
        )
        parser.add_argument(
            "--set", metavar="ROW:HEADING=VALUE", action="append", default=[], help="read this in place of what a cell holds"
        )
        parser.add_argument("--sheet", metavar="NAME", default="", help="the sheet of a workbook, where several hold lines")
        parser.add_argument("--phase", metavar="NAME", help="the phase of rows that name none")
        parser.add_argument("--by", metavar="EMAIL", help="who imports; the first active finance officer unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        programme = Programme.objects.filter(slug=options["slug"]).first()
        if programme is None:
            raise CommandError(f"There is no programme with the address {options['slug']}.")
        by, at = _person(options["by"]), clock.localtime()
        reason = paste.usual_reason(by, at, options["file"].name)
        answers, phase = _answers(options["answer"]), _phase(programme, options["phase"])
        try:
            source = _source(options["file"], options["sheet"])
            decoded = source.decoded
            left_out = tuple(options["leave_out"])
            choices = Choices(
                decoded.text,
                phase=phase,
                reason=reason,
                answers=answers,
                left_out=left_out,
                said=decoded.said,
                source=source,
                leave_out_again=False,
                hidden=(decoded.hidden_rows, decoded.hidden_columns),
            )
            preview = paste.look(programme, choices, by=by, at=at)
            if options["set"]:
                choices = replace(choices, cells=_cells(options["set"], preview.block.headings))
                preview = paste.look(programme, choices, by=by, at=at)
        except Unreadable as error:
            raise CommandError(str(error)) from None
        applied = options["apply"] and not preview.refused
        if applied:
            try:
                paste.apply(preview, by=by, at=at)
            except StaleLines:
                raise CommandError("Somebody changed the programme at the same moment: nothing was stored. Try again.") from None
        self.stdout.write(json.dumps(_summary(preview, applied), ensure_ascii=False))
        for question in preview.unanswered:
            place = f"Row {question.row}: " if question.row else ""
            offered = ", ".join(f"--answer {question.key}={value} ({words})" for value, words in question.options)
            self.stderr.write(f"{place}{question.text} Answer with {offered}.")
        if preview.refused:
            raise SystemExit(1)


def _person(email: str | None) -> User:
    if email is None:
        officer = User.objects.filter(is_active=True, roles__contains=[Role.FINANCE_OFFICER]).order_by("pk").first()
        if officer is None:
            raise CommandError("There is no active finance officer in whose name to import: add one, or say who with --by.")
        return officer
    person = User.objects.filter(email=email.lower()).first()
    if person is None:
        raise CommandError(f"Nobody has the e-mail address {email}.")
    if not person.may(Permission.EDIT_LINES):
        raise CommandError(f"{person.name} may not {Permission.EDIT_LINES.label}.")
    return person


def _source(file: Path, sheet: str) -> Source:
    try:
        with file.open("rb") as opened:
            return file_named(file.name, opened.read(MOST_BYTES + 1), sheet)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from None


def _answers(given: list[str]) -> dict[str, str]:
    answers = {}
    for each in given:
        key, equals, answer = each.partition("=")
        if not equals or not key.strip():
            raise CommandError(f"Write an answer as KEY=ANSWER, such as row-5=line: {each} is none.")
        answers[key.strip()] = answer.strip()
    return answers


def _cells(given: Sequence[str], headings: Sequence[str]) -> Mapping[tuple[int, int], str]:
    """What is read in place of cells, by row from 1 and column from 0. A column without a heading is Column 3."""
    names = [_heading(heading, place) for place, heading in enumerate(headings)]
    cells = {}
    for each in given:
        match = re.fullmatch(r"([0-9]{1,6}):([^=]+)=(.*)", each, re.DOTALL)
        if not match:
            raise CommandError(f"Write a correction as ROW:HEADING=VALUE, such as 5:FTE=0.5: {each} is none.")
        found = [place for place, name in enumerate(names) if name.casefold() == " ".join(match[2].split()).casefold()]
        if len(found) != 1:
            how = "No column has" if not found else "Several columns have"
            raise CommandError(f"{how} the heading {match[2].strip()}. The headings: {', '.join(names)}.")
        cells[int(match[1]), found[0]] = match[3]
    return cells


def _heading(heading: str, place: int) -> str:
    return " ".join(heading.split()) or f"Column {place + 1}"


def _phase(programme: Programme, named: str | None) -> int | None:
    if named is None:
        return None
    phases = list(programme.phases.values_list("number", "name"))
    number = phase_named(named, phases)
    if number is None:
        raise CommandError(no_such_phase(named, Frame(programme.years, tuple(phases))))
    return number


def _summary(preview: Preview, applied: bool) -> dict[str, Any]:
    block = preview.block
    return {
        "rows": len(block.lines),
        "new": preview.count(NEW),
        "changed": preview.count(CHANGED),
        "same": preview.count(SAME),
        "columns": _columns(preview),
        "units": {
            _heading(heading, place): _UNIT_NAMES[unit]
            for place, (heading, name, unit) in enumerate(zip(block.headings, block.columns, block.units, strict=True))
            if is_money(name)
        },
        "left_out": [heading for each in block.not_read for heading in each.headings],
        "columns_not_read": [
            {"column": each.what, "figures": list(each.figures), "why": each.why, "undecided": each.undecided}
            for each in block.not_read
            if each.row is None
        ],
        "not_read": _not_read(preview),
        "questions": [
            {
                "key": question.key,
                "row": question.row,
                "question": question.text,
                "options": dict(question.options),
                "answer": question.answer(preview.answers) or (KEEP if question.key.startswith("missing-") else None),
                "assumed": question.answer(preview.answers) or question.options[0][0],
            }
            for question in [*block.questions, *(missing.question for missing in preview.missing)]
        ],
        "corrected": [
            {"row": each.row, "column": _heading(block.headings[each.place], each.place), "was": each.before, "is": each.after}
            for each in block.corrected
        ],
        "said": [*block.said, *filter(None, [preview.as_before])],
        "fates": _fates(preview),
        "not_mentioned": preview.not_mentioned,
        "removed": [{"phase": line.phase.name, "title": line.title} for line in preview.removed],
        "effect": _effect(preview),
        "refused": _refused(preview),
        "totals_confirmed": len(block.totals) - len(block.totals_differ),
        "totals": _totals(preview),
        "after": _after(preview),
        "applied": applied,
    }


def _columns(preview: Preview) -> list[dict[str, Any]]:
    block = preview.block
    return [
        {"heading": heading, "read_as": _read_as(name, preview), "unit": WORDS[unit] if is_money(name) else None}
        for heading, name, unit in zip(block.headings, block.columns, block.units, strict=True)
    ]


def _read_as(name: str, preview: Preview) -> str | None:
    years = preview.programme.years
    return label_of(name, years) if is_cost_from(name) or name in labels_of(years) else None


def _not_read(preview: Preview) -> list[dict[str, Any]]:
    found = {each.row: each.why for each in preview.block.not_read}
    return [
        {
            "row": row.number,
            "text": " ".join(preview.block.texts(row, TITLE)) or row.name,
            "why": "; ".join(row.said) or found.get(row.number, "a note"),
        }
        for row in preview.block.rows
        if row.role in (RowRole.NOTE, RowRole.WORKING, RowRole.MERGED)
    ]


def _fates(preview: Preview) -> list[dict[str, Any]]:
    """What becomes of each line, with old and new, and all that is said of its row."""
    return [
        {
            "row": outcome.row.number,
            "title": outcome.row.name,
            "fate": outcome.status,
            "phase": preview.phases.get(outcome.state.phase) if outcome.state else None,
            "team": outcome.state.team if outcome.state else outcome.row.team,
            "differences": [{"cell": name, "before": before, "after": after} for name, before, after in outcome.differences],
            "amounts": {_measure(each.financial_year): _whole(each.amount) for each in outcome.amounts},
            "said": [*outcome.row.said, *outcome.said],
            "frozen": [
                {"drawdown": each.title, "state": each.state, "keeps": each.sum}
                for each in preview.frozen.get(outcome.line.pk if outcome.line else 0, [])
            ],
        }
        for outcome in preview.outcomes
    ]


def _effect(preview: Preview) -> list[dict[str, Any]]:
    names = ["fte", *(year.label for year in preview.programme.years), "full_year"]
    return [
        {
            "phase": each.name or None,
            **{
                when: {name: f"{figure.amount:f}" for name, figure in zip(names, figures, strict=True)}
                for when, figures in (("before", each.before), ("after", each.after))
            },
            "at_least": any(figure.at_least for figure in each.after),
        }
        for each in preview.effect
    ]


def _measure(year: int | None) -> str:
    measure = stored(year)
    return measure.label if measure.year else measure.key


def _whole(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount)


def _refused(preview: Preview) -> list[dict[str, Any]]:
    block = preview.block
    refused: list[dict[str, Any]] = [{"row": None, "column": None, "reason": message} for message in block.errors]
    refused += [{"row": None, "column": _read_as(name, preview), "reason": message} for name, message in preview.errors]
    errors = {outcome.row.number: outcome.errors for outcome in preview.outcomes}
    return refused + [
        {"row": row.number, "column": _read_as(name, preview), "reason": message}
        for row in block.rows
        for name, message in errors.get(row.number, row.errors).items()
    ]


def _totals(preview: Preview) -> list[dict[str, Any]]:
    """Each total that was compared: confirmed, within rounding, or one that differs, with the cells that are not the same."""
    return [
        {
            "row": total.row,
            "label": total.label,
            "outcome": "differs" if total.differences else "rounding" if total.rounded else "confirmed",
            "cells": [
                {"column": label_of(name, preview.programme.years), "says": says, "lines_add_up_to": adds}
                for name, says, adds in (*total.differences, *total.rounded)
            ],
        }
        for total in preview.block.totals
    ]


def _after(preview: Preview) -> dict[str, str]:
    """The pounds of the whole programme as it would be, by measure; nothing where the block cannot be read."""
    names = [*(year.label for year in preview.programme.years), "full_year"]
    whole = next((each for each in preview.effect if not each.name), None)
    return {name: f"{figure.amount:f}" for name, figure in zip(names, whole.after[1:], strict=True)} if whole else {}
