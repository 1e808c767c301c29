"""What became of a delegation."""

from django.urls import path

from reports.progress import views

DELEGATION = "programmes/<slug:slug>/delegations/<int:pk>"

urlpatterns = [
    path(f"{DELEGATION}/progress/", views.delegation_progress, name="delegation_progress"),
    path(
        "programmes/<slug:slug>/delegations/<int:pk>/progress.pdf", views.delegation_progress_pdf, name="delegation_progress_pdf"
    ),
]
