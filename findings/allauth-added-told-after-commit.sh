#!/usr/bin/env bash
# django-allauth 65.21.1 with its extra `mfa`
# Good guess: the signals `authenticator_added` and `authenticator_removed` are sent while the view still works, so a receiver that
# writes an audit entry, in a view that is wrapped in one transaction, shares that transaction: no factor without its entry.
# What happens: the two differ. A factor that is removed is told inside the transaction, and a receiver that fails undoes the removal.
# An authenticator app that is added is told only after the commit: a receiver that fails leaves the factor stored without an entry, and
# the person sees an error for something that was done.
# Why it matters: a record of who changed how an account is protected has to be all or nothing with the change. Compare the factors
# before and after the view, inside the transaction, instead of listening.
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
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "ATOMIC_REQUESTS": True}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
    MFA_ALLOW_UNVERIFIED_EMAIL=True,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": [
        "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages"]}}],
)
django.setup()
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import include, path

urlpatterns = [path("", lambda request: HttpResponse("home")), path("accounts/", include("allauth.urls"))]
setup_test_environment()
call_command("migrate", verbosity=0)
User.objects.create_user("someone", "someone@example.org", "a long enough one")
told, refusing = {}, False


def receiver(act):
    def receive(**_):
        told[act] = connection.in_atomic_block
        if refusing:
            raise RuntimeError("the audit entry cannot be written")

    return receive


authenticator_added.connect(receiver("added"), weak=False)
authenticator_removed.connect(receiver("removed"), weak=False)
browser = Client(raise_request_exception=False)
browser.post("/accounts/login/", {"login": "someone", "password": "a long enough one"})
browser.post("/accounts/reauthenticate/", {"password": "a long enough one"})


def factors():
    return Authenticator.objects.filter(type="totp").count()


def act(name):
    address = f"/accounts/2fa/totp/{name}/"
    page = browser.get(address)
    code = ""
    if name == "activate":
        code = format_hotp_value(hotp_value(page.context["form"].secret, next(iter(yield_hotp_counters_from_time()))))
    return browser.post(address, {"code": code}).status_code


act("activate"), act("deactivate")
assert factors() == 0
print("told inside the transaction of the view:", told)
refusing = True
answer = act("activate")
print(f"added while the receiver fails:   status {answer}, stored factors {factors()}")
kept = factors()
refusing = False
if not kept:
    act("activate")
refusing = True
answer = act("deactivate")
print(f"removed while the receiver fails: status {answer}, stored factors {factors()}")
assert told == {"added": False, "removed": True}, "CHANGED: both are told at the same time"
assert (kept, factors()) == (1, 1), "CHANGED: what a failing receiver undoes"
PY
