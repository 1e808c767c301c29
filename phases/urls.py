"""Addresses of programmes and what is authorised. The order matters: `new` is not a programme."""

from django.urls import include, path

urlpatterns = [
    path("", include("phases.bodies.urls")),
    path("", include("phases.limits.urls")),
    path("", include("phases.programmes.urls")),
    path("", include("phases.setup.urls")),
    path("", include("phases.decisions.urls")),
    path("", include("phases.authorisations.urls")),
]
