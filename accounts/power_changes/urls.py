"""Addresses of changes of power."""

from django.urls import path

from accounts.power_changes import views

urlpatterns = [
    path("changes-of-power/", views.power_changes, name="power_changes"),
    path("changes-of-power/<int:pk>/", views.power_change, name="power_change"),
]
