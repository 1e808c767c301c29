from django.urls import path

from accounts import views
from accounts.audit import views as audit
from accounts.statements import views as statements

urlpatterns = [
    path("accounts/demo/", views.demo_sign_in, name="demo_sign_in"),
    path("council.css", views.council_css, name="council_css"),
    path("people/", views.people, name="people"),
    path("people/add/", views.add_person, name="add_person"),
    path("people/<int:pk>/", views.change_person, name="change_person"),
    path("offices/", views.offices, name="offices"),
    path("offices/add/", views.add_office, name="add_office"),
    path("offices/<int:pk>/", views.office, name="office"),
    path("offices/<int:pk>/change/", views.change_office, name="change_office"),
    path("offices/<int:pk>/holder/", views.take_office, name="take_office"),
    path("offices/<int:pk>/deputy/", views.appoint_deputy, name="appoint_deputy"),
    path("offices/holdings/<int:pk>/end/", views.end_holding, name="end_holding"),
    path("offices/holdings/<int:pk>/", views.correct_holding, name="correct_holding"),
    path("offices/deputies/<int:pk>/revoke/", views.revoke_deputy, name="revoke_deputy"),
    path("settings/", views.change_council, name="council"),
    path("settings/texts/", statements.statements, name="statements"),
    path("settings/texts/<slug:kind>/", statements.change_statement, name="change_statement"),
    path("accessibility/", statements.statement, {"kind": "accessibility"}, name="accessibility"),
    path("privacy/", statements.statement, {"kind": "privacy"}, name="privacy"),
    path("contact/", statements.statement, {"kind": "contact"}, name="contact"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export.jsonl", audit.audit_export, name="audit_export"),
    path("audit/verifier.py", audit.audit_verifier, name="audit_verifier"),
]
