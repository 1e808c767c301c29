from django.urls import path

from reports.checks import views as checks_page
from reports.papers import views as papers_page
from reports.papers.exempt import views as exempt_page
from reports.papers.packs import views as packs_page
from reports.papers.readings import views as readings_page
from reports.progress import views as progress_page
from reports.report import views as report_page
from reports.standing.what_if import views as what_if_page
from reports.table import views

urlpatterns = [
    path("programmes/<slug:slug>/expenditure/", views.expenditure, name="expenditure"),
    path("programmes/<slug:slug>/expenditure/as-at/", papers_page.expenditure_as_at, name="expenditure_as_at"),
    path("programmes/<slug:slug>/expenditure.pdf", views.expenditure_pdf, name="expenditure_pdf"),
    path("programmes/<slug:slug>/expenditure.xlsx", views.expenditure_xlsx, name="expenditure_xlsx"),
    path("programmes/<slug:slug>/expenditure.csv", views.expenditure_csv, name="expenditure_csv"),
    path("programmes/<slug:slug>/expenditure.json", views.expenditure_json, name="expenditure_json"),
    path("programmes/<slug:slug>/approval/", views.approval_route, name="approval_route"),
    path("programmes/<slug:slug>/checks/", checks_page.checks, name="checks"),
    path("programmes/<slug:slug>/checks.json", checks_page.checks_json, name="checks_json"),
    path("programmes/<slug:slug>/checks/findings/<str:fingerprint>/", checks_page.finding_review, name="finding_review"),
    path("programmes/<slug:slug>/checks/draft/", views.draft_paper, name="draft_paper"),
    path("programmes/<slug:slug>/delegations/<int:pk>/progress/", progress_page.delegation_progress, name="delegation_progress"),
    path(
        "programmes/<slug:slug>/delegations/<int:pk>/progress.pdf",
        progress_page.delegation_progress_pdf,
        name="delegation_progress_pdf",
    ),
    path("programmes/<slug:slug>/papers/", papers_page.issued_papers, name="issued_papers"),
    path("programmes/<slug:slug>/papers/exempt/", exempt_page.exempt_information, name="exempt_information"),
    path("programmes/<slug:slug>/papers/issue/", papers_page.paper_issue, name="paper_issue"),
    path("programmes/<slug:slug>/papers/<int:pk>/", papers_page.issued_paper, name="issued_paper"),
    path("programmes/<slug:slug>/papers/<int:pk>.pdf", papers_page.issued_paper_pdf, name="issued_paper_pdf"),
    path("programmes/<slug:slug>/report/", report_page.report, name="report"),
    path("programmes/<slug:slug>/report.docx", report_page.report_as_docx, name="report_docx"),
    path("programmes/<slug:slug>/report.pdf", report_page.report_as_pdf, name="report_pdf"),
    path("programmes/<slug:slug>/report/front-sheet/", report_page.front_sheet, name="front_sheet"),
    path("programmes/<slug:slug>/report/update/", report_page.report_update, name="report_update"),
    path("programmes/<slug:slug>/report/<slug:section>/add/", report_page.paragraph_add, name="paragraph_add"),
    path("programmes/<slug:slug>/report/<slug:section>/draft/", report_page.section_draft, name="section_draft"),
    path("programmes/<slug:slug>/report/paragraphs/<int:pk>/", report_page.paragraph_change, name="paragraph_change"),
    path("programmes/<slug:slug>/report/paragraphs/<int:pk>/move/", report_page.paragraph_move, name="paragraph_move"),
    path("programmes/<slug:slug>/report/paragraphs/<int:pk>/remove/", report_page.paragraph_remove, name="paragraph_remove"),
    path("programmes/<slug:slug>/report/paragraphs/<int:pk>/redraft/", report_page.paragraph_redraft, name="paragraph_redraft"),
    path("programmes/<slug:slug>/papers/<int:pk>/aloud/", readings_page.issued_paper_aloud, name="issued_paper_aloud"),
    path(
        "programmes/<slug:slug>/papers/<int:pk>/internal.pdf",
        readings_page.issued_paper_internal,
        name="issued_paper_internal",
    ),
    path("programmes/<slug:slug>/packs/", packs_page.packs, name="packs"),
    path("programmes/<slug:slug>/packs/new/", packs_page.pack_new, name="pack_new"),
    path("programmes/<slug:slug>/renderings/<int:pk>/", packs_page.rendering, name="rendering"),
    path("programmes/<slug:slug>/renderings/<int:pk>.pdf", packs_page.rendering_pdf, name="rendering_pdf"),
    path("papers/verify/", papers_page.verify_paper, name="verify_paper"),
    path("programmes/<slug:slug>/lines/<int:pk>/what-if/", what_if_page.line_what_if, name="what_if"),
    path("programmes/<slug:slug>/", views.position, name="position"),
    path("drawdowns/<str:reference>/decision.pdf", views.decision_pdf, name="decision_pdf"),
    path("published-decisions/<str:reference>.pdf", views.published_decision_pdf, name="published_decision_pdf"),
]
