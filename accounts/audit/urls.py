"""Addresses of the audit record."""

from django.urls import path

from accounts.audit import views

urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/export.jsonl", views.audit_export, name="audit_export"),
    path("audit/verifier.py", views.audit_verifier, name="audit_verifier"),
]
