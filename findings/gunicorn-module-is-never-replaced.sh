#!/usr/bin/env bash
# gunicorn 27.0.1
# Good guess: a server started by `python -m gunicorn` is replaced by USR2 like one started by the command `gunicorn`.
# What happens: the new master is run as the file gunicorn/__main__.py, so that the package's own folder stands first on the path and
# its `http` hides the one of the standard library: an application that imports http.cookies, as Django does, never starts again.
# Why it matters: the old server serves on, so a release that nobody watches stays the old version.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill $(cat "$folder"/*.pid "$folder"/*.pid.2 2>/dev/null) 2>/dev/null || true; sleep 1; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet gunicorn==27.0.1
venv/bin/pip list 2>/dev/null | grep -E '^gunicorn '
cat > site_of_one_page.py <<'PY'
from http import cookies


def page(environ, start_response):
    start_response("200 OK", [("Set-Cookie", cookies.SimpleCookie({"seen": "1"})["seen"].OutputString())])
    return [b"here"]
PY

replaced() { # how it is started: prints yes or no
  local name=$1; shift
  "$@" --preload --bind "unix:$folder/$name.sock" --pid "$folder/$name.pid" site_of_one_page:page >"$name.out" 2>"$name.log" &
  for _ in $(seq 100); do test -s "$name.pid" && break; sleep 0.1; done
  kill -USR2 "$(cat "$name.pid")"
  for _ in $(seq 100); do
    if grep -q "ImportError" "$name.log"; then grep "ImportError" "$name.log" | sed 's/ (.*//' >&2; echo no; return; fi
    if test -s "$name.pid.2"; then echo yes; return; fi
    sleep 0.1
  done
  echo "neither was seen within ten seconds" >&2
  echo unknown
}

command=$(replaced command venv/bin/gunicorn)
module=$(replaced module venv/bin/python -m gunicorn)
echo "started by the command, replaced by USR2: $command; started as a module: $module"
test "$command $module" = "yes no" || { echo "CHANGED"; exit 1; }
