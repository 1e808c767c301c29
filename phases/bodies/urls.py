"""Addresses of the bodies that decide."""

from django.urls import path

from phases.bodies import views

urlpatterns = [
    path("bodies/", views.bodies, name="bodies"),
    path("bodies/add/", views.body_add, name="body_add"),
    path("bodies/<int:pk>/change/", views.body_change, name="body_change"),
]
