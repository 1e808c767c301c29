"""Where a programme stands, who must approve it, and what would be if."""

from django.urls import path

from reports.standing.position import views as position
from reports.standing.route import views as route
from reports.standing.what_if import views as what_if

urlpatterns = [
    path("programmes/<slug:slug>/approval/", route.approval_route, name="approval_route"),
    path("programmes/<slug:slug>/lines/<int:pk>/what-if/", what_if.line_what_if, name="what_if"),
    path("programmes/<slug:slug>/", position.position, name="position"),
]
