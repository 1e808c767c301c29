"""Whether a file is a paper that was issued here."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports.papers.background.queries import pack_with
from reports.papers.models import IssuedPaper
from reports.papers.packs.queries import superseded_in, withdrawn_in
from reports.papers.published.queries import published_paper_with, published_plan_with
from reports.papers.verifying.forms import VerifyForm
from reports.papers.views import either


@login_not_required
@either
def verify_paper(request: HttpRequest) -> HttpResponse:
    """Whether a PDF that anybody was given is one that was issued here, and whether it still is the newest version."""
    form = VerifyForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if not (form.is_bound and form.is_valid()):
        return render(request, "reports/papers/verify_paper.html", {"form": form})
    sha256 = _sha256(form.cleaned_data["file"])
    papers = IssuedPaper.objects.filter(sha256=sha256).defer("content", "schedule", "findings")
    found = papers.select_related("programme", "superseded_by").first()
    pack = None if found else pack_with(sha256)
    known = None if found or pack else published_paper_with(sha256)
    context = {
        "form": VerifyForm(),
        "paper": found,
        "sha256": sha256,
        "newer": getattr(found, "superseded_by", None),
        "pack": pack,
        "superseded": superseded_in(pack) if pack else [],
        "withdrawn": withdrawn_in(pack) if pack else [],
        "known": known,
        "plan": None if found or pack or known else published_plan_with(sha256),
    }
    return render(request, "reports/papers/verify_paper.html", context)


def _sha256(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()
