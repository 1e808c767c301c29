"""Whether a text that will be public says something exempt."""

from decimal import Decimal

import pytest

from posts.exempt.rules import Secret, given_away

SECRETS = [
    Secret(2, frozenset({"Zyx-woman: Redeployment"}), frozenset()),
    Secret(3, frozenset(), frozenset({Decimal(95679), Decimal(12), Decimal(69000), Decimal(1_090_000)})),
]


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("For the ZYX-WOMAN  redeployment, from May.", [2]),
        ("For Zyx\nWoman (redeployment).", [2]),
        ("Zyxwomans and redeployment", []),
        ("It costs £95,679.", [3]),
        ("It costs 95679 a year", [3]),
        ("It costs £95.7k", [3]),
        ("It costs £97k", []),
        ("It costs £69k, or £1.09m", [3]),
        ("Some £96 thousand", [3]),
        ("It costs £1,095,679 or 95,679,000 or 95,679.50", []),
        ("There are 12 of them", []),
        ("Zyx-woman: Redeployment costs 95,679", [2, 3]),
        ("", []),
    ],
)
def test_a_text_gives_away_a_name_or_an_amount(text: str, paragraphs: list[int]):
    assert given_away(text, SECRETS) == paragraphs


def test_what_is_not_exempt_is_not_looked_for():
    assert given_away("Head of service, £90,000", [Secret(2, frozenset({""}), frozenset())]) == []
