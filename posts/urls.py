"""Addresses of a programme's lines."""

from django.urls import path

from posts import views

urlpatterns = [
    path("programmes/<slug:slug>/lines/", views.lines, name="lines"),
    path("programmes/<slug:slug>/lines/preview/", views.preview, name="preview_lines"),
    path("programmes/<slug:slug>/lines/undo/<int:number>/", views.undo, name="undo_lines"),
    path("programmes/<slug:slug>/lines/paste/", views.paste, name="paste_lines"),
    path("programmes/<slug:slug>/lines/<int:pk>/", views.line, name="line"),
    path("programmes/<slug:slug>/lines/<int:pk>/workings/", views.workings, name="workings"),
    path("programmes/<slug:slug>/set-up/details/", views.programme_details, name="programme_details"),
    path("programmes/<slug:slug>/set-up/teams/", views.teams, name="teams"),
]
