"""Addresses of the council's governance."""

from django.urls import path

from accounts.governance import views

urlpatterns = [
    path("settings/governance/", views.governance, name="governance"),
    path("settings/governance/add/", views.governance_add, name="governance_add"),
    path("settings/governance/<int:pk>/change/", views.governance_change, name="governance_change"),
]
