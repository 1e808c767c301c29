#!/usr/bin/env bash
# django-allauth 65.21.1 (with Django 5.2.19): a view behind reauthentication_required
# Good guess: a form that is sent when the last confirmation is too old is put aside, the password is asked for, and then the form is
# done as it was sent. So it is documented, and it is tried with a plain address and works.
# What happens: it works only while the address of the form has no query. With one ("/sign/?from=mail", which is where a form without
# an action of its own is sent when the page was opened by such a link), the password is asked for, and then the view gets a GET:
# what was typed is gone, without a word. The path of what was put aside is compared with the whole address it is to go back to.
# Why it matters: people reach protected forms by links in mail that carry a query, and their text vanishes only there. Send such
# forms to an address without a query, or keep what was typed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet django==5.2.19 django-allauth==65.21.1
venv/bin/pip list 2>/dev/null | grep -iE '^(Django|django-allauth) '
venv/bin/python - <<'PY'
import django
from django.conf import settings

settings.configure(
    SECRET_KEY="only for this script",
    ROOT_URLCONF="__main__",
    ALLOWED_HOSTS=["testserver"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "allauth",
        "allauth.account",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "allauth.account.middleware.AccountMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()
from allauth.account.decorators import reauthentication_required
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

call_command("migrate", verbosity=0)


@reauthentication_required(allow_get=True)
def sign(request):
    return HttpResponse(f"{request.method} {request.POST.get('reason', 'nothing')}")


urlpatterns = [path("sign/", sign), path("accounts/", include("allauth.urls"))]
User.objects.create_user("officer", "officer@council.example", "a long enough password")


def done_after_the_password(address):
    client = Client()
    client.force_login(User.objects.get())
    asked = client.post(address, {"reason": "In budget"})
    assert asked.url.startswith("/accounts/reauthenticate/?next="), asked.url
    answer = client.post(asked.url, {"password": "a long enough password"}, follow=True)
    return answer.content.decode()


plain, with_query = done_after_the_password("/sign/"), done_after_the_password("/sign/?from=mail")
print("/sign/          ->", plain)
print("/sign/?from=mail ->", with_query)
assert plain == "POST In budget"
assert with_query == "GET nothing"
PY
