"""What becomes of ordinary blocks: each kind of fault of a spreadsheet, with the plan as it stands after it."""

from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.permissions.rules import Role
from phases.models import Programme
from posts.importing import actions as paste
from posts.importing.actions import Choices, Preview
from posts.importing.file.rules import read_file
from posts.importing.table.rules import table_of
from posts.importing.text.rules import Unreadable
from posts.models import CostLine
from tests.around import AFTERWARDS, the_demonstration
from tests.making import NOON
from tests.posts.cases.case import Case
from tests.posts.cases.cells import OF_CELLS
from tests.posts.cases.headings import OF_HEADINGS
from tests.posts.cases.matching import OF_MATCHING
from tests.posts.cases.totals import OF_UNITS_AND_TOTALS
from tests.posts.workbooks import as_ods, as_xlsx

CASES = {**OF_UNITS_AND_TOTALS, **OF_HEADINGS, **OF_MATCHING, **OF_CELLS}


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


def look(programme: Programme, officer: User, text: str, **choices: Any) -> Preview:
    programme = Programme.objects.get(pk=programme.pk)
    return paste.look(programme, Choices(text, reason="As pasted", **choices), by=officer, at=NOON)


def phase_three(programme: Programme) -> tuple[float, int, int, int]:
    """FTE, 2016/17, 2017/18 and full year, as they stand in the store."""
    lines = CostLine.objects.filter(programme=programme, phase__number=3).prefetch_related("amounts")
    sums = {2016: Decimal(0), 2017: Decimal(0), None: Decimal(0)}
    for line in lines:
        for amount in line.amounts.all():
            sums[amount.financial_year] += amount.amount or 0
    return (float(sum(line.fte or 0 for line in lines)), int(sums[2016]), int(sums[2017]), int(sums[None]))


@pytest.mark.parametrize("name", CASES)
def test_a_block_becomes_what_it_says_and_nothing_is_stored_before(programme: Programme, officer: User, name: str):
    case: Case = CASES[name]
    if case.after:
        paste.apply(look(programme, officer, case.after.replace("|", "\t")), by=officer, at=NOON)
    client = Client()
    client.force_login(officer)
    before = phase_three(programme)
    page = client.post(reverse("paste_lines", args=[programme.slug]), {"text": case.text, "do": "preview"})
    first = page.context["page"].preview
    assert tuple(question.key for question in first.unanswered) == case.asks
    assert first.refused == bool(case.asks or case.stops)
    assert ('value="apply"' in page.content.decode()) == (not first.refused and bool(first.changes))
    shown = " ".join(unescape(page.content.decode()).split())
    for words in (*case.stops, *case.says, *(question.text for question in first.unanswered)):
        assert words in shown
    assert phase_three(programme) == before
    if case.stops and not (case.answers or case.left_out):
        return
    preview = look(programme, officer, case.text, answers=case.answers, left_out=case.left_out)
    assert not preview.refused, [preview.errors, preview.block.errors, preview.unanswered, [o.errors for o in preview.outcomes]]
    assert tuple(preview.count(status) for status in ("new", "changed", "same")) == case.fates
    assert len(preview.block.totals) == case.totals
    amounts = {o.row.number: tuple(None if a.amount is None else int(a.amount) for a in o.amounts) for o in preview.outcomes}
    assert {row: amounts[row] for row in case.lines} == dict(case.lines)
    after = preview.effect[2].after
    paste.apply(preview, by=officer, at=NOON)
    assert phase_three(programme) == tuple(map(float, (figure.amount for figure in after))), "what was shown is stored"
    if case.three:
        assert phase_three(programme) == pytest.approx(case.three)
    again = look(programme, officer, case.text, answers=case.answers, left_out=case.left_out)
    assert again.count("new") == again.count("changed") == 0


@pytest.mark.parametrize("write", [as_xlsx, as_ods], ids=["xlsx", "ods"])
@pytest.mark.parametrize("name", sorted(CASES.keys() - {"a line that names the separator"}))  # which a cell of a sheet does not
def test_a_case_is_the_same_in_a_workbook(programme: Programme, officer: User, name: str, write: Any):
    case: Case = CASES[name]
    if case.after:
        paste.apply(look(programme, officer, case.after.replace("|", "\t")), by=officer, at=NOON)
    try:
        text = read_file(write(table_of(case.text).rows)).text
    except Unreadable:  # a sheet without the headings of lines, or without anything in it
        assert case.stops
        return
    first = look(programme, officer, text)
    assert tuple(question.key for question in first.unanswered) == case.asks
    assert first.refused == bool(case.asks or case.stops)
    if case.stops and not (case.answers or case.left_out):
        return
    preview = look(programme, officer, text, answers=case.answers, left_out=case.left_out)
    assert tuple(preview.count(status) for status in ("new", "changed", "same")) == case.fates
    assert len(preview.block.totals) == case.totals
    amounts = {o.row.number: tuple(None if a.amount is None else int(a.amount) for a in o.amounts) for o in preview.outcomes}
    assert {row: amounts[row] for row in case.lines} == dict(case.lines)
    if case.three:
        assert [float(figure.amount) for figure in preview.effect[2].after] == pytest.approx(case.three)
