"""The style sheet as pages fetch it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from improvement_budget.stylesheet import rules


@login_not_required
@require_GET
@gzip_page
def app_css(request: HttpRequest) -> HttpResponse:
    """Kept for ever under the address with its version, which pages use; for a minute under any other."""
    response = HttpResponse(rules.CONTENT, content_type="text/css; charset=utf-8")
    if rules.VERSION in request.GET:
        patch_cache_control(response, public=True, max_age=365 * 24 * 60 * 60, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=60)
    return response
