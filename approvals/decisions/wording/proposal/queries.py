"""What a drawdown asks for, as the text of a recommendation: of each line what is released for it."""

from accounts.council.queries import council
from approvals.drawdowns.submission.rules import FrozenLine, SubmissionContent, in_public
from approvals.drawdowns.totals.rules import by_measure, credits_of, released_in_words
from display import formats
from display.formats import CreditStyle
from display.words import listed
from posts.exempt.rules import Exempt, Field, paragraph_of

NOTHING_EXEMPT: Exempt = {}


def proposed(content: SubmissionContent, exempt: Exempt = NOTHING_EXEMPT) -> str:
    """What a submitted drawdown asks for, as the text of a recommendation; of each line, what is released for it.

    What is `exempt` of a line is not said, and where that is the costs of one, those of no line: they would give them away.
    """
    if content.proposal:
        return content.proposal
    content = in_public(content, exempt)
    from_ = listed(f"{each.title} ({each.source})" for each in content.authorisations)
    asked = released_in_words(by_measure(content.lines))
    hidden = any(paragraph_of(exempt, line.line, Field.AMOUNTS) for line in content.lines)
    lines = [
        f"- {line.title} ({_size(line, exempt)}){'' if hidden else _released(line)}{_credit(line)}" for line in content.lines
    ]
    return "\n".join([f"To release {asked} from {from_}, for:", *lines])


def _size(line: FrozenLine, exempt: Exempt) -> str:
    shown = line.fte_drawn and not paragraph_of(exempt, line.line, Field.FTE)
    return f"{line.phase}, {formats.fte(line.fte_drawn)} FTE" if shown else line.phase


def _released(line: FrozenLine) -> str:
    released = {measure: pounds for measure, pounds in line.consumed.items() if pounds}
    return f": {released_in_words(released)}" if released else ""


def _credit(line: FrozenLine) -> str:
    credits = credits_of([line])
    style = CreditStyle(council().credit_style) if credits else CreditStyle.MINUS
    said = [f"{formats.pounds(amount, style)} {measure.in_words}" for measure, amount in sorted(credits.items())]
    return f", a credit of {listed(said)}, which makes no headroom" if said else ""
