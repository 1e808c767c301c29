"""Set this checkout up: system packages, .venv, and the packages of requirements.lock. Standard library only.

The system's own Python runs it before anything else, so it must load on Pythons older than the one it asks for. Run
again it changes nothing and takes a fraction of a second. With --browser it also sees to the browser of the tests.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"  # what was installed, for which path and Python

# A library that WeasyPrint loads, and the package it is in.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
# The same for Playwright, which drives the browser of the tests.
BROWSER_LIBRARIES = {"libatomic.so.1": "libatomic1"}
# The same browser without windows: opening a page costs it a fifth, and following a link less than half.
SHELL = "chromium-headless-shell"
BROWSERS = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main(arguments: "list[str]") -> None:
    """Set up, saying each step. Exits with 1 and the command to run where the machine does not allow a step."""
    with_browser = "--browser" in arguments
    _step(1, "Python", _check_python())
    directory = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(directory, fcntl.LOCK_EX)  # two runs at once take turns; the lock ends with this process
    _step(2, "System packages", _install_system_packages(with_browser))
    _step(3, "Virtual environment", _make_venv())
    _step(4, "Python packages", _install_packages(with_browser))


def browser() -> "str | None":
    """The path of an installed Chromium or Chrome that is not a snap, which cannot be driven; None if there is none."""
    for name in BROWSERS:
        found = shutil.which(name)
        # Ubuntu's "chromium-browser" is a shell script that only asks for the snap.
        if found and not os.path.realpath(found).endswith("/snap") and b"snap install" not in _head(found):
            return found
    return None


def _step(number: int, name: str, outcome: str) -> None:
    print(f"{number}/4 {name}: {outcome}", flush=True)


def _stop(message: str) -> "NoReturn":
    sys.stdout.flush()
    sys.exit("Error: " + message)


def _head(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(2000)


def _check_python() -> str:
    if sys.version_info < OLDEST_PYTHON:
        for minor in range(19, OLDEST_PYTHON[1] - 1, -1):
            newer = shutil.which(f"python3.{minor}")
            if newer:
                os.execv(newer, [newer, *sys.argv])
        _stop(f"Python 3.{OLDEST_PYTHON[1]} or newer is needed; this one is {sys.version.split()[0]}.")
    return sys.version.split()[0]


# --- system packages ----------------------------------------------------------------------------------------------


def _install_system_packages(with_browser: bool) -> str:
    missing = _missing_system_packages(with_browser)
    if not missing:
        return "all there"
    line = "apt-get install -y --no-install-recommends " + " ".join(missing)
    if not shutil.which("apt-get"):
        _stop("this machine has no apt-get. Install with its own means what Debian calls: " + " ".join(missing))
    prefix = _prefix_of_root()
    if prefix is None:
        _stop("system packages are missing, and only root may install them. Run this, then try again:\n  sudo " + line)
    print("Installing with apt-get: " + " ".join(missing), flush=True)
    for command in ("apt-get update", line):
        # Through `env`, because sudo drops the environment. Both print much that nobody needs, unless they fail.
        quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", *command.split()]
        result = subprocess.run(quiet, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if result.returncode != 0:
            if missing == [SHELL] and browser():
                return "all there but " + SHELL + ", which would make the tests faster: this failed: " + command
            sys.stdout.write(result.stdout.decode(errors="replace"))
            _stop("this failed: " + command)
    still_missing = _missing_system_packages(with_browser)
    if still_missing:
        _stop("installed, but still not usable: " + " ".join(still_missing))
    return "installed " + " ".join(missing)


def _missing_system_packages(with_browser: bool) -> "list[str]":
    importlib.invalidate_caches()
    missing = []
    if not _venv_works() and not all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
        missing.append(f"python3.{sys.version_info[1]}-venv")
    libraries = dict(LIBRARIES, **BROWSER_LIBRARIES) if with_browser else LIBRARIES
    missing += [package for library, package in libraries.items() if not _loads(library)]
    # Where nobody may install the shell, another browser will do.
    wanted = with_browser and not shutil.which(SHELL) and not _needs_playwrights_browser()
    if wanted and (not browser() or (shutil.which("apt-get") and _prefix_of_root() is not None)):
        missing.append(SHELL)
    return missing


def _prefix_of_root() -> "list[str] | None":
    """What stands before a command that needs root; None where this user may not run it."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], stderr=subprocess.DEVNULL).returncode == 0:
        return ["sudo", "-n"]
    return None


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _needs_playwrights_browser() -> bool:
    """Whether the system's packages hold no Chromium that can be driven: Ubuntu's is a snap."""
    try:
        return "ID=ubuntu" in Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return True


