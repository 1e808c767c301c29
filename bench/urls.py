"""The site's addresses, and pages that do the least there is to do: ask who is signed in, or read rows and join them."""

from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path

from accounts.models import Council
from accounts.permissions.rules import SignedIn
from bench.lists import STATEMENTS
from improvement_budget.urls import urlpatterns as site


def empty(request: SignedIn) -> HttpResponse:
    """base.html as it is, its head, header, navigation and foot; the council's name is given, not read."""
    return render(request, "base.html", {"council": Council(pk=1)})


def joined(request: SignedIn, name: str) -> HttpResponse:
    """The same page with the rows of a list in it: raw SQL, and one join."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS[name])
        rows = cursor.fetchall()
    cells = ["<tr>" + "".join([f"<td>{cell or ''}</td>" for cell in row]) + "</tr>" for row in rows]
    page = render_to_string("base.html", {"council": Council(pk=1)}, request)
    return HttpResponse(page.replace("</main>", f"<table>{''.join(cells)}</table></main>"))


urlpatterns = [*site, path("bench/joined/<str:name>/", joined, name="joined"), path("bench/empty/", empty, name="empty")]
