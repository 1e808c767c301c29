"""The entry point of a web server. It connects as the role that owns no tables."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "improvement_budget.settings")
os.environ.setdefault("IMPROVEMENT_BUDGET_DB_ROLE", "web")

application = get_wsgi_application()

if settings.PRODUCTION:
    from operations.preparing import faults

    faults.refuse_to_serve()
