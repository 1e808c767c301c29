"""The audit record: its entries, its export, and the program that checks it."""

from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from accounts.audit import queries
from accounts.audit.forms import AuditFilters, AuditRangeForm
from accounts.audit.models import AuditEntry
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.lists.columns import FileColumn, ListColumn, ListTable, html, link, muted
from display.lists.listing import Listing

reads_audit = permission_required(Permission.VIEW_AUDIT)


def _subject(entry: AuditEntry) -> SafeString:
    return link(f"{reverse('audit')}?subject={quote(entry.subject, safe='')}", entry.about)


def _actor(entry: AuditEntry) -> str:
    return entry.actor.name if entry.actor else muted("The system")


_DETAILS = (
    '<details class="govuk-details audit__details">'
    '<summary class="govuk-details__summary"><span class="govuk-details__summary-text">'
    'Details<span class="govuk-visually-hidden"> of entry {}</span></span></summary>'
    '<div class="govuk-details__text">{}<dl class="audit__facts"><dt>Hash</dt><dd><code class="audit__hash">{}</code></dd>'
    '<dt>Hash before</dt><dd><code class="audit__hash">{}</code></dd></dl></div></details>'
)
_CONTENT = '<pre class="audit__content" tabindex="0" role="region" aria-label="Details of entry {}">{}</pre>'


_FILE = '<p class="govuk-body"><a class="govuk-link" href="{}">The file that was read</a></p>'


def _details(entry: AuditEntry) -> SafeString:
    number, details = str(entry.number), entry.details
    shown = html("{}{}", html(_CONTENT, number, details), _file(entry)) if details else ""
    return html(_DETAILS, number, shown, entry.hash, entry.previous_hash)


def _file(entry: AuditEntry) -> SafeString | str:
    """A link to the page of an import, where the entry names the file of one."""
    kind, _, slug = entry.subject.partition(":")
    named = kind == "programme" and '"file_sha256":' in entry.content
    return html(_FILE, reverse("line_import", args=[slug, entry.number])) if named else ""


class AuditTable(ListTable):
    """Entries, newest first."""

    name, about, order = "audit-record", "Audit record", "-number"
    css_class = "audit"

    number = ListColumn("Entry", sort="pk", css_class="number")
    action = ListColumn("What was done", holds="act", sort="action", screen=lambda entry: html("<b>{}</b>", entry.act))
    subject = ListColumn("What it was done to", holds="about", sort="subject", screen=_subject)
    actor = ListColumn(
        "Who", screen=_actor, cells=[FileColumn("Who", lambda entry: entry.actor.name if entry.actor else "The system")]
    )
    at = ListColumn("When")
    details = ListColumn(
        "Details",
        screen=_details,
        cells=[
            FileColumn("Details", lambda entry: entry.details),
            FileColumn("Hash", lambda entry: entry.hash),
            FileColumn("Hash before", lambda entry: entry.previous_hash),
        ],
    )


@reads_audit
@require_GET
def audit(request: SignedIn) -> HttpResponseBase:
    """The audit record: all, or the entries that fit what was asked for."""
    return _page(request, AuditRangeForm())


def _page(request: SignedIn, range_form: AuditRangeForm, status: int = 200) -> HttpResponseBase:
    listing = Listing(request, AuditTable(), AuditFilters(request.GET, queries.entries()), size=50)
    context = {"range_form": range_form, "head": queries.head()}
    return listing.respond("accounts/audit/audit.html", context, status=status)


@reads_audit
@require_GET
def audit_export(request: SignedIn) -> HttpResponseBase:
    """The chain, or a part of it, as lines of JSON for the verifier."""
    form = AuditRangeForm(request.GET)
    if not form.is_valid():
        return _page(request, form, status=400)
    first, last = form.cleaned_data["first"] or 1, form.cleaned_data["last"]
    response = StreamingHttpResponse(queries.exported(first, last), content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="audit-record.jsonl"'
    return response


@reads_audit
@require_GET
def audit_verifier(request: SignedIn) -> HttpResponse:
    """The program that checks an export without this application."""
    program = (settings.BASE_DIR / "operations" / "verify_export.py").read_bytes()
    response = HttpResponse(program, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_export.py"'
    return response
