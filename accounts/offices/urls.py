"""Addresses of offices, their holders and their deputies."""

from django.urls import path

from accounts.offices import views
from accounts.offices.terms import views as terms

urlpatterns = [
    path("offices/", views.offices, name="offices"),
    path("offices/holders/", terms.holders, name="holders"),
    path("offices/deputies/", terms.deputies, name="deputies"),
    path("offices/add/", views.add_office, name="add_office"),
    path("offices/<int:pk>/", views.office, name="office"),
    path("offices/<int:pk>/change/", views.change_office, name="change_office"),
    path("offices/<int:pk>/holder/", views.take_office, name="take_office"),
    path("offices/<int:pk>/deputy/", views.appoint_deputy, name="appoint_deputy"),
    path("offices/holdings/<int:pk>/end/", views.end_holding, name="end_holding"),
    path("offices/holdings/<int:pk>/", views.correct_holding, name="correct_holding"),
    path("offices/deputies/<int:pk>/revoke/", views.revoke_deputy, name="revoke_deputy"),
]
