"""What is said of what is missing before a drawdown is submitted. Pure."""

from approvals.decisions.key_notice.rules import OverThreshold, Unnoticed
from approvals.decisions.key_notice.wording.rules import unnoticed_in_words, why_key_in_words
from approvals.drawdowns.preparation.rules import Missing, Needed, Vacancy

NOT_KEY = "No executive decision is made here, so this is not a key decision: save the case again without it."

_MISSING = {
    Missing.CASE: "Write the case: reasons, alternatives, and whether this is a key decision.",
    Missing.CASE_NOT_KEY: "Write the case: reasons and alternatives.",
    Missing.REASONS: "Give the reasons for the decision.",
    Missing.ALTERNATIVES: "Say which alternatives were considered and rejected, or “none, because …”.",
    Missing.SAVED_AS_KEY: NOT_KEY,
    Missing.WHETHER_KEY: "Say whether this is a key decision.",
    Missing.ROUTE: "Say how notice of this key decision was given.",
}


def missing_in_words(missing: Needed) -> str:
    """What the case still needs: over a threshold, why the decision is not key all the same."""
    match missing:
        case Missing():
            return _MISSING[missing]
        case Unnoticed():
            return unnoticed_in_words(missing)
        case OverThreshold():
            return f"{why_key_in_words(missing)} Say why this decision is not."


def vacancy_in_words(vacancy: Vacancy) -> str:
    """That nobody holds an office."""
    if vacancy.decides:
        return f"Nobody holds the office that decides: {vacancy.office}."
    return f"Nobody holds this office today, so nobody can answer for it: {vacancy.office}."
