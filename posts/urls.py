"""Addresses of lines: of all programmes, and of one."""

from django.urls import path

from posts.comments import views as comments
from posts.copying import views as copying
from posts.details.views import programme_details
from posts.entry.columns import views as columns
from posts.entry.line import views as one
from posts.entry.presence.views import presence
from posts.entry.several.views import several
from posts.entry.table import views as table
from posts.entry.undoing.views import undo
from posts.importing.kept import views as imports
from posts.importing.template.views import line_template
from posts.importing.views import paste
from posts.listed.views import all_lines
from posts.teams.views import teams

urlpatterns = [
    path("lines/", all_lines, name="all_lines"),
    path("programmes/<slug:slug>/lines/", table.lines, name="lines"),
    path("programmes/<slug:slug>/lines/preview/", table.preview, name="preview_lines"),
    path("programmes/<slug:slug>/lines/columns/", columns.columns, name="columns"),
    path("programmes/<slug:slug>/lines/columns/width/", columns.width, name="column_width"),
    path("programmes/<slug:slug>/lines/columns.css", columns.widths, name="column_widths"),
    path("programmes/<slug:slug>/lines/presence/", presence, name="presence"),
    path("programmes/<slug:slug>/lines/undo/<int:number>/", undo, name="undo_lines"),
    path("programmes/<slug:slug>/lines/several/", several, name="several_lines"),
    path("programmes/<slug:slug>/lines/paste/", paste, name="paste_lines"),
    path("programmes/<slug:slug>/lines/template.xlsx", line_template, name="line_template"),
    path("programmes/<slug:slug>/lines/imports/<int:pk>/", imports.line_import, name="line_import"),
    path("programmes/<slug:slug>/lines/imports/<int:pk>/file/", imports.line_import_file, name="line_import_file"),
    path("programmes/<slug:slug>/lines/<int:pk>/", one.line, name="line"),
    path("programmes/<slug:slug>/lines/<int:pk>/workings/", one.workings, name="workings"),
    path("programmes/<slug:slug>/lines/<int:pk>/comments/", comments.line_comments, name="line_comments"),
    path(
        "programmes/<slug:slug>/lines/<int:pk>/comments/<int:number>/withdraw/",
        comments.comment_withdraw,
        name="comment_withdraw",
    ),
    path("programmes/<slug:slug>/lines/<int:pk>/files/<int:number>/", comments.line_file, name="line_file"),
    path("programmes/<slug:slug>/copy/", copying.programme_copy, name="programme_copy"),
    path("programmes/<slug:slug>/set-up/phases/<int:pk>/copy/", copying.phase_copy, name="phase_copy"),
    path("programmes/<slug:slug>/set-up/details/", programme_details, name="programme_details"),
    path("programmes/<slug:slug>/set-up/teams/", teams, name="teams"),
]
