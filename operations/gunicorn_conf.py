"""How gunicorn serves the site, under `make run` and in production alike."""

import gc
import os
import socket
from contextlib import suppress
from typing import Any

from operations import metrics, serve

os.environ["IMPROVEMENT_BUDGET_SERVED_BY"] = "gunicorn_conf"  # the site refuses to be served in production without these settings
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


metrics.begin()


def collect_garbage_less() -> None:
    """Leave what is loaded for good out of every collection, and collect less often: a large table is a million small objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def when_ready(server: Any) -> None:
    collect_garbage_less()  # before the workers are forked
    serve.announce()
    serve.keep_worker()
    metrics.serve()
    tell_systemd()


def tell_systemd() -> None:
    """Which process is the service's now: after a change by signal (USR2) it is another than systemd started."""
    if place := os.environ.get("NOTIFY_SOCKET"):
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.sendto(f"MAINPID={os.getpid()}\nREADY=1".encode(), place.replace("@", "\0", 1))


def child_exit(server: Any, worker: Any) -> None:
    metrics.ended(worker.pid)


def on_exit(server: Any) -> None:
    metrics.end()
    serve.clear_up()
