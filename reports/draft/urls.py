"""The check of a draft."""

from django.urls import path

from reports.draft import views

urlpatterns = [
    path("programmes/<slug:slug>/checks/draft/", views.draft_paper, name="draft_paper"),
]
