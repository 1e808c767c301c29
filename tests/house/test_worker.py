"""The background worker with real processes: mail servers that fail, workers that are killed, and what is left of both."""

import contextlib
import os
import signal
import socketserver
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.house.running_site import Site, next_line, until

Drawdown = dict[str, Any]
QUEUE_PAPERS_AND_A_LETTER = """
import django
django.setup()
from accounts.letters.actions import write
from reports.papers.background.actions import make
for _ in range(30):
    make.enqueue(0)
write(to="ada@council.example", subject="A letter", text="Here it is.")
"""
QUEUED = "SELECT kind, attempts, last_error FROM approvals_notice WHERE state = 'queued'"


class Letters(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is given, or that hangs up on whoever calls."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, hangs_up: bool = False) -> None:
        self.hangs_up, self.taken, self.calls = hangs_up, list[tuple[str, str]](), 0
        super().__init__(("127.0.0.1", port), _Session)


class _Session(socketserver.StreamRequestHandler):
    server: Letters

    def handle(self) -> None:
        self.server.calls += 1
        if self.server.hangs_up:
            return
        self._say("220 here")
        to = ""
        while line := self.rfile.readline().decode().strip():
            if line.upper().startswith("RCPT"):
                to = line.split("<")[1].split(">")[0]
            if line.upper() == "DATA":
                self._say("354 go on")
                text = b"".join(iter(self.rfile.readline, b".\r\n")).decode()
                self.server.taken.append((to, text))
            self._say("250 taken")
            if line.upper() == "QUIT":
                return

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextlib.contextmanager
def letters(port: int, hangs_up: bool = False) -> Iterator[Letters]:
    with Letters(port, hangs_up) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


def states(site: Site, drawdown: Drawdown, kind: str = "signed") -> Counter[str]:
    rows = site.sql(
        "SELECT n.state, n.attempts > 0 FROM approvals_notice n JOIN approvals_drawdown d ON d.id = n.drawdown_id"
        " WHERE d.reference = %s AND n.kind = %s",
        drawdown["reference"],
        kind,
    )
    return Counter(state for state, _ in rows)


def try_again_now(site: Site) -> None:
    """Do not wait for the pause to be over."""
    site.sql(
        "UPDATE django_tasks_database_dbtaskresult SET run_after = now() WHERE status = 'READY' AND run_after < '9000-01-01'"
    )


def test_while_the_mail_server_is_down_nothing_is_lost_and_later_each_letter_is_sent_once(
    site: Site, drawdown: Drawdown, mail_port: int
):
    chief_executive = site.signed_in("chief-executive")
    path, fields = site.form_to_sign(drawdown, chief_executive)
    assert site.post(path, fields, **chief_executive).status == 302

    def tried() -> list[Any]:
        return site.sql(
            "SELECT last_error FROM approvals_notice n JOIN approvals_drawdown d ON d.id = drawdown_id"
            " WHERE reference = %s AND kind = 'signed' AND attempts > 0",
            drawdown["reference"],
        )

    until(tried, 60)
    assert all("mail server did not answer" in error for (error,) in tried())
    asked = states(site, drawdown)
    assert set(asked) == {"queued"}
    with letters(mail_port, hangs_up=True) as server:
        until(lambda: (try_again_now(site), server.calls)[1], 60)
    assert set(states(site, drawdown)) == {"queued"}
    with letters(mail_port) as server:
        until(lambda: (try_again_now(site), set(states(site, drawdown)) == {"sent"})[1], 60)
        # From seven in the morning reminders of the demonstration wait as well.
        until(lambda: (try_again_now(site), not site.sql(QUEUED))[1], 60, lambda: (site.sql(QUEUED), server.taken))
    subject = f"Signed off: {drawdown['reference']}"
    to = [address for address, text in server.taken if subject in text]
    assert len(to) == len(set(to)) == asked["queued"]
    assert site.signed_times(drawdown) == 1


def test_a_worker_killed_in_the_middle_of_a_task_is_replaced_and_the_task_done(site: Site, mail_port: int):
    before, beside = site.processes()["worker"]
    site.sql("UPDATE django_tasks_database_dbtaskresult SET status = 'RUNNING', worker_ids = '[\"killed\"]'")
    os.kill(before, signal.SIGKILL)
    until(lambda: len(both := site.processes()["worker"]) == 2 and before not in both, 60)
    assert beside in site.processes()["worker"]
    until(lambda: not site.sql("SELECT 1 FROM django_tasks_database_dbtaskresult WHERE status <> 'SUCCESSFUL'"), 60)


def test_a_killed_supervisor_leaves_no_worker_behind_and_is_started_again_by_itself(site: Site):
    [before], workers = site.processes()["supervisor"], site.processes()["worker"]
    site.kill("supervisor")
    until(lambda: site.processes()["supervisor"] not in ([], [before]), 60)
    until(lambda: len(both := site.processes()["worker"]) == 2 and not set(both) & set(workers), 60)
    assert "already" in site.command("-m", "operations.serve")


def test_long_papers_hold_back_no_mail(site: Site, mail_port: int):
    """Thirty are queued, and the worker that draws them is stopped in the middle of one: a letter goes out all the same."""
    until(lambda: len(site.processes()["worker"]) == 2, 60)
    [papers] = [pid for pid in site.processes()["worker"] if b"papers\0" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(papers, signal.SIGSTOP)
    try:
        with letters(mail_port) as server:
            site.command("-c", QUEUE_PAPERS_AND_A_LETTER)
            until(lambda: (try_again_now(site), any("A letter" in text for _, text in server.taken))[1], 60)
    finally:
        os.kill(papers, signal.SIGCONT)


def test_a_second_supervisor_waits(site: Site):
    until(lambda: len(site.processes()["worker"]) == 2, 60)
    (web, *_) = site.processes()["web"]
    command = [sys.executable, "-m", "django", "work", "--beside", str(web)]
    with subprocess.Popen(command, env=site.environment(), stdout=subprocess.PIPE, text=True) as second:
        try:
            assert "Another one is in charge" in next_line(second)
            assert len(site.processes()["worker"]) == 2
        finally:
            second.terminate()
        assert second.wait(60) == 0


def test_a_killed_web_server_takes_its_worker_with_it_and_make_run_starts_all_again(site: Site):
    site.kill("web")
    until(lambda: site.processes() == {"web": [], "supervisor": [], "worker": []}, 30, site.processes)
    site.start()
    until(lambda: len(site.processes()["worker"]) == 2, 60)
