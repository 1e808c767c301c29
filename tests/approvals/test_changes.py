"""What changed between two submissions: everything that is decided, word by word."""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from approvals import actions
from approvals.drawdowns.changes.rules import Difference, Kept, differences
from approvals.drawdowns.submission.rules import submitted
from approvals.models import Drawdown
from costing.measure import in_year
from tests.approvals.case import CASE, KEY, NOW, Case, make_case, new_key
from tests.approvals.pages import page
from tests.approvals.test_papers import PDF

pytestmark = pytest.mark.django_db

# Of a submission itself and not of what is decided, or the inner number of what is named beside it.
NOT_DECIDED = {"reference", "submission", "submitted_at", "answer_by", "version", "line", "phase_id", "id"}


@pytest.fixture
def case() -> Case:
    return make_case({2016: 950_000, None: 1_000_000})


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value in a frozen object."""
    if dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            if each.name not in NOT_DECIDED and (each.name != "authorisation" or "lines" not in path):
                yield from leaves(getattr(value, each.name), (*path, each.name))
    elif isinstance(value, tuple):
        for place, each in enumerate(value):
            yield from leaves(each, (*path, place))
    elif isinstance(value, Mapping) and value:
        for key in value:
            yield from leaves(value[key], (*path, key))
    else:
        yield path


def changed(value: Any, path: tuple[Any, ...]) -> Any:
    """The same with another value at this place."""
    if not path:
        return other(value)
    first, rest = path[0], path[1:]
    if dataclasses.is_dataclass(value):
        return dataclasses.replace(value, **{first: changed(getattr(value, first), rest)})  # type: ignore[type-var]
    if isinstance(value, tuple):
        return tuple(changed(each, rest) if place == first else each for place, each in enumerate(value))
    return {**value, first: changed(value[first], rest)}


def other(value: Any) -> Any:
    match value:
        case None:
            return date(2017, 3, 1)
        case bool():
            return not value
        case Decimal() | int():
            return value + 1
        case datetime() | date():
            return value + timedelta(days=1)
        case Mapping():
            return {in_year(2016): Decimal(5)}
    if type(value) is not str:  # a choice
        return next(each for each in type(value) if each is not value)
    return {"28_days": "reg_10"}.get(value, f"{value} otherwise")


def test_whatever_is_decided_is_compared(case: Case):
    """Each value of a submission is changed by itself: every one is found, but those that are of the submission itself."""
    drawdown = case.drafted(case.line(), case=KEY | {"financial_comments": "Within it.", "financial_comments_on": NOW.date()})
    actions.attach_paper(drawdown=drawdown, upload=PDF, by=case.officer, at=NOW)
    drawdown = Drawdown.objects.get(pk=drawdown.pk)
    drawdown = actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    content = submitted(drawdown.content)
    places = list(leaves(content))
    assert len(places) > 50
    assert {path[0] for path in places} >= {"title", "delegation", "authorisations", "lines", "case", "papers"}
    assert [path for path in places if not differences(content, changed(content, path))] == []


def test_of_the_same_content_nothing_differs(case: Case):
    drawdown = case.submitted(case.line(), case=KEY)
    again = resubmitted(case, drawdown)
    before, after = (submitted(text) for text in again.submissions.values_list("content", flat=True))
    assert before != after
    assert differences(before, after) == []


def resubmitted(case: Case, drawdown: Drawdown, **written: Any) -> Drawdown:
    drawdown = actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=case.officer, at=NOW)
    if written:
        actions.write_case(drawdown=drawdown, version=drawdown.version, values=written, by=case.officer, at=NOW)
        drawdown = Drawdown.objects.get(pk=drawdown.pk)
    return actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)


def test_reasons_that_were_replaced_and_a_key_decision_that_is_one_no_more_are_shown(case: Case):
    drawdown = case.answered(case.submitted(case.line(), case=KEY))
    resubmitted(case, drawdown, **CASE | {"reasons": "The service was found good.", "notice_route": "", "notice_on": None})
    for person, tail in ((case.chief_executive, "sign-off/"), (case.people["Leader"], "answer/leader/"), (case.officer, "")):
        text = page(person, drawdown, tail).text
        assert "Nothing that is decided differs" not in text
        assert "<dt>Reasons</dt>" in text
        assert ">left out: </span>inadequate, and these posts mend it.</del>" in text
        assert ">added: </span>good.</ins>" in text
        assert "<dt>Key decision</dt>" in text
        assert "<dt>How notice was given (left out)</dt>" in text


def test_where_nothing_differs_it_says_what_was_compared(case: Case):
    drawdown = resubmitted(case, case.answered(case.submitted(case.line())))
    text = " ".join(page(case.people["Leader"], drawdown, "answer/leader/").text.split())
    assert "Nothing that is decided differs: title, lines, money, authority, case and papers were compared word by word." in text


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("To release £60,000 now.", "To release £70,000 now.", "To release [-£60,000 -][+£70,000 +]now."),
        ("", "All of it", "[+All of it+]"),
        ("All of it", "", "[-All of it-]"),
        ("One two", "One two three", "One two [+three+]"),
        ("<b>One</b>", "<b>Two</b>", "[-<b>One</b>-][+<b>Two</b>+]"),
    ],
)
def test_two_texts_are_read_as_one(before: str, after: str, expected: str):
    marks = {Kept.SAME: "{}", Kept.LEFT_OUT: "[-{}-]", Kept.ADDED: "[+{}+]"}
    pieces = Difference("", before, after).pieces
    assert "".join(marks[piece.kept].format(piece.text) for piece in pieces).replace("One two[", "One two [") == expected


def test_long_texts_are_compared_in_time_and_shown_without_what_stays():
    """Word by word where that is quick, and line by line where it would take seconds."""
    words = " ".join(f"word{number}" for number in range(500))
    [first, out, new, last] = Difference("", f"{words} old {words}", f"{words} new {words}").pieces
    assert (out.text.strip(), new.text.strip()) == ("old", "new")
    assert len(first.text) < 200 > len(last.text)
    lines = "\n".join(f"{number} {words}" for number in range(20))
    pieces = Difference("", lines, lines.replace("word7 ", "changed ", 1)).pieces
    assert [piece.kept for piece in pieces][:2] == [Kept.LEFT_OUT, Kept.ADDED]


def test_a_text_is_never_markup_of_the_page(case: Case):
    drawdown = case.answered(case.submitted(case.line(), case=CASE | {"reasons": "<b>Old</b>"}))
    resubmitted(case, drawdown, **CASE | {"reasons": "<script>new</script>"})
    text = page(case.officer, drawdown).text
    assert "<script>new" not in text
    assert "&lt;script&gt;new&lt;/script&gt;</ins>" in text
    assert "&lt;b&gt;Old&lt;/b&gt;</del>" in text
