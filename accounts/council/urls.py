"""Addresses of the council's settings and its colour."""

from django.urls import path

from accounts.council import views

urlpatterns = [
    path("council.css", views.council_css, name="council_css"),
    path("settings/", views.change_council, name="council"),
]
