"""Every address of the site. `/accounts/demo/` stands before allauth's own, which would answer 404 for it."""

from django.urls import include, path

from improvement_budget import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("phases.urls")),
    path("", include("posts.urls")),
    path("", include("reports.urls")),
]

handler400 = "improvement_budget.views.bad_request"
