"""The committee table on screen and its faces as files."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.core.cache import caches
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.council import queries as council_queries
from accounts.council.logo.queries import look
from accounts.models import Council
from accounts.permissions.rules import Permission, SignedIn, permission_required, require
from phases.models import Programme
from phases.programmes.queries import programme_for
from posts.exempt.queries import exempt_lines
from reports.exempt.queries import as_read_by, exempt_in
from reports.expenditure.forms import OptionsForm
from reports.papers.annex.queries import annexes, named_in
from reports.papers.background import actions as rendering
from reports.papers.background.queries import tables_of
from reports.papers.packs.views import TOO_MANY
from reports.table.appendix import rules as pdf
from reports.table.columns.rules import paid_columns
from reports.table.faces import rules as faces
from reports.table.queries import Options, schedule_for, usual_options
from reports.table.rules import Schedule
from reports.table.screen.rules import ExpenditureTable, body


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def expenditure(request: SignedIn, slug: str) -> HttpResponse:
    """The committee table on screen. Its content is kept under the programme's version, so it is built once for a change."""
    programme = programme_for(request.user, slug)
    council = council_queries.council()
    reads = "whole" if request.user.may(Permission.READ_EXEMPT) else "part-1"
    key = _content_key(f"expenditure-{reads}", programme, council, request.GET.urlencode())
    content = caches["bodies"].get(key)
    if content is None:
        content = _expenditure_content(request, programme, council)
        caches["bodies"].set(key, content, timeout=None)
    return render(
        request, "reports/expenditure/expenditure.html", {"programme": programme, "council": council, "content": content}
    )


def _content_key(page: str, programme: Programme, council: Council, query: str) -> str:
    # Hashed, because a query may be long and hold anything; the council's settings have no version of their own.
    settings = tuple(sorted((k, str(v)) for k, v in vars(council).items() if not k.startswith("_")))
    return f"{page}:{programme.pk}:{programme.version}:{hash(settings)}:{hash(query)}"


def _expenditure_content(request: SignedIn, programme: Programme, council: Council) -> str:
    query = request.GET
    options, choices = _choices(programme, council, query)
    schedule = as_read_by(schedule_for(programme, council, options, as_at=clock.localtime()), request.user)
    workings = reverse("workings", args=[programme.slug, 0]).replace("/0/", "/{}/")
    paid = paid_columns(schedule)
    context = {
        "programme": programme,
        "choices": choices,
        "schedule": schedule,
        "table": ExpenditureTable(schedule),
        "body": body(schedule, workings),
        "paid": paid,
        "paid_texts": paid.texts(schedule.credit_style) if paid else [],
        "query": f"?{query.urlencode()}" if query else "",
    }
    return render_to_string("reports/expenditure/expenditure_content.html", context)


def _choices(programme: Programme, council: Council, query: QueryDict) -> tuple[Options, str]:
    """What is chosen, and the form to choose again. Kept apart from the table: a change of lines does not change it.

    It follows from what the programme usually shows, its years among it, and the query: programmes that agree in both share it.
    """
    key = f"choices:{hash((usual_options(programme, council), query.urlencode()))}"
    kept: tuple[Options, str] | None = caches["bodies"].get(key)
    if kept is None:
        form = OptionsForm(query, programme=programme, council=council)
        kept = form.options(), render_to_string("reports/expenditure/expenditure_choices.html", {"form": form})
        caches["bodies"].set(key, kept, timeout=None)
    return kept


def _face(make: Callable[[Schedule], HttpResponse]) -> Callable[..., HttpResponse]:
    """A download of the committee table under the same choices as the screen."""

    @permission_required(Permission.VIEW_PROGRAMMES)
    @require_GET
    def download(request: SignedIn, slug: str) -> HttpResponse:
        programme = programme_for(request.user, slug)
        council = council_queries.council()
        form = OptionsForm(request.GET, programme=programme, council=council)
        if not form.is_valid():
            return render(request, "400.html", {"form": form}, status=400)
        return make(as_read_by(schedule_for(programme, council, form.options(), as_at=clock.localtime()), request.user))

    return download


def _named(response: HttpResponse, schedule: Schedule, extension: str, *, inline: bool = False) -> HttpResponse:
    kind = "inline" if inline else "attachment"
    response["Content-Disposition"] = f'{kind}; filename="{schedule.slug}-expenditure.{extension}"'
    return response


@_face
def expenditure_csv(schedule: Schedule) -> HttpResponse:
    return _named(
        HttpResponse(faces.as_csv(schedule, exempt_in(schedule)), content_type="text/csv; charset=utf-8"), schedule, "csv"
    )


@_face
def expenditure_json(schedule: Schedule) -> HttpResponse:
    return JsonResponse(faces.as_json(schedule), json_dumps_params={"ensure_ascii": False, "indent": 2})


@_face
def expenditure_xlsx(schedule: Schedule) -> HttpResponse:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _named(HttpResponse(faces.as_xlsx(schedule, exempt_in(schedule)), content_type=kind), schedule, "xlsx")


@permission_required(Permission.VIEW_PROGRAMMES)
@require_http_methods(["GET", "HEAD", "POST"])
def expenditure_pdf(request: SignedIn, slug: str) -> HttpResponse:
    """The paper for the agenda pack. The internal version is another: `?internal=yes` adds the findings and their reasons,
    `?workings=yes` the workings of each figure. A long one is made in the background.
    """
    programme = programme_for(request.user, slug)
    if programme.lines.count() >= pdf.LONG:
        return _long_paper(request, programme)
    names = named_in(request.GET)
    if names and exempt_lines(programme.slug):
        # Findings and workings name every line.
        require(request.user, Permission.READ_EXEMPT)
    paper = _internal_paper(annexes(names)) if names else _plain_paper
    response: HttpResponse = paper(request, slug)
    return response


def _long_paper(request: SignedIn, programme: Programme) -> HttpResponse:
    """One that takes too long to wait for: asked for by a button, it is made in the background."""
    form = OptionsForm(request.GET, programme=programme, council=council_queries.council())
    if not form.is_valid():
        return render(request, "400.html", {"form": form}, status=400)
    if request.method == "POST":
        wanted = form.request(named_in(request.GET))
        try:
            asked = rendering.ask_for_table(programme=programme, request=wanted, by=request.user, at=clock.now())
            return redirect("rendering", programme.slug, asked.pk)
        except rendering.TooManyWaiting:
            messages.error(request, TOO_MANY)
    context = {"programme": programme, "count": f"{programme.lines.count():,}", "tables": tables_of(programme, request.user)}
    return render(request, "reports/expenditure/long_table.html", context)


@_face
def _plain_paper(schedule: Schedule) -> HttpResponse:
    return _named(HttpResponse(pdf.render(schedule, look=look()), content_type="application/pdf"), schedule, "pdf", inline=True)


def _internal_paper(parts: Iterable[Callable[[Schedule], str]]) -> Callable[..., HttpResponse]:
    @_face
    def paper(schedule: Schedule) -> HttpResponse:
        drawn = pdf.render_internal(schedule, "".join(annex(schedule) for annex in parts), look=look())
        return _named(HttpResponse(drawn, content_type="application/pdf"), schedule, "internal.pdf", inline=True)

    return paper
