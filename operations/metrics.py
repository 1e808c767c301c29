"""The figures of all web processes at one address of their own, which no proxy hands on: METRICS_BIND, such as 127.0.0.1:9464.

Each process writes its figures to a folder, which is empty at the start; a process that ends takes its gauges with it.
"""

import os
import shutil
import tempfile
import threading
import time
from typing import Any

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def begin() -> None:
    """Before anything is counted: prometheus_client looks for the folder as it is imported."""
    if os.environ.get("METRICS_BIND"):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="improvement-budget-metrics-")


def serve() -> None:
    """In the web server's first process, once it listens."""
    bind = os.environ.get("METRICS_BIND")
    if not bind:
        return
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    host, _, port = bind.rpartition(":")
    threading.Thread(target=_listen, args=(host, int(port), registry), daemon=True).start()


def _listen(host: str, port: int, registry: Any) -> None:
    """As soon as the address is free: while one web server takes over from another, both are there."""
    from prometheus_client import start_http_server

    while True:
        try:
            start_http_server(port, addr=host, registry=registry)
            return
        except OSError:
            time.sleep(1)


def end() -> None:
    if os.environ.get("METRICS_BIND"):
        shutil.rmtree(os.environ[FOLDER], ignore_errors=True)


def ended(process: int) -> None:
    """A web process has gone."""
    if os.environ.get("METRICS_BIND"):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(process)
