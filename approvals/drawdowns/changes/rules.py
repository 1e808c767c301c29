"""What two submissions of a drawdown say differently. Pure."""

from typing import NamedTuple

from approvals.drawdowns.submission.rules import SubmissionContent
from approvals.drawdowns.totals.rules import amounts_in_words, part_drawn, totals_of


class Difference(NamedTuple):
    """One thing that was so and is so now, both in words; "" where nothing is said of it."""

    what: str
    before: str
    after: str


def differences(before: SubmissionContent, after: SubmissionContent) -> list[Difference]:
    """What changed from one submission to a later one: title, money, authority, and each line added, left out or changed."""
    old, new = _said(before), _said(after)
    names = list(dict.fromkeys([*old, *new]))
    return [Difference(name, old.get(name, ""), new.get(name, "")) for name in names if old.get(name) != new.get(name)]


def _said(content: SubmissionContent) -> dict[str, str]:
    scheme = content.delegation
    said = {
        "Title": content.title,
        "Released in total": totals_of(content).in_words,
        "Delegation": scheme.title,
        "Decision maker": scheme.decision_maker,
        "Asked first": ", ".join(f"{step.office} ({step.mode})" for step in scheme.steps),
    }
    for each in content.authorisations:
        said[f"Limits of {each.title}"] = amounts_in_words(each.limits)
    for line in content.lines:
        part, words = part_drawn(line), amounts_in_words(line.consumed)
        said[f"{line.phase}: {line.title}"] = f"{part} FTE, {words}" if part else words
    return said
