"""Addresses of people, offices, the council and the audit record."""

from django.urls import include, path

urlpatterns = [
    path("", include("accounts.people.urls")),
    path("", include("accounts.offices.urls")),
    path("", include("accounts.council.urls")),
    path("", include("accounts.governance.urls")),
    path("", include("accounts.statements.urls")),
    path("", include("accounts.audit.urls")),
    path("", include("accounts.unsaved.urls")),
    path("", include("accounts.power_changes.urls")),
]
