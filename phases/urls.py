"""Addresses of programmes and what is authorised. The order matters: `new` is not a programme."""

from django.urls import include, path

from phases import views

urlpatterns = [
    path("", include("phases.bodies.urls")),
    path("approval-limits/", views.approval_limits, name="approval_limits"),
    path("approval-limits/add/", views.approval_limit_add, name="approval_limit_add"),
    path("approval-limits/<int:pk>/end/", views.approval_limit_end, name="approval_limit_end"),
    path("programmes/", views.programmes, name="programmes"),
    path("programmes/new/", views.programme_new, name="programme_new"),
    path("programmes/<slug:slug>/set-up/", views.programme_setup, name="programme_setup"),
    path("programmes/<slug:slug>/set-up/paper/", views.paper, name="paper"),
    path("programmes/<slug:slug>/set-up/phases/add/", views.phase_add, name="phase_add"),
    path("programmes/<slug:slug>/set-up/phases/<int:pk>/", views.phase_change, name="phase_change"),
    path("programmes/<slug:slug>/set-up/funding-sources/add/", views.funding_source_add, name="funding_source_add"),
    path("programmes/<slug:slug>/set-up/funding-sources/<int:pk>/", views.funding_source_change, name="funding_source_change"),
    path("programmes/<slug:slug>/set-up/excluded-items/add/", views.excluded_item_add, name="excluded_item_add"),
    path("programmes/<slug:slug>/set-up/excluded-items/<int:pk>/", views.excluded_item_change, name="excluded_item_change"),
    path("programmes/<slug:slug>/decisions/", views.decisions, name="decisions"),
    path("programmes/<slug:slug>/decisions/record/", views.decision_record, name="decision_record"),
    path("programmes/<slug:slug>/decisions/<int:pk>/change/", views.decision_change, name="decision_change"),
    path("programmes/<slug:slug>/decisions/<int:pk>/authorise/", views.authorise, name="authorise"),
    path(
        "programmes/<slug:slug>/decisions/authorisations/<int:pk>/change/",
        views.authorisation_change,
        name="authorisation_change",
    ),
]
