"""The committee table, its files, and as it stood."""

from django.urls import path

from reports.expenditure import views
from reports.expenditure.as_at import views as past

urlpatterns = [
    path("programmes/<slug:slug>/expenditure/", views.expenditure, name="expenditure"),
    path("programmes/<slug:slug>/expenditure/as-at/", past.expenditure_as_at, name="expenditure_as_at"),
    path("programmes/<slug:slug>/expenditure.pdf", views.expenditure_pdf, name="expenditure_pdf"),
    path("programmes/<slug:slug>/expenditure.xlsx", views.expenditure_xlsx, name="expenditure_xlsx"),
    path("programmes/<slug:slug>/expenditure.csv", views.expenditure_csv, name="expenditure_csv"),
    path("programmes/<slug:slug>/expenditure.json", views.expenditure_json, name="expenditure_json"),
]
