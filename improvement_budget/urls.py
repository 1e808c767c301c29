"""Every address of the site. `/accounts/demo/` stands before allauth's own, which would answer 404 for it."""

from allauth.account import urls as sign_in
from django.urls import include, path

from improvement_budget.clock import views as clock
from improvement_budget.glossary import views as glossary
from improvement_budget.health import views as health
from improvement_budget.help import views as help_by_task
from improvement_budget.home import views
from improvement_budget.stylesheet import views as stylesheet

# A person's e-mail address is changed by nobody but the administrator, on the record.
OF_THE_ADMINISTRATOR = {"account_email", "account_confirm_email"}

urlpatterns = [
    path("", views.home, name="home"),
    path("app.css", stylesheet.app_css, name="app_css"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("help/", help_by_task.guides, name="help"),
    path("help/<slug:slug>/", help_by_task.guide, name="help_for"),
    path("demonstration/clock/", clock.move_on, name="move_on"),
    path("healthz", health.healthz, name="healthz"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("accounts.urls")),
    path("accounts/2fa/", include("accounts.factors.urls")),
    path("accounts/", include([page for page in sign_in.urlpatterns if page.name not in OF_THE_ADMINISTRATOR])),
    path("", include("phases.urls")),
    path("", include("posts.urls")),
    path("", include("approvals.urls")),
    path("", include("reports.urls")),
]

handler400 = "improvement_budget.home.views.bad_request"
handler500 = "improvement_budget.home.views.server_error"
