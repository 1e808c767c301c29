"""The models of the app, each on the shelf of its noun."""

from accounts.audit.models import AuditEntry, AuditHead
from accounts.clock.models import DemonstrationClock
from accounts.council.logo.models import CouncilLogo
from accounts.council.models import Council
from accounts.governance.models import GovernanceTerm
from accounts.offices.models import DeputyAppointment, Office, OfficeHolding
from accounts.people.models import User
from accounts.power_changes.models import PowerChange
from accounts.statements.models import Statement
from accounts.unsaved.models import UnsavedForm
from accounts.worker.models import WorkerLease

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Council",
    "CouncilLogo",
    "DemonstrationClock",
    "DeputyAppointment",
    "GovernanceTerm",
    "Office",
    "OfficeHolding",
    "PowerChange",
    "Statement",
    "UnsavedForm",
    "User",
    "WorkerLease",
]
