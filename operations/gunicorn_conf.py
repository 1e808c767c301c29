"""How gunicorn serves the site, under `make run` and in production alike."""

import gc
import os
from typing import Any

from operations import serve

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


def collect_garbage_less() -> None:
    """Leave what is loaded for good out of every collection, and collect less often: a large table is a million small objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def when_ready(server: Any) -> None:
    collect_garbage_less()  # before the workers are forked
    serve.announce()


def on_exit(server: Any) -> None:
    serve.clear_up()
