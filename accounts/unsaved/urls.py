"""Addresses of forms that were sent without a session."""

from django.urls import path

from accounts.unsaved import views

urlpatterns = [path("unsaved/<uuid:key>/", views.unsaved, name="unsaved")]
