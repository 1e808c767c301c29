"""The report with its front sheet."""

from django.urls import path

from reports.report import views

urlpatterns = [
    path("programmes/<slug:slug>/report/", views.report, name="report"),
    path("programmes/<slug:slug>/report.docx", views.report_as_docx, name="report_docx"),
    path("programmes/<slug:slug>/report.pdf", views.report_as_pdf, name="report_pdf"),
    path("programmes/<slug:slug>/report/front-sheet/", views.front_sheet, name="front_sheet"),
    path("programmes/<slug:slug>/report/update/", views.report_update, name="report_update"),
    path("programmes/<slug:slug>/report/<slug:section>/add/", views.paragraph_add, name="paragraph_add"),
    path("programmes/<slug:slug>/report/<slug:section>/draft/", views.section_draft, name="section_draft"),
    path("programmes/<slug:slug>/report/paragraphs/<int:pk>/", views.paragraph_change, name="paragraph_change"),
    path("programmes/<slug:slug>/report/paragraphs/<int:pk>/move/", views.paragraph_move, name="paragraph_move"),
    path("programmes/<slug:slug>/report/paragraphs/<int:pk>/remove/", views.paragraph_remove, name="paragraph_remove"),
    path("programmes/<slug:slug>/report/paragraphs/<int:pk>/redraft/", views.paragraph_redraft, name="paragraph_redraft"),
]
