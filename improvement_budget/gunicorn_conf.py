"""How gunicorn serves the site, under `make run` and in production alike."""

import os
from typing import Any

from improvement_budget import serve

wsgi_app = "improvement_budget.wsgi"
bind = os.environ.get("BIND", serve.address())
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
timeout = 60  # seconds; a request that takes longer is ended
graceful_timeout = 10
preload_app = True  # a site that cannot start says so before the address is announced
loglevel = "warning"
control_socket_disable = True  # it would lie in the working directory, where others could reach it


def when_ready(server: Any) -> None:
    serve.announce()


def on_exit(server: Any) -> None:
    serve.clear_up()
