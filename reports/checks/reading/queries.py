"""What of a programme is exempt, and what of it a person may not read."""

from accounts.models import User
from accounts.permissions.rules import Permission
from posts.exempt.queries import exempt_lines, secrets_of
from reports.checks.reading.rules import Reading


def reading_of(slug: str, user: User) -> Reading:
    """One query; three more for whom something is hidden from."""
    exempt = {line: each.paragraph or 0 for (line, _), each in exempt_lines(slug).items()}
    return Reading(exempt, [] if not exempt or user.may(Permission.READ_EXEMPT) else secrets_of(slug))
