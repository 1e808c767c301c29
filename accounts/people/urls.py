"""Addresses of people, and of the demonstration's sign-in."""

from django.urls import path

from accounts.people import views

urlpatterns = [
    path("accounts/demo/", views.demo_sign_in, name="demo_sign_in"),
    path("your-mail/", views.own_mail, name="own_mail"),
    path("people/", views.people, name="people"),
    path("people/add/", views.add_person, name="add_person"),
    path("people/<int:pk>/", views.change_person, name="change_person"),
]
