"""What is said of the notice of a key decision. Pure."""

from approvals.decisions.key_notice.rules import ALL, CLEAR_DAYS, OverThreshold, Route, Unnoticed
from costing.financial_year import day_in_words


def withdrawn_in_words(reference: str) -> str:
    """That a notice counts no more."""
    return f"The notice {reference} of the forward plan was withdrawn: this key decision needs another notice."


def unnoticed_in_words(why: Unnoticed) -> str:
    """Why a key decision may not be made."""
    if why.withdrawn:
        return withdrawn_in_words(why.withdrawn)
    if why.route is None or why.on is None or why.first is None:
        return "Key decisions need a notice route on file."
    if why.route is Route.SPECIAL_URGENCY:
        return f"The chairman’s agreement is dated {day_in_words(why.on)}: a key decision cannot be made before it."
    return (
        f"{CLEAR_DAYS[why.route]} clear days from the notice of {day_in_words(why.on)} have not passed: "
        f"this key decision can be made from {day_in_words(why.first)}."
    )


def why_key_in_words(why: OverThreshold) -> str:
    """Why a decision is key by the council's own thresholds."""
    if why.most:
        measure, most = why.most
        return f"It releases £{most:,} in {measure}: your council counts a decision as key from £{why.threshold:,} in a year."
    named = "all wards" if why.wards >= ALL else f"{why.wards} wards"
    return f"It affects {named}: your council counts a decision as key from {why.threshold} wards."
