"""What `make run` does before the web server takes over, and what `make stop` finds."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations import data_folder as database
from operations import serve
from tests.house.running_site import next_line


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IMPROVEMENT_BUDGET_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def taken_port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        yield port


def test_the_port_is_8000_unless_port_says_otherwise(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PORT", raising=False)
    assert serve.address() == "127.0.0.1:8000"
    monkeypatch.setenv("PORT", "8123")
    assert serve.address() == "127.0.0.1:8123"


@pytest.mark.parametrize("given", ["0", "65536", "-1", "http", "8000 "])
def test_a_port_that_is_none_is_refused_in_words(given: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PORT", given)
    with pytest.raises(SystemExit, match="must be a number from 1 to 65535"):
        serve.port()


def test_a_port_taken_by_another_program_is_said_at_once(place: Path, taken_port: int):
    with pytest.raises(SystemExit, match=f"port {taken_port} is taken by another program. `make run PORT=8001`"):
        serve._check_port_is_free()


def test_a_stale_process_id_of_a_killed_web_server_is_nobody(place: Path):
    pid_file = place / "web-8000.pid"
    pid_file.write_text(str(os.getpid()))
    assert serve._serving(pid_file) is None
    pid_file.write_text("")
    assert serve._serving(pid_file) is None


def test_stop_ends_the_web_server_of_this_data_directory(place: Path, capsys: pytest.CaptureFixture[str]):
    wait = "import time; print('up', flush=True); time.sleep(20)"
    with subprocess.Popen([sys.executable, "-c", wait, "gunicorn_conf.py"], stdout=subprocess.PIPE, text=True) as web:
        assert next_line(web) == "up\n"
        (place / "web-8000.pid").write_text(str(web.pid))
        assert serve._serving(place / "web-8000.pid") == web.pid
        serve.stop()
        assert web.wait(20) == -signal.SIGTERM
    assert not list(place.glob("web-*.pid"))
    assert capsys.readouterr().out == "Stopped.\n"
    serve.stop()
    assert capsys.readouterr().out == "Nothing was running.\n"


def test_only_an_embedded_database_brings_the_demonstration(place: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("ALLOWED_HOSTS", "DATABASE_URL", "IMPROVEMENT_BUDGET_DEMO", "SECRET_KEY", "SITE_ADDRESS", "STATIC_ROOT"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("IMPROVEMENT_BUDGET_PLAIN_HTTP", "1")
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/budget")
    serve._set_environment()
    assert "IMPROVEMENT_BUDGET_DEMO" not in os.environ
    monkeypatch.delenv("DATABASE_URL")
    serve._set_environment()
    assert os.environ["IMPROVEMENT_BUDGET_DEMO"] == "1"
    assert os.environ["SECRET_KEY"] == database.secret_key()
    assert os.environ["ALLOWED_HOSTS"] == "127.0.0.1,localhost"
