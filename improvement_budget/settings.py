"""All settings, in one file. What differs between machines comes from the environment; README and docs/deployment.md list it.

Three ways to run: tests, `make run` on the loopback address (plain http, perhaps with the demonstration), and production.
"""

import os
import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from operations import data_folder, database

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name: str) -> bool:
    return os.environ.get(name, "") == "1"


TESTING = flag("IMPROVEMENT_BUDGET_TESTING")
DEMONSTRATION = flag("IMPROVEMENT_BUDGET_DEMO")
PLAIN_HTTP = flag("IMPROVEMENT_BUDGET_PLAIN_HTTP")  # the loopback address only: cookies are then not Secure
DEBUG = flag("DJANGO_DEBUG")
PRODUCTION = not (TESTING or PLAIN_HTTP or DEBUG) and "DATABASE_URL" in os.environ

_KEY_FOR_TESTS = "not-a-secret-used-by-tests-and-local-commands-only"
SECRET_KEY = os.environ.get("SECRET_KEY", "") or _KEY_FOR_TESTS
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host]
if TESTING or not (PRODUCTION or ALLOWED_HOSTS):
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]

if DEMONSTRATION and "DATABASE_URL" in os.environ:
    raise ImproperlyConfigured("The demonstration never runs on a real database: unset DATABASE_URL or IMPROVEMENT_BUDGET_DEMO.")
if "DATABASE_URL" in os.environ and not TESTING and "DJANGO_DEBUG" in os.environ and DEBUG:
    raise ImproperlyConfigured("DJANGO_DEBUG shows private data in error pages: it is refused with a real database.")
if PRODUCTION and SECRET_KEY == _KEY_FOR_TESTS:
    raise ImproperlyConfigured("Set SECRET_KEY to a long random text: sessions and reset links are signed with it.")
if PRODUCTION and (len(SECRET_KEY) < 32 or len(set(SECRET_KEY)) < 10 or SECRET_KEY.startswith("django-insecure")):
    raise ImproperlyConfigured("SECRET_KEY can be guessed: set it to a random text of 32 characters or more.")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the host names of the site, separated by commas.")
if PRODUCTION and {"*", "."} & set(ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS takes any host: name the hosts of the site, for links in mail are made of them.")

INSTALLED_APPS = [
    "improvement_budget",
    "operations",
    "accounts",
    "phases",
    "posts",
    "approvals",
    "reports",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tables2",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "improvement_budget.middleware.seal",
    "improvement_budget.observed.observe",
    "improvement_budget.middleware.answer_probes",
    "improvement_budget.deadline.end_in_time",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "improvement_budget.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "improvement_budget.middleware.refuse_nul",
]

ROOT_URLCONF = "improvement_budget.urls"
WSGI_APPLICATION = "improvement_budget.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["improvement_budget.templatetags.glossary"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "improvement_budget.context.page",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database.django_database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _kept_in_the_process(name: str, most: int) -> dict[str, object]:
    """So many entries; one more, and the one that was not asked for longest goes."""
    options = {"MAX_ENTRIES": most}
    return {"BACKEND": "improvement_budget.kept.KeptAsIs", "LOCATION": name, "OPTIONS": options}


CACHE_TABLE = "cache"
CACHES = {
    # Sign-in limits must be counted once for all processes, so they live in the database.
    # Many, because whoever could fill it up would be forgotten.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": CACHE_TABLE,
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Rendered bodies, each under the version of what it shows: a process that lacks one renders it again.
    "bodies": _kept_in_the_process("bodies", 200),
    # The positions of programmes and the like: small, and Home reads those of all of them, which must not push out the others.
    "positions": _kept_in_the_process("positions", 5_000),
}

# How many proxies stand in front and say in X-Forwarded-For whom they answer: sign-in limits count by that address. With none,
# what a client claims under that name is not believed.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES") or 0)

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_FORMS = {"login": "accounts.people.forms.SignInForm", "reset_password": "accounts.people.forms.NewPasswordForm"}
ACCOUNT_ADAPTER = "accounts.adapter.OnTheRecord"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no letters to strangers, who could not sign up anyway
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a new password, and a second factor added or taken away, is told by mail

# Two-step sign-in: whoever sets it up is asked for a code too. An administrator vouches for the address of each account.
MFA_ADAPTER = "accounts.adapter.SealedFactors"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Improvement Budget"
MFA_TOTP_TOLERANCE = 1  # the code before the present one counts too: people type it as it changes
MFA_FORMS = {
    "authenticate": "accounts.factors.forms.CodeForm",
    "reauthenticate": "accounts.factors.forms.CodeAgainForm",
    "activate_totp": "accounts.factors.forms.FirstCodeForm",
}

# Who answers or signs has signed in, or confirmed who they are, within so many seconds. The demonstration has no passwords.
STEP_UP_SECONDS = 0 if DEMONSTRATION else 5 * 60

# Power is given by two administrators. The demonstration has one; tests ask for two where they are about it.
TWO_FOR_POWER = not (DEMONSTRATION or TESTING)

# In the database, not in a process: signing out must end the session in every process at once.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "improvement_budget.home.views.form_expired"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # A proxy that speaks TLS stands in front; it must set X-Forwarded-Proto itself and drop what a client sends.
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# A page of 200 rows of inputs is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "build" / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or "test" in sys.argv
        else "improvement_budget.static_files.StaticFiles"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING  # the files as they stand, nothing collected

# A task is queued as a row of the same transaction as what it is about; `manage.py work` runs it.
# Each queue has a worker of its own, so that no long paper holds up mail.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "papers"]}}
# A failed task is tried this often, in all for about two days; the audit and every page stay right meanwhile.
TASK_ATTEMPTS = 8

# Links in mail begin with it.
SITE_ADDRESS = os.environ.get("SITE_ADDRESS", "").rstrip("/")
if not SITE_ADDRESS:
    SITE_ADDRESS = f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 10  # seconds
if "EMAIL_HOST" in os.environ:
    EMAIL_HOST = os.environ["EMAIL_HOST"]
    EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
    EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
    EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
elif not PRODUCTION:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = data_folder.data_dir() / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "improvement-budget@localhost")

DJANGO_TABLES2_TEMPLATE = "_components/table.html"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "improvement_budget.observed.AsJson"}},
    "handlers": {"console": {"class": "logging.StreamHandler", **({"formatter": "json"} if PRODUCTION else {})}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"improvement_budget.requests": {"level": "INFO" if PRODUCTION else "WARNING"}},
}
