#!/usr/bin/env bash
# django-allauth 65.21.1 with its extra `mfa`
# Good guess: the page that sets up a second factor asks for the password again only when the last sign-in is older than
# ACCOUNT_REAUTHENTICATION_TIMEOUT (300 seconds); that setting is described as the time since a "(re)authentication".
# What happens: a sign-in does not count, however recent. Who has typed the password a moment ago is asked for it at once; only an
# answer to that question starts the 300 seconds.
# Why it matters: where staff must set up a second factor, the first thing they meet after signing in is the same question again, and a
# walk through the pages (a test, a guide with pictures) that goes straight to the set-up page ends at another one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet django==5.2.19 'django-allauth[mfa]==65.21.1'
venv/bin/pip list 2>/dev/null | grep -iE '^(Django|django-allauth) '
venv/bin/python - <<'PY'

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="only for this script",
    ROOT_URLCONF="__main__",
    ALLOWED_HOSTS=["testserver"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
                    "allauth", "allauth.account", "allauth.mfa"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware", "allauth.account.middleware.AccountMiddleware"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
    LOGIN_REDIRECT_URL="/home/",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": [
        "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages"]}}],
)
django.setup()
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

urlpatterns = [path("home/", lambda request: HttpResponse("home")), path("accounts/", include("allauth.urls"))]
call_command("migrate", verbosity=0)

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User

someone = User.objects.create_user("someone", "someone@example.org", "a long enough one")
EmailAddress.objects.create(user=someone, email=someone.email, primary=True, verified=True)
browser, set_up = Client(), "/accounts/2fa/totp/activate/"


def asked():
    answer = browser.get(set_up)
    return answer.status_code, answer.headers.get("Location", "").partition("?")[0]


answer = browser.post("/accounts/login/", {"login": "someone", "password": "a long enough one"})
assert (answer.status_code, answer["Location"]) == (302, "/home/")
first = asked()
browser.post(f"/accounts/reauthenticate/?next={set_up}", {"password": "a long enough one"})
second = asked()
print("a moment after signing in:       ", *first)
print("after the same password once more:", *second)
assert first == (302, "/accounts/reauthenticate/"), "CHANGED: a sign-in counts"
assert second == (200, "")
PY
