"""How drawdowns look in templates: the tag of a state, and amounts by measure in words."""

from django import template

from approvals.drawdowns.papers.rules import megabytes
from approvals.drawdowns.rules import State
from approvals.models import Drawdown

register = template.Library()

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
    state = State(drawdown.state)
    return {"text": state.label, "colour": COLOURS[state]}


@register.filter
def file_size(size: int) -> str:
    """In kB, or MB from 1 MB on; rounded up."""
    return f"{megabytes(size)} MB" if size >= 1024**2 else f"{-(-size // 1024)} kB"
