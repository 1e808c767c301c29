"""Addresses of the council's approval limits."""

from django.urls import path

from phases.limits import views

urlpatterns = [
    path("approval-limits/", views.approval_limits, name="approval_limits"),
    path("approval-limits/add/", views.approval_limit_add, name="approval_limit_add"),
    path("approval-limits/<int:pk>/end/", views.approval_limit_end, name="approval_limit_end"),
]
