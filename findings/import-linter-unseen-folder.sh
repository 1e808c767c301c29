#!/usr/bin/env bash
# import-linter 2.16 (grimp 3.20)
# Good guess: a layers contract that is `exhaustive` complains of whatever its list does not name, so a new folder cannot slip in.
# What happens: a folder without __init__.py is no part of the graph, though Python imports it happily. Nothing in it is checked,
# exhaustive stays green, and "Analyzed ... files" simply counts fewer.
# Why it matters: where code is split into folders by the dozen, one forgotten empty file switches every contract off for that
# folder, and no report says so. A test must hold that each folder with Python in it is a package.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet import-linter==2.16 grimp==3.20

mkdir -p shop/orders shop/stock
touch shop/__init__.py shop/orders/__init__.py shop/orders/{models,views}.py shop/stock/{models,views}.py
echo 'from shop.stock import views' > shop/stock/models.py   # against the order of the layers
cat > .importlinter <<'INI'
[importlinter]
root_package = shop
[importlinter:contract:shelves]
name = Views above models
type = layers
containers = shop.*
layers =
    (views)
    (models)
exhaustive = true
[importlinter:contract:folders]
name = Orders is the only folder
type = layers
containers = shop
layers = orders
exhaustive = true
INI
venv/bin/pip list 2>/dev/null | grep -E '^(import-linter|grimp) '
PYTHONPATH=. venv/bin/python -c 'import shop.stock.models; print("Python imports shop.stock.models")'

green() { PYTHONPATH=. venv/bin/lint-imports --no-cache > "$1" 2>&1; }
green without && echo 'without __init__.py: all contracts kept' || { echo 'CHANGED: the folder is seen'; cat without; exit 1; }
touch shop/stock/__init__.py
if green with; then echo 'CHANGED: the control is kept too'; exit 1; fi
grep -q 'shop.stock.models is not allowed to import shop.stock.views' with
grep -q -- '- shop.stock$' with
echo 'with an empty __init__.py: both contracts broken'
grep -h '^Analyzed' without with
