"""Handing back what was not needed: one person asks, another confirms. Nothing comes back before that."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.permissions.rules import Permission, require
from approvals.drawdowns.actions import NotAllowedNow, done_before, entry_of, entry_under_lock, lock_programme, locked
from approvals.drawdowns.consumption.actions import lock_limits_drawn_by, reverse, said
from approvals.drawdowns.consumption.queries import Held, held
from approvals.drawdowns.handback.queries import row_of
from approvals.drawdowns.handback.rules import Giving, NotHandedBack, parts
from approvals.drawdowns.models import Consumption, Drawdown
from approvals.drawdowns.returned.models import HandBack, HandBackPart
from approvals.drawdowns.submission.queries import titles_of
from approvals.notices.actions import tell
from approvals.notices.models import Notice

CHANGED = "What this drawdown holds has changed since. Withdraw the request, and ask again."


@transaction.atomic
def ask_hand_back(*, drawdown: Drawdown, giving: Giving, reasons: str, key: str, by: User, at: datetime) -> HandBack:
    """Ask that this be handed back. Whoever else prepares drawdowns can confirm it. Raises ValidationError, NotAllowedNow."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    named = {"fte": {f"{line}-{of}": str(fte) for (line, of), fte in giving.fte.items()}}
    named |= {"pounds": {str(pk): str(pounds) for pk, pounds in giving.pounds.items()}}
    if done_before(key, drawdown, {"act": "ask_hand_back", "giving": named, "reasons": reasons, "by": by.pk}):
        return drawdown.hand_backs.latest("pk")
    drawdown = locked(drawdown)
    lock_programme(drawdown.programme_id)
    if drawdown.hand_backs.filter(state=HandBack.State.ASKED).exists():
        raise NotAllowedNow("Something of this drawdown already waits to be handed back: confirm or withdraw that first.")
    live = {each.row.pk: each for each in held(Q(drawdown=drawdown)) if each.is_live}
    try:
        given = parts(map(row_of, live.values()), giving)
    except NotHandedBack as error:
        raise ValidationError(str(error)) from None
    asked = HandBack(drawdown=drawdown, reasons=reasons, asked_by=by, asked_at=at)
    asked.full_clean()
    asked.save()
    HandBackPart.objects.bulk_create(
        HandBackPart(hand_back=asked, row_id=row, pounds=pounds, fte=fte) for row, pounds, fte in given
    )
    entry_under_lock(drawdown, "hand_back_asked", {"reasons": reasons, "returned": _said(live, asked)}, by, at)
    tell(drawdown, Notice.Kind.HAND_BACK_ASKED, at=at, by=by, about=asked)
    return asked


@transaction.atomic
def confirm_hand_back(*, hand_back: HandBack, by: User, at: datetime) -> HandBack:
    """Give back what was asked, by somebody else than who asked. The decision maker is told. Raises NotAllowedNow."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    drawdown, asked = _still_asked(hand_back)
    if asked.asked_by_id == by.pk:
        raise NotAllowedNow("You asked for this, so somebody else confirms it.")
    lock_programme(drawdown.programme_id)
    lock_limits_drawn_by(drawdown)
    live = {each.row.pk: each for each in held(Q(drawdown=drawdown))}
    returned = [_returned(live[part.row_id], part) for part in asked.parts.all()]
    details = {"reasons": asked.reasons, "asked_by": asked.asked_by.email, "returned": _said(live, asked)}
    entry = entry_under_lock(drawdown, "drawdown_handed_back", details, by, at)
    _answer(asked, HandBack.State.CONFIRMED, by, at, entry=entry)
    reverse(returned, Consumption.Kind.HAND_BACK, entry)
    tell(drawdown, Notice.Kind.HANDED_BACK, at=at, by=by, about=asked)
    return asked


@transaction.atomic
def withdraw_hand_back(*, hand_back: HandBack, by: User, at: datetime) -> HandBack:
    """Nothing comes back after all: said by who asked, or by who was to confirm it."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    drawdown, asked = _still_asked(hand_back)
    _answer(asked, HandBack.State.WITHDRAWN, by, at)
    entry_of(drawdown, "hand_back_withdrawn", {"asked_by": asked.asked_by.email}, by, at)
    return asked


def _still_asked(hand_back: HandBack) -> tuple[Drawdown, HandBack]:
    """The drawdown, locked, and what is asked of it. Raises NotAllowedNow where that was answered before."""
    drawdown = locked(hand_back.drawdown)
    asked = HandBack.objects.select_related("asked_by").get(pk=hand_back.pk)
    if asked.state != HandBack.State.ASKED:
        raise NotAllowedNow(f"This was {asked.get_state_display().lower()} already.")
    return drawdown, asked


def _returned(each: Held, part: HandBackPart) -> Held:
    """The row with what comes back of it. Raises NotAllowedNow where less is left by now."""
    if part.pounds > each.pounds or (part.fte or 0) > (each.fte or 0):
        raise NotAllowedNow(CHANGED)
    return each._replace(pounds=part.pounds, fte=part.fte)


def _answer(asked: HandBack, state: HandBack.State, by: User, at: datetime, **entry: object) -> None:
    asked.state, asked.answered_by, asked.answered_at = state, by, at
    for name, value in entry.items():
        setattr(asked, name, value)
    asked.save()


def _said(live: Mapping[int, Held], asked: HandBack) -> list[dict[str, object]]:
    titles = titles_of(asked.drawdown)
    return [
        said(live[part.row_id], titles)
        | {"pounds": str(part.pounds), "fte": None if part.fte is None else f"{part.fte.normalize():f}"}
        for part in asked.parts.all()
    ]
