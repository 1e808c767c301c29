"""The page of a line's comments and files."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required, require
from display.attached import as_attachment
from phases.programmes.queries import programme_for
from posts.attachments import actions as attaching
from posts.attachments.models import LineFile
from posts.attachments.queries import files_of
from posts.comments import actions, queries
from posts.comments.forms import CommentForm, FileForm, WithdrawForm
from posts.comments.models import LineComment
from posts.exempt.queries import check_reader
from posts.models import CostLine

reads = permission_required(Permission.VIEW_PROGRAMMES)


def _line(request: SignedIn, slug: str, pk: int) -> CostLine:
    """A line that this person may read. Raises Http404 and PermissionDenied."""
    programme = programme_for(request.user, slug)
    check_reader(request.user, slug)
    return get_object_or_404(CostLine.objects.select_related("phase", "programme"), programme=programme, pk=pk)


@reads
@require_http_methods(["GET", "HEAD", "POST"])
def line_comments(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """What was said about a line, and its files; both are added here, a file is removed again here."""
    line = _line(request, slug, pk)
    comment, file = CommentForm(None), FileForm(None)
    done: Any = None
    match request.POST.get("do", "") if request.method == "POST" else "":
        case "attach":
            file = FileForm(request.POST, request.FILES)
            done = _attached(request, line, file)
        case "remove":
            done = _removed(request, line)
        case _ if request.method == "POST":
            comment = CommentForm(request.POST)
            done = _commented(request, line, comment)
    if done is not None:
        messages.success(request, done)
        return redirect("line_comments", slug, pk)
    files = list(files_of(pk))
    context = {
        "programme": line.programme,
        "line": line,
        "comments": [(each, queries.may_withdraw(each, request.user)) for each in queries.comments_of(pk)],
        "files": files,
        "comment": comment,
        "file": file if len(files) < attaching.MOST_FILES else None,
        "form": file if file.is_bound else comment,
        "may_comment": request.user.may(Permission.COMMENT_ON_LINES),
        "may_attach": request.user.may(Permission.EDIT_LINES),
    }
    return render(request, "posts/comments/comments.html", context)


def _commented(request: SignedIn, line: CostLine, form: CommentForm) -> str | None:
    require(request.user, Permission.COMMENT_ON_LINES)
    if not form.is_valid():
        return None
    given = {**form.cleaned_data, "by": request.user, "at": clock.now()}
    return "Your comment was added." if form.explained(lambda: actions.comment_on(line=line, **given)) else None


def _attached(request: SignedIn, line: CostLine, form: FileForm) -> str | None:
    require(request.user, Permission.EDIT_LINES)
    if not form.is_valid():
        return None
    given = {"upload": form.cleaned_data["file"], "by": request.user, "at": clock.now()}
    kept: LineFile | None = form.explained(lambda: attaching.attach_file(line=line, **given))
    return f"{kept} was attached." if kept else None


def _removed(request: SignedIn, line: CostLine) -> str:
    require(request.user, Permission.EDIT_LINES)
    number = request.POST.get("file", "")
    file = get_object_or_404(files_of(line.pk), pk=int(number) if number.isdecimal() and len(number) < 16 else 0)
    attaching.remove_file(file=file, line=line, by=request.user, at=clock.now())
    return f"{file} was removed."


@permission_required(Permission.COMMENT_ON_LINES)
@require_http_methods(["GET", "HEAD", "POST"])
def comment_withdraw(request: SignedIn, slug: str, pk: int, number: int) -> HttpResponse:
    """Withdraw a comment, with a reason."""
    line = _line(request, slug, pk)
    comment = get_object_or_404(LineComment.objects.select_related("by"), line_id=pk, pk=number)
    if not queries.may_withdraw(comment, request.user):
        raise PermissionDenied("You may not withdraw what somebody else wrote.")
    if comment.withdrawn_at:
        messages.info(request, "This comment was withdrawn already.")
        return redirect("line_comments", slug, pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = {"reason": form.cleaned_data["reason"], "by": request.user, "at": clock.now()}
        if form.explained(lambda: actions.withdraw_comment(comment=comment, line=line, **given)):
            messages.success(request, "The comment was withdrawn.")
            return redirect("line_comments", slug, pk)
    return render(
        request, "posts/comments/withdraw.html", {"programme": line.programme, "line": line, "said": comment, "form": form}
    )


@reads
@require_GET
def line_file(request: SignedIn, slug: str, pk: int, number: int) -> HttpResponse:
    """The file as it was attached. Always an attachment: a browser opens nothing of it in our name."""
    line = _line(request, slug, pk)
    file = get_object_or_404(LineFile, line_id=line.pk, pk=number)
    return as_attachment(file, file.name)
