"""Setting a checkout up: what is said where the machine does not allow a step, and that a second run does nothing."""

import ast
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from operations import bootstrap


def test_a_second_run_says_its_steps_and_takes_less_than_a_second():
    begun = time.monotonic()
    run = subprocess.run([sys.executable, bootstrap.__file__, "--browser"], capture_output=True, text=True, cwd="/", check=True)
    assert time.monotonic() - begun < 5  # under a second on a machine that does nothing else
    assert [line.partition(":")[0] for line in run.stdout.splitlines()] == [
        "1/4 Python",
        "2/4 System packages",
        "3/4 Virtual environment",
        "4/4 Python packages",
    ]
    assert "all there" in run.stdout
    assert "as in requirements.lock" in run.stdout


def test_it_needs_nothing_but_the_standard_library():
    imports = [node for node in ast.walk(ast.parse(Path(bootstrap.__file__).read_text())) if isinstance(node, ast.Import)]
    assert {alias.name.partition(".")[0] for node in imports for alias in node.names} <= sys.stdlib_module_names


def test_an_older_python_can_read_it_far_enough_to_explain_itself():
    ast.parse(Path(bootstrap.__file__).read_text(), feature_version=(3, 8))


def test_who_may_not_install_packages_is_told_the_exact_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bootstrap, "LIBRARIES", {"libnowhere.so.1": "libnowhere1"})
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    with pytest.raises(SystemExit, match=r"\n  sudo apt-get install -y --no-install-recommends libnowhere1$"):
        bootstrap._install_system_packages(with_browser=False)


def test_a_machine_without_apt_is_told_what_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bootstrap, "LIBRARIES", {"libnowhere.so.1": "libnowhere1"})
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"no apt-get.*libnowhere1"):
        bootstrap._install_system_packages(with_browser=False)


def test_a_venv_copied_from_elsewhere_or_unfinished_counts_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "installed")
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    assert not bootstrap._venv_works()
    (tmp_path / ".venv").mkdir()
    bootstrap.STAMP.write_text(bootstrap._state())
    assert bootstrap._venv_works()
    bootstrap.STAMP.write_text(bootstrap._state().replace(str(tmp_path), "/elsewhere"))
    assert not bootstrap._venv_works()


def test_ubuntus_chromium_that_only_asks_for_its_snap_is_no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stub = tmp_path / "chromium-browser"
    stub.write_text("#!/bin/sh\necho 'requires the chromium snap to be installed: snap install chromium'\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.browser() is None
    shutil.copy("/bin/true", stub)
    assert bootstrap.browser() == str(stub)


def test_the_browser_without_windows_is_wanted_and_another_will_do_where_nobody_may_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def install(name: str) -> str:
        shutil.copy("/bin/true", tmp_path / name)
        return str(tmp_path / name)

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bootstrap, "_loads", lambda library: True)
    monkeypatch.setattr(bootstrap, "_needs_playwrights_browser", lambda: False)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    assert bootstrap._missing_system_packages(with_browser=True) == ["chromium-headless-shell"]
    with_windows = install("chromium")
    assert bootstrap._missing_system_packages(with_browser=True) == []
    assert bootstrap.browser() == with_windows
    install("apt-get")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    assert bootstrap._missing_system_packages(with_browser=True) == ["chromium-headless-shell"]
    assert bootstrap._missing_system_packages(with_browser=False) == []
    without_windows = install("chromium-headless-shell")
    assert bootstrap._missing_system_packages(with_browser=True) == []
    assert bootstrap.browser() == without_windows


def test_a_faster_browser_that_cannot_be_had_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("chromium", "apt-get"):
        shutil.copy("/bin/false", tmp_path / name)
    shutil.copy("/usr/bin/env", tmp_path / "env")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bootstrap, "_loads", lambda library: True)
    monkeypatch.setattr(bootstrap, "_needs_playwrights_browser", lambda: False)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    said = bootstrap._install_system_packages(with_browser=True)
    assert said.startswith("all there but chromium-headless-shell")
    (tmp_path / "chromium").unlink()
    with pytest.raises(SystemExit, match="this failed: apt-get update"):
        bootstrap._install_system_packages(with_browser=True)
