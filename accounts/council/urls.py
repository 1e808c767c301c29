"""Addresses of the council's settings and its colour."""

from django.urls import path

from accounts.council import views
from accounts.council.logo import views as logo

urlpatterns = [
    path("council.css", views.council_css, name="council_css"),
    path("settings/", views.change_council, name="council"),
    path("settings/logo/", logo.council_logo, name="council_logo"),
    path("settings/logo.png", logo.council_logo_png, name="council_logo_png"),
]
