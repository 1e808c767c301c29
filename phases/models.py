"""The models of the app, each on the shelf of its noun."""

from phases.authorisations.models import Authorisation, AuthorisationLimit, AuthorisationPhase, CarryForward
from phases.bodies.models import Body
from phases.decisions.models import FundingDecision
from phases.funding.models import ExcludedItem, FundingSource
from phases.limits.models import ApprovalLimit
from phases.programmes.models import Phase, Programme, ProgrammeRevision

__all__ = [
    "ApprovalLimit",
    "Authorisation",
    "AuthorisationLimit",
    "AuthorisationPhase",
    "Body",
    "CarryForward",
    "ExcludedItem",
    "FundingDecision",
    "FundingSource",
    "Phase",
    "Programme",
    "ProgrammeRevision",
]
