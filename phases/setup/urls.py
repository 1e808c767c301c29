"""Addresses of setting up a programme."""

from django.urls import path

from phases.setup import views

urlpatterns = [
    path("programmes/<slug:slug>/set-up/", views.programme_setup, name="programme_setup"),
    path("programmes/<slug:slug>/set-up/paper/", views.paper, name="paper"),
    path("programmes/<slug:slug>/set-up/phases/add/", views.part, {"kind": views.PHASE}, name="phase_add"),
    path("programmes/<slug:slug>/set-up/phases/<int:pk>/", views.part, {"kind": views.PHASE}, name="phase_change"),
    path("programmes/<slug:slug>/set-up/funding-sources/add/", views.part, {"kind": views.SOURCE}, name="funding_source_add"),
    path(
        "programmes/<slug:slug>/set-up/funding-sources/<int:pk>/",
        views.part,
        {"kind": views.SOURCE},
        name="funding_source_change",
    ),
    path("programmes/<slug:slug>/set-up/excluded-items/add/", views.part, {"kind": views.EXCLUDED}, name="excluded_item_add"),
    path(
        "programmes/<slug:slug>/set-up/excluded-items/<int:pk>/",
        views.part,
        {"kind": views.EXCLUDED},
        name="excluded_item_change",
    ),
]
