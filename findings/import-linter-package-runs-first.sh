#!/usr/bin/env bash
# import-linter 2.16 (grimp 3.20)
# Good guess: a kept contract "shop.prices.rules must not import json" proves that importing those rules loads no json.
# What happens: Python runs shop/prices/__init__.py first, and what that file imports belongs to the package, not to the module: the
# contract is kept while the import of the pure module loads what is forbidden.
# Why it matters: such contracts are how a project promises that its rules of money need no framework and no database. The promise
# holds only while the packages above are empty, and that is a test of one's own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet import-linter==2.16 grimp==3.20

mkdir -p shop/prices
touch shop/__init__.py
echo 'import json' > shop/prices/__init__.py
echo 'VAT = 20' > shop/prices/rules.py
cat > .importlinter <<'INI'
[importlinter]
root_package = shop
include_external_packages = true
[importlinter:contract:pure]
name = The rules are pure
type = forbidden
source_modules = shop.prices.rules
forbidden_modules = json
INI
venv/bin/pip list 2>/dev/null | grep -E '^(import-linter|grimp) '
PYTHONPATH=. venv/bin/python - <<'PY'
import sys
assert "json" not in sys.modules
import shop.prices.rules
assert "json" in sys.modules
print("after `import shop.prices.rules`, json is loaded")
PY
PYTHONPATH=. venv/bin/lint-imports --no-cache > seen 2>&1 || { echo 'CHANGED: the contract sees the package'; cat seen; exit 1; }
grep 'KEPT' seen

echo 'import json' >> shop/prices/rules.py   # the control: in the module itself it is seen
if PYTHONPATH=. venv/bin/lint-imports --no-cache > control 2>&1; then echo 'CHANGED: the control is kept'; exit 1; fi
grep 'BROKEN' control
