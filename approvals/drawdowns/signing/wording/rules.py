"""What is said of a resolution that cannot decide on a drawdown. Pure."""

from approvals.drawdowns.signing.rules import Unfit

_UNFIT = {
    Unfit.OF_ANOTHER_BODY: "It is no resolution of {decider}.",
    Unfit.OLDER_THAN_THE_POWER: "It is older than the power to decide on this.",
    Unfit.USED: "It has decided another drawdown: {used_on}.",
    Unfit.PUT_RIGHT: "Another decision has put it right since.",
    Unfit.GIVES_POWER: "It gives the power to decide on this, and is not the decision itself.",
    Unfit.ABOUT_MONEY: "It is about money, and this decision releases none.",
    Unfit.NOT_ABOUT_THIS_MONEY: "It is not recorded as being about this money.",
}


def unfit_in_words(why: Unfit, *, used_on: str = "", decider: str = "") -> str:
    """`used_on` is the reference of the drawdown that it decided, `decider` the body that decides on this one."""
    return _UNFIT[why].format(used_on=used_on, decider=decider)
