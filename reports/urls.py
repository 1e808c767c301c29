from django.urls import path

from reports import checks_page, papers_page, progress_page, views, what_if_page

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
    path("programmes/<slug:slug>/papers/exempt/", papers_page.exempt_information, name="exempt_information"),
    path("programmes/<slug:slug>/papers/issue/", papers_page.paper_issue, name="paper_issue"),
    path("programmes/<slug:slug>/papers/<int:pk>/", papers_page.issued_paper, name="issued_paper"),
    path("programmes/<slug:slug>/papers/<int:pk>.pdf", papers_page.issued_paper_pdf, name="issued_paper_pdf"),
    path("papers/verify/", papers_page.verify_paper, name="verify_paper"),
    path("programmes/<slug:slug>/lines/<int:pk>/what-if/", what_if_page.line_what_if, name="what_if"),
    path("programmes/<slug:slug>/", views.position, name="position"),
    path("drawdowns/<str:reference>/decision.pdf", views.decision_pdf, name="decision_pdf"),
    path("published-decisions/<str:reference>.pdf", views.published_decision_pdf, name="published_decision_pdf"),
]
