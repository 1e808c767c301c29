"""The decision maker's yes."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import Office, User
from approvals.decisions.actions import draft_record
from approvals.drawdowns.actions import (
    NotAllowedNow,
    capacity,
    day_of,
    deciding,
    decision_maker,
    done_before,
    entry_of,
    lock_programme,
    locked,
    may_become,
    move,
    read,
    refuse_for,
)
from approvals.drawdowns.consumption.actions import (
    check_delegation_limits,
    draw,
    locked_limits,
    not_waiting_for_transfer,
    save_rows,
)
from approvals.drawdowns.powers.queries import matter_of
from approvals.drawdowns.powers.rules import Matter, lacking, why_not_decide
from approvals.drawdowns.rules import CannotBeDrawn, State
from approvals.drawdowns.submission.queries import consumed_as_frozen
from approvals.models import Consumption, Drawdown, Notice
from approvals.notices.actions import tell
from approvals.queries import grounds_of
from display.formats import long_date
from phases.models import AuthorisationLimit, FundingDecision


@transaction.atomic
def sign_off(
    *,
    drawdown: Drawdown,
    version: int,
    sha256: str,
    key: str,
    by: User,
    at: datetime,
    resolution: FundingDecision | None = None,
) -> Drawdown:
    """The decision maker's yes: what was frozen is drawn, in every measure together, or nothing is.

    `resolution` is what a body resolved, recorded by the clerk. Raises PermissionDenied, StaleDrawdown or NotAllowedNow.
    """
    body = {"act": "sign_off", "version": version, "sha256": sha256, "resolution": resolution and resolution.pk, "by": by.pk}
    if done_before(key, drawdown, body):
        return read(drawdown)
    drawdown = locked(drawdown, version=version, sha256=sha256)
    may_become(drawdown, State.SIGNED_OFF)
    acting, day = decision_maker(drawdown, by, at, resolution), day_of(at)
    if acting is None and resolution is None:
        raise NotAllowedNow(f"Name the resolution of {drawdown.delegation.decision_body}.")
    grounds = grounds_of(drawdown)
    matter = matter_of(drawdown, day)
    refuse_for(why_not_decide(matter, deciding(acting, by)))
    _nothing_lacking(matter, day)
    lock_programme(drawdown.programme_id)
    limits = locked_limits(Q(authorisation__drawdown_lines__drawdown=drawdown))
    rows = _frozen_rows(drawdown, limits)
    not_waiting_for_transfer(row.authorisation for row in rows)
    check_delegation_limits(rows)
    draw(limits, rows)
    entry = entry_of(
        drawdown,
        "drawdown_signed_off",
        {
            "sha256": sha256,
            "title": drawdown.title,
            "released": [
                {
                    "line": row.line_id,
                    "authorisation": row.authorisation_id,
                    "measure": row.financial_year,
                    "pounds": str(row.pounds),
                }
                for row in rows
            ],
            "resolution": resolution and str(resolution),
            **capacity(acting),
        },
        by,
        at,
    )
    move(
        drawdown,
        State.SIGNED_OFF,
        signed_at=at,
        signed_by=by,
        signed_for=acting.acting_for if acting else None,
        authority=acting.authority if acting else "",
        resolution=resolution,
        signed_entry=entry,
    )
    save_rows(rows, entry)
    draft_record(drawdown=drawdown, grounds=grounds, rows=rows, acting=acting, by=by, at=at)
    tell(drawdown, Notice.Kind.SIGNED, at=at, by=by)
    return drawdown


def _nothing_lacking(matter: Matter, day: date) -> None:
    """NotAllowedNow with what the decision still waits for."""
    still = lacking(matter, day)
    if still.has_ended and matter.expires:
        raise NotAllowedNow(f"The delegation ended on {long_date(matter.expires)}.")
    if still.answers:
        names = Office.objects.in_bulk(still.answers)
        raise NotAllowedNow(f"Not answered yet: {', '.join(names[office].name for office in still.answers)}.")
    if still.notice:
        raise NotAllowedNow(still.notice)


def _frozen_rows(drawdown: Drawdown, limits: Iterable[AuthorisationLimit]) -> list[Consumption]:
    """What was frozen, as rows to be drawn. NotAllowedNow where other drawdowns have left something else of a line since."""
    lines = list(drawdown.lines.select_related("authorisation__replaced_by").prefetch_related("amounts"))
    frozen = {(line.pk, amount.financial_year): amount.pounds for line in lines for amount in line.amounts.all()}
    try:
        now = consumed_as_frozen(drawdown, lines, limits)
    except CannotBeDrawn as error:
        raise NotAllowedNow(f"{error} Return it, and submit it again.") from None
    if now != frozen:
        raise NotAllowedNow("What this releases is no longer what was submitted. Return it, and submit it again.")
    return [
        Consumption(
            drawdown=drawdown,
            line_id=line.line_id,
            authorisation=line.authorisation,
            financial_year=amount.financial_year,
            kind=Consumption.Kind.DRAW,
            pounds=amount.pounds,
            fte=line.fte,
        )
        for line in lines
        for amount in line.amounts.all()
    ]
