"""Papers: issued, exempt, packs, read aloud, verified, records of decisions."""

from django.urls import path

from reports.exempt import views as exempt
from reports.papers import views
from reports.papers.bundle import views as bundle
from reports.papers.correction import views as correction
from reports.papers.decision_record import views as decision_record
from reports.papers.forward_plan import views as forward_plan
from reports.papers.packs import views as packs
from reports.papers.readings import views as readings
from reports.papers.verifying import views as verifying

urlpatterns = [
    path("programmes/<slug:slug>/papers/", views.issued_papers, name="issued_papers"),
    path("programmes/<slug:slug>/papers/exempt/", exempt.exempt_information, name="exempt_information"),
    path("programmes/<slug:slug>/papers/issue/", views.paper_issue, name="paper_issue"),
    path("programmes/<slug:slug>/papers/<int:pk>/", views.issued_paper, name="issued_paper"),
    path("programmes/<slug:slug>/papers/<int:pk>.pdf", views.issued_paper_pdf, name="issued_paper_pdf"),
    path("programmes/<slug:slug>/papers/<int:pk>/aloud/", readings.issued_paper_aloud, name="issued_paper_aloud"),
    path("programmes/<slug:slug>/papers/<int:pk>/internal.pdf", readings.issued_paper_internal, name="issued_paper_internal"),
    path("programmes/<slug:slug>/packs/", packs.packs, name="packs"),
    path("programmes/<slug:slug>/packs/new/", packs.pack_new, name="pack_new"),
    path("programmes/<slug:slug>/renderings/<int:pk>/", packs.rendering, name="rendering"),
    path("programmes/<slug:slug>/renderings/<int:pk>.pdf", packs.rendering_pdf, name="rendering_pdf"),
    path("forward-plan.pdf", forward_plan.forward_plan_pdf, name="forward_plan_pdf"),
    path("papers/verify/", verifying.verify_paper, name="verify_paper"),
    path("drawdowns/<str:reference>/decided.pdf", bundle.decided_pdf, name="decided_pdf"),
    path("drawdowns/<str:reference>/decision.pdf", decision_record.decision_pdf, name="decision_pdf"),
    path(
        "published-decisions/<str:reference>/corrections/<int:number>.pdf",
        correction.published_correction_pdf,
        name="published_correction_pdf",
    ),
    path("published-decisions/<str:reference>.pdf", decision_record.published_decision_pdf, name="published_decision_pdf"),
]
