"""Writes to funding sources and excluded items."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions.rules import Permission, require
from phases.funding.models import ExcludedItem, FundingSource
from phases.limits.actions import approved_by_who_may
from phases.programmes.actions import locked, save
from phases.programmes.models import Programme


@transaction.atomic
def save_funding_source(
    *, programme: Programme, values: Mapping[str, Any], by: User, at: datetime, source: FundingSource | None = None
) -> FundingSource:
    """Add or change a funding source. Its kind stays where the body that authorised money from it may not approve the other."""
    require(by, Permission.SET_UP_PROGRAMMES)
    programme = locked(programme)
    with approved_by_who_may(programme, field="kind"):
        return save(source or FundingSource(programme=programme), values, by=by, at=at)


@transaction.atomic
def save_excluded_item(
    *, programme: Programme, values: Mapping[str, Any], by: User, at: datetime, item: ExcludedItem | None = None
) -> ExcludedItem:
    """Add or change a note under the committee table on money that is not included in any total."""
    require(by, Permission.SET_UP_PROGRAMMES)
    return save(item or ExcludedItem(programme=locked(programme)), values, by=by, at=at)