# --- Python packages ----------------------------------------------------------------------------------------------


def _state() -> str:
    """What STAMP holds after an install: any change of it means that the packages must be looked at again."""
    return "\n".join([hashlib.sha256(LOCK.read_bytes()).hexdigest(), str(VENV), f"3.{sys.version_info[1]}"])


def _installed_state() -> "list[str]":
    try:
        return STAMP.read_text().split("\n")
    except OSError:
        return []


def _venv_works() -> bool:
    """False also for an environment copied from elsewhere: its scripts name the old path."""
    if _installed_state()[1:] != _state().split("\n")[1:]:
        return False
    try:
        return subprocess.run([str(PYTHON), "-c", "import pip"], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def _make_venv() -> str:
    if _venv_works():
        return ".venv is there"
    if not os.access(ROOT, os.W_OK):
        _stop(f"this user may not write to {ROOT}: run it from a copy of your own.")
    again = VENV.exists()
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)])
    if made.returncode != 0:
        _stop(f"cannot make the virtual environment {VENV}.")
    STAMP.write_text("\n".join(["", *_state().split("\n")[1:]]))
    return "made .venv again: it was unfinished, moved, or of another Python" if again else "made .venv"


def _install_packages(with_browser: bool) -> str:
    outcome = "as in requirements.lock"
    if _installed_state() != _state().split("\n"):
        if not os.access(STAMP, os.W_OK):
            _stop(f"requirements.lock has changed, and this user may not write to {VENV}.")
        print("Installing the packages of requirements.lock, which takes a minute or two.", flush=True)
        _pip("install", "--quiet", "--no-deps", "--require-hashes", "-r", str(LOCK))
        surplus = _surplus_packages()
        if surplus:
            _pip("uninstall", "--quiet", "--yes", *surplus)
        if with_browser and not browser():
            _install_playwrights_browser()
        STAMP.write_text(_state())
        outcome = "installed those of requirements.lock"
    elif with_browser and not browser() and not _playwrights_browsers():
        _install_playwrights_browser()
    return outcome


def _pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    environment = dict(os.environ, PIP_ROOT_USER_ACTION="ignore")
    if subprocess.run(command, stdin=subprocess.DEVNULL, env=environment).returncode != 0:
        _stop("pip failed; see above. Correct what it reports (most often the network) and try again.")


def _surplus_packages() -> "list[str]":
    """Packages installed but not locked. One of them, psycopg 3, would silently replace the database driver."""
    listed = subprocess.check_output([str(PYTHON), "-m", "pip", "list", "--format=freeze"], text=True)
    installed = {_canonical(line) for line in listed.splitlines() if "==" in line}
    locked = {_canonical(line) for line in LOCK.read_text().splitlines() if line[:1].isalnum()}
    return sorted(installed - locked - {"pip", "setuptools", "wheel"})


def _canonical(line: str) -> str:
    return line.partition("==")[0].lower().replace("_", "-").replace(".", "-")


def _playwrights_browsers() -> bool:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return any(cache.glob("chromium*"))


def _install_playwrights_browser() -> None:
    print("Installing a browser for the tests.", flush=True)
    dependencies = ["--with-deps"] if os.geteuid() == 0 else []
    if subprocess.run([str(PYTHON), "-m", "playwright", "install", *dependencies, "chromium"]).returncode != 0:
        _stop("the browser of the tests could not be downloaded; see above. An installed Google Chrome will do as well.")


if __name__ == "__main__":
    main(sys.argv[1:])
