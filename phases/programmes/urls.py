"""Addresses of programmes. The order matters: `new` is not a programme."""

from django.urls import path

from phases.programmes import views

urlpatterns = [
    path("programmes/", views.programmes, name="programmes"),
    path("programmes/new/", views.programme_new, name="programme_new"),
]
