"""The lines that a narrowing of the table of inputs asks for."""

from django.db.models import Q, QuerySet

from posts.entry.narrowing.rules import Narrowing
from posts.listed.queries import RECRUITED
from posts.models import CostLine


def narrowed(lines: QuerySet[CostLine], narrowing: Narrowing) -> QuerySet[CostLine]:
    """Those of the lines that are asked for, in their order."""
    for word in narrowing.words.split():
        lines = lines.filter(Q(title__icontains=word) | Q(comment__icontains=word))
    if narrowing.team:
        lines = lines.filter(team__name=narrowing.team)
    if narrowing.recruited:
        lines = lines.filter(RECRUITED[narrowing.recruited])
    if narrowing.paperwork:
        lines = lines.filter(paperwork_complete=narrowing.paperwork == "yes")
    return lines
