"""The paper check."""

from django.urls import path

from reports.checks import views

urlpatterns = [
    path("programmes/<slug:slug>/checks/", views.checks, name="checks"),
    path("programmes/<slug:slug>/checks.json", views.checks_json, name="checks_json"),
    path("programmes/<slug:slug>/checks/findings/<str:fingerprint>/", views.finding_review, name="finding_review"),
]
