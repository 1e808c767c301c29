"""Reads of the texts a council publishes about its service."""

from typing import NamedTuple

from accounts.council.queries import council
from accounts.statements import rules
from accounts.statements.models import Statement

_STANDARD = {
    Statement.Kind.ACCESSIBILITY: rules.ACCESSIBILITY,
    Statement.Kind.PRIVACY: rules.PRIVACY,
    Statement.Kind.CONTACT: rules.CONTACT,
}


def standard_text(kind: str) -> str:
    """What the text says until the council has changed it: with the council's name, and how long it keeps its records."""
    ours = council()
    known = {"name": ours.name, "record_years": ours.record_years, "papers_years": ours.papers_years}
    return _STANDARD[Statement.Kind(kind)].format(**known).strip()


class Published(NamedTuple):
    """A text as it is published now."""

    statement: Statement
    text: str

    @property
    def title(self) -> str:
        return Statement.Kind(self.statement.kind).label

    def parts(self, *, with_gaps: bool) -> list[rules.Part]:
        """Its headings and paragraphs: with the gaps for who can fill them, without for everybody else."""
        return rules.parts(self.text if with_gaps else rules.without_gaps(self.text))

    @property
    def gaps(self) -> list[str]:
        return rules.gaps(self.text)


def published(kind: str) -> Published:
    """The text as it stands. Two queries at most."""
    return _published(Statement.objects.filter(kind=kind).first() or Statement(kind=kind))


def all_published() -> list[Published]:
    """Every text, in the order of the footer."""
    stored = Statement.objects.in_bulk()
    return [_published(stored.get(kind) or Statement(kind=kind)) for kind in Statement.Kind]


def _published(statement: Statement) -> Published:
    return Published(statement, statement.text or standard_text(statement.kind))
