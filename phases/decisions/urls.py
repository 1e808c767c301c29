"""Addresses of the decisions that fund a programme."""

from django.urls import path

from phases.decisions import views

urlpatterns = [
    path("programmes/<slug:slug>/decisions/", views.decisions, name="decisions"),
    path("programmes/<slug:slug>/decisions/record/", views.decision_record, name="decision_record"),
    path("programmes/<slug:slug>/decisions/<int:pk>/change/", views.decision_change, name="decision_change"),
    path("programmes/<slug:slug>/decisions/<int:pk>/no-money/", views.decision_no_money, name="decision_no_money"),
]
