"""Addresses of the texts that the council publishes about its service."""

from django.urls import path

from accounts.statements import views

urlpatterns = [
    path("settings/texts/", views.statements, name="statements"),
    path("settings/texts/<slug:kind>/", views.change_statement, name="change_statement"),
    path("accessibility/", views.statement, {"kind": "accessibility"}, name="accessibility"),
    path("privacy/", views.statement, {"kind": "privacy"}, name="privacy"),
    path("contact/", views.statement, {"kind": "contact"}, name="contact"),
]
