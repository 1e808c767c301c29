"""Who was told what, and the mail that is queued sent as the worker does it."""

from types import SimpleNamespace
from typing import Any

from django_tasks_db.models import DBTaskResult

from approvals.models import Drawdown, Notice
from approvals.notices.delivery import actions as tasks
from tests.approvals.case import Case

Kind = Notice.Kind


def told(drawdown: Drawdown, kind: Kind) -> set[str]:
    return set(Notice.objects.filter(drawdown=drawdown, kind=kind).values_list("person__name", flat=True))


def run_tasks(attempt: int = 1) -> list[str]:
    """Run what is queued, as the worker does for the `attempt`-th time; the names of the exceptions."""
    raised = []
    for row in DBTaskResult.objects.all():
        context: Any = SimpleNamespace(attempt=attempt)
        try:
            tasks.send_notices.func(context, *row.args_kwargs["args"])
        except tasks.MailNotSent as error:
            raised.append(str(error))
    return raised


def in_words(case: Case) -> Drawdown:
    return case.submitted(case.costing(1000))
