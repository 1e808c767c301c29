"""The text of each mail, from what is known of its drawdown. Pure: the same for what is sent and for the page of mail texts.

A mail names the office, the council, who asks and what is asked. It holds totals and no line, and nothing of what anybody gave as
reason. Of what is exempt it holds neither the title nor a question.
"""

from typing import NamedTuple


class About(NamedTuple):
    """What a mail is about. Days and amounts are in words already; `offices` are those for which the receiver is to act,
    `bodies` what is asked of bodies outside the council: "the consent of the Improvement Board".
    """

    council: str
    reference: str
    title: str
    amounts: str
    asker: str
    decider: str
    offices: str = ""
    answer_by: str = ""
    signer: str = ""
    published: str = ""
    question_of: str = ""
    question: str = ""
    reply: str = ""
    ready: str = ""
    returner: str = ""
    confirmer: str = ""
    elsewhere: str = ""
    bodies: str = ""
    key_notice: str = ""


class Letter(NamedTuple):
    """A mail as it is read, above the links and the closing words that all share."""

    subject: str
    body: str


class _Text(NamedTuple):
    """What the subject says before the reference, the first sentence, and what stands before the amounts."""

    subject: str
    sentence: str
    amounts: str = "It would release"


_ASKED_FOR, _RELEASED = "It asked for", "It releases"
_NOTHING_TO_DO = "If your answer was still to come, there is nothing for you to do."

TEXTS = {
    "asked": _Text("Your answer is asked for", "{asker} asks for your answer as {offices} on a drawdown, by {answer_by}."),
    "reminder_before": _Text("Reminder", "Your answer as {offices} on a drawdown is due by {answer_by}. It has not been given."),
    "reminder_overdue": _Text("Overdue", "Your answer as {offices} on a drawdown was due by {answer_by}. It has not been given."),
    "escalated": _Text(
        "Answer overdue",
        "The answer as {offices} on a drawdown was due by {answer_by}, and has not been given. The drawdown waits for it.",
    ),
    "body_asked": _Text(
        "Outside body to be asked",
        "{asker} asks for {bodies} on a drawdown, by {answer_by}. "
        "Ask for it, and record what is answered, with the letter or minute.",
    ),
    "body_reminder": _Text("Reminder", "On a drawdown {bodies} is due by {answer_by}. No answer has been recorded."),
    "body_overdue": _Text(
        "Overdue",
        "On a drawdown {bodies} was due by {answer_by}. No answer has been recorded.",
    ),
    "all_answered": _Text(
        "All answers are in",
        "Everyone has answered, or had the time to, on a drawdown that is for {decider} to decide. {ready}",
    ),
    "answered_for": _Text("Answered for you", "A deputy gave an answer for you on a drawdown. The answer is on its page."),
    "signed": _Text("Signed off", "A drawdown was signed off by {signer}.", _RELEASED),
    "returned": _Text(
        "Returned", f"A drawdown was returned to its author. The reasons are on its page. {_NOTHING_TO_DO}", _ASKED_FOR
    ),
    "refused": _Text(
        "Refused", f"{{decider_at_the_start}} refused a drawdown. The reasons are on its page. {_NOTHING_TO_DO}", _ASKED_FOR
    ),
    "withdrawn": _Text(
        "Withdrawn",
        "A drawdown that you were asked to answer on as {offices} was withdrawn. The reasons are on its page. "
        "There is nothing for you to do.",
        _ASKED_FOR,
    ),
    "published": _Text("Published", "The decision of {decider} on a drawdown was published. {published}", _RELEASED),
    "corrected": _Text(
        "Corrected",
        "The published record of the decision of {decider} on a drawdown was corrected. What was decided is unchanged. "
        "The correction is on its page.",
        _ASKED_FOR,
    ),
    "unpublished": _Text(
        "Withdrawn from publication",
        "The record of the decision of {decider} on a drawdown, or a correction of it, was withdrawn from publication. "
        "This changes nothing in what was decided. The reasons are on its page.",
        _ASKED_FOR,
    ),
    "called_in": _Text("Called in", "The decision of {decider} on a drawdown was called in. The reasons are on its page."),
    "overturned": _Text(
        "Overturned",
        "The decision of {decider} on a drawdown was overturned. It may be drawn again. The reasons are on its page.",
        _ASKED_FOR,
    ),
    "effective": _Text("In effect", "The decision of {decider} on a drawdown has taken effect.", _RELEASED),
    "hand_back_asked": _Text(
        "Please confirm a hand-back",
        "{returner} asks to hand back money of a drawdown. Nothing is handed back until another finance officer confirms it.",
        "It released",
    ),
    "handed_back": _Text(
        "Handed back",
        "Money of a drawdown was handed back: {returner} asked, {confirmer} confirmed. How much, and why, is on its page.",
        "It released",
    ),
    "question": _Text("A question", "The {question_of} has asked a question about your drawdown. Please reply on its page."),
    "elsewhere_asked": _Text(
        "A decision to confirm",
        "{asker} recorded a decision that was taken elsewhere. Nothing is released until a clerk has read the evidence and "
        "confirmed it.",
    ),
    "elsewhere_back": _Text(
        "Sent back",
        "A decision that was taken elsewhere was not confirmed, and was sent back. The reasons are on its page.",
    ),
    "elsewhere": _Text(
        "Decided elsewhere",
        "A decision of {elsewhere} is now recorded here. It was taken before it was recorded: nobody was asked here, and "
        "nobody signed it here.",
        _RELEASED,
    ),
    "key_notice_gone": _Text(
        "Another notice is needed",
        "The notice {key_notice} of the forward plan was withdrawn. A drawdown relies on it: as a key decision it cannot be "
        "signed off until its case names another notice. The reasons are in the forward plan.",
    ),
    "reply": _Text("A reply", "Your question as {question_of} about a drawdown has a reply."),
}
"""By the kind of the notice."""


def letter(kind: str, about: About) -> Letter:
    """The mail of this kind."""
    text = TEXTS[kind]
    decider_at_the_start = about.decider[:1].upper() + about.decider[1:]
    lines = [
        text.sentence.format(**about._asdict(), decider_at_the_start=decider_at_the_start).strip(),
        "",
        f"Council: {about.council}",
        f"Reference: {about.reference}",
        *([f"Title: {about.title}"] if about.title else []),
        *([f"{text.amounts}: {about.amounts}"] if about.amounts else []),
        *([f"Answer due: {about.answer_by}"] if about.answer_by else []),
        *([f"Question: {about.question}"] if about.question else []),
        *([f"Reply: {about.reply}"] if about.reply else []),
    ]
    return Letter(f"{text.subject}: {about.reference} {about.title}".strip(), "\n".join(lines))
