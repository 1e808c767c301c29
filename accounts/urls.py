from django.urls import path

from accounts import views

urlpatterns = [
    path("accounts/demo/", views.demo_sign_in, name="demo_sign_in"),
    path("council.css", views.council_css, name="council_css"),
    path("people/", views.people, name="people"),
    path("people/add/", views.add_person, name="add_person"),
    path("people/<int:pk>/", views.change_person, name="change_person"),
    path("settings/", views.change_council, name="council"),
    path("audit/", views.audit, name="audit"),
]
