"""The page of mail texts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.council.queries import council
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.notices.letters.rules import TEXTS, About, letter
from approvals.notices.models import Notice

EXAMPLE = About(
    council="",
    reference="DD-0002",
    title="Phase Two posts",
    amounts="£218,000 in 2016/17",
    asker="Finance officer",
    decider="the Chief Executive",
    offices="Leader of the Council",
    answer_by="23 September 2016",
    signer="A. Person as Chief Executive",
    published="It may be called in until the end of 30 September 2016.",
    question_of="Leader of the Council",
    question="Which posts are filled already?",
    reply="Five of the seven.",
    ready="It can be signed off now.",
    returner="Finance officer",
    confirmer="Second finance officer",
    elsewhere="1 August 2016 by the Chief Executive (A. Person)",
    bodies="the consent of the Improvement Board",
    key_notice="KN-0001",
)
_ASKING = {"asked", "reminder_before", "reminder_overdue", "escalated", "body_asked", "body_reminder", "body_overdue"}


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def mail_texts(request: SignedIn) -> HttpResponse:
    """Each mail as whoever gets it would read it, from an example."""
    about = EXAMPLE._replace(council=council().name)
    return render(request, "approvals/notices/mail_texts.html", {"mails": [_mail(kind, about) for kind in TEXTS]})


def _mail(kind: str, about: About) -> dict[str, str]:
    if kind not in _ASKING:
        about = about._replace(answer_by="")
    if kind != "reply":
        about = about._replace(reply="")
    if kind not in ("question", "reply"):
        about = about._replace(question="")
    text = letter(kind, about)
    return {"when": Notice.Kind(kind).label, "subject": text.subject, "body": text.body}
