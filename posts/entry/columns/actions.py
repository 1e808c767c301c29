"""Setting the columns of a programme's table of inputs, each person for themselves."""

from django.db import transaction

from accounts.models import User
from accounts.permissions.rules import Permission, require
from phases.models import Programme
from posts.entry.columns.models import SheetColumn
from posts.entry.columns.queries import ColumnsSet


@transaction.atomic
def set_columns(*, programme: Programme, columns: ColumnsSet, by: User) -> None:
    """Let the columns be as they are given, all others as usual.

    No audit entry: nothing of the council's is changed, only how one person looks at it.
    """
    require(by, Permission.VIEW_PROGRAMMES)
    SheetColumn.objects.filter(person=by, programme=programme).delete()
    SheetColumn.objects.bulk_create(
        SheetColumn(person=by, programme=programme, name=name, hidden=name in columns.hidden, width=columns.widths.get(name))
        for name in sorted(columns.hidden | columns.widths.keys())
    )


@transaction.atomic
def set_width(*, programme: Programme, name: str, width: int, by: User) -> None:
    """Let one column be so wide, in pixels of a sixteenth of the text size. The person's others stay as they are."""
    require(by, Permission.VIEW_PROGRAMMES)
    SheetColumn.objects.update_or_create(person=by, programme=programme, name=name, defaults={"width": width})
