"""Addresses of the money a decision allows."""

from django.urls import path

from phases.authorisations import views

urlpatterns = [
    path("programmes/<slug:slug>/decisions/<int:pk>/authorise/", views.authorise, name="authorise"),
    path(
        "programmes/<slug:slug>/decisions/authorisations/<int:pk>/change/",
        views.authorisation_change,
        name="authorisation_change",
    ),
]
