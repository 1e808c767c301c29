"""Pages of a council that has grown: a thousand programmes, 5,000 drawdowns, 200,000 audit entries, against the demonstration."""

from collections.abc import Callable
from statistics import median

from django.http import HttpResponse
from django.test.utils import override_settings

from accounts.audit.fence.rules import FENCE
from accounts.models import User
from approvals.models import Drawdown
from bench import case
from bench.measuring import Result, seconds
from improvement_budget import demonstration
from tests import templates
from tests.many_drawdowns import make_many_drawdowns
from tests.many_lines import make_many

PAGES = (
    ("finance-officer", "/"),
    ("clerk", "/"),
    ("leader", "/"),
    ("finance-officer", "/programmes/"),
    ("finance-officer", "/drawdowns/"),
    ("finance-officer", "/drawdowns/new/"),
    ("auditor", "/decisions/"),
    ("auditor", "/audit/?words=DD"),
    ("auditor", "/audit/?words=%C2%A3950%2C000"),
    ("auditor", "/audit/?subject=DD-0001"),
    ("auditor", "/published-decisions/"),
)
OF_ONE = ("", "expenditure/", "lines/", "checks/")
"""Of the demonstration's own programme: who else is there must not matter to it."""

ROUNDS = 15


def pages() -> list[Result]:
    """Each page at that size / the same page of the same person in the demonstration. It needs an empty store, and leaves one."""
    asked = [*((*page, 1.5) for page in PAGES), *(("auditor", f"/programmes/ofsted-2016/{each}", 1.15) for each in OF_ONE)]
    templates.keep_as("blank")
    try:
        demonstration.load(at=demonstration.OPENING)
        small = [_median(account, address) for account, address, _ in asked]
        make_many()
        make_many_drawdowns(Drawdown.objects.filter(record__published_on__isnull=False).order_by("pk")[0])
        grown = [_median(account, address) for account, address, _ in asked]
    finally:
        templates.forget()
        templates.put_back("blank")
        FENCE.forget()
        templates.remove("blank")
    names = [f"{address} of the {account}, grown a thousandfold / in the demonstration" for account, address, _ in asked]
    return [Result(name, target, *times) for name, (*_, target), *times in zip(names, asked, grown, small, strict=True)]


def _median(account: str, address: str) -> float:
    """Seconds of the whole answer, the programme's own pages as they are when nothing changed."""
    with override_settings(ROOT_URLCONF="bench.urls", DEBUG=False):
        visit = case.visitor(User.objects.get(demo_account=account))
        visit(address)
        return median(seconds(_whole(visit, address)) for _ in range(ROUNDS))


def _whole(visit: Callable[[str], HttpResponse], address: str) -> Callable[[], object]:
    return lambda: visit(address)
