"""How drawdowns look in templates: the tag of a state, and amounts by measure in words."""

from collections.abc import Sequence
from typing import TypeVar

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from approvals.decisions.rules import Gap
from approvals.decisions.wording.queries import Registered
from approvals.decisions.wording.rules import gap_in_words
from approvals.drawdowns.changes.rules import Difference, Kept
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.overview.queries import AskedOffice, AskedOutside
from approvals.drawdowns.readiness.rules import Obstacle
from approvals.drawdowns.readiness.wording.rules import in_words
from approvals.drawdowns.rules import Reply, State, label_of
from approvals.drawdowns.signing.queries import Considered
from approvals.drawdowns.signing.wording.rules import unfit_in_words

Each = TypeVar("Each")

register = template.Library()


@register.filter
def obstacle_in_words(obstacle: Obstacle) -> str:
    """What stands between a drawdown and its sign-off."""
    return in_words(obstacle)


@register.filter(name="gap_in_words")
def what_is_missing(gap: Gap) -> str:
    """What the record of a decision still needs before it is published."""
    return gap_in_words(gap)


@register.simple_tag
def why_not_offered(considered: Considered) -> str:
    """Why a resolution cannot decide on a drawdown."""
    return unfit_in_words(considered.why_not, used_on=considered.used_on) if considered.why_not else ""


COLOURS = {
    State.DRAFT: "grey",
    State.SUBMITTED: "blue",
    State.RETURNED: "orange",
    State.WITHDRAWN: "grey",
    State.REFUSED: "red",
    State.SIGNED_OFF: "teal",
    State.CALLED_IN: "purple",
    State.EFFECTIVE: "green",
    State.SUPERSEDED: "grey",
}


@register.inclusion_tag("_components/tag.html")
def state_tag(drawdown: Drawdown) -> dict[str, str]:
    """Where a drawdown stands, as a coloured tag."""
    label = label_of(drawdown.state, drawdown.taken_elsewhere_id is not None)
    return {"text": label, "colour": COLOURS[State(drawdown.state)]}


REGISTERED = {State.SIGNED_OFF: "blue", State.CALLED_IN: "orange", State.EFFECTIVE: "green", State.SUPERSEDED: "grey"}
"""Of a decision on the register, where nothing is waited for any more once it is in effect."""


@register.inclusion_tag("_components/tag.html")
def register_tag(row: Registered) -> dict[str, str]:
    """Where a decision stands, as the register shows it."""
    return {"text": label_of(row.state, row.elsewhere), "colour": REGISTERED.get(row.state, "")}


_REPLIED = {
    Reply.AGREE: "green",
    Reply.DISAGREE: "red",
    Reply.VIEW: "blue",
    Reply.CONSENT: "green",
    Reply.NO_CONSENT: "red",
    Reply.IN_FAVOUR: "green",
    Reply.AGAINST: "red",
}


@register.inclusion_tag("_components/tag.html")
def office_tag(asked: AskedOffice | AskedOutside) -> dict[str, str]:
    """What an office, or an outside body, that is asked says."""
    waiting = "yellow" if asked.is_missing and asked.is_asked else "grey"
    return {"text": asked.says, "colour": _REPLIED[Reply(asked.answer.answer)] if asked.answer else waiting}


_ANSWERED = {Reply.AGREE: "agrees", Reply.DISAGREE: "does not agree", Reply.VIEW: "has given a view"}


@register.filter
def as_said(answer: str) -> str:
    """An answer after the name of its office: "agrees"."""
    return _ANSWERED[Reply(answer)]


_COMPARED = {
    Kept.SAME: "{}",
    Kept.LEFT_OUT: '<del class="compared__left-out"><span class="govuk-visually-hidden">left out: </span>{}</del> ',
    Kept.ADDED: '<ins class="compared__added"><span class="govuk-visually-hidden">added: </span>{}</ins> ',
}


@register.filter
def compared(difference: Difference) -> SafeString:
    """Two texts as one, word by word: what was left out is struck through, what is new underlined; both are said."""
    return mark_safe("".join(format_html(_COMPARED[piece.kept], piece.text) for piece in difference.pieces))


@register.filter
def as_act(label: str) -> str:
    """The label of a button after "You cannot": "sign this off yet"."""
    return "sign this off yet" if label == "Sign off" else f"{label[0].lower()}{label[1:]}"


@register.filter
def under(amounts: Sequence[Each], headings: Sequence[str]) -> list[tuple[str, Each]]:
    """Each amount with the heading of its column, which a phone prints beside it."""
    return list(zip(headings, amounts, strict=True))
