# Every line first sets this checkout up, which takes no time when nothing is missing.
PYTHON ?= python3
READY = $(PYTHON) operations/bootstrap.py
BIN = .venv/bin
TEMPLATES = find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --target-version 5.2

.PHONY: run test coverage check fix bench drill stop lock backup restore

run:   ; @$(READY) && exec $(BIN)/python -m operations.serve
test:  ; @$(READY) --browser && exec $(BIN)/python -m pytest -n 2 --dist worksteal
coverage: ; @$(READY) --browser && rm -rf build/coverage && $(BIN)/coverage run -m pytest -n 2 --dist worksteal && $(BIN)/coverage combine --quiet && $(BIN)/coverage report
check: ; @$(READY) && $(BIN)/ruff format --check . && $(BIN)/ruff check . && $(TEMPLATES) --check && $(BIN)/mypy && $(BIN)/lint-imports && $(BIN)/python manage.py makemigrations --check --dry-run && $(BIN)/python manage.py check
fix:   ; @$(READY) && $(BIN)/ruff check --fix . ; $(BIN)/ruff format . && $(TEMPLATES)
bench: ; @$(READY) && exec $(BIN)/python -m bench
drill: ; @$(READY) && exec $(BIN)/python -m operations.drill
stop:  ; @test ! -x $(BIN)/python || exec $(BIN)/python -m operations.serve stop
UV = $(BIN)/python -m uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock:  ; @$(READY) && $(BIN)/python -m pip install --quiet uv && $(UV) --group dev --output-file requirements.lock pyproject.toml && $(UV) -c requirements.lock --output-file requirements-production.lock pyproject.toml

# FILE says which file; a backup without it goes to build/backups under its date.
backup:  ; @$(READY) && exec $(BIN)/python -m operations.backup make
restore: ; @$(READY) && exec $(BIN)/python -m operations.backup restore
