#!/usr/bin/env bash
# WeasyPrint 70.0, checked by page-validation 0.11.0
# Good guess: a paper that is asked for as PDF/A (pdf_variant="pdf/a-3a") conforms with a picture in it as it does without one.
# What happens: each PNG is written with /Interpolate true, which asks readers to smooth it. ISO 19005-3 (6.2.8) forbids exactly that
# in every PDF/A. Only `image-rendering: crisp-edges` in the stylesheet, which says how a picture is scaled on a screen, leaves it out.
# Why it matters: a letterhead with a logo makes a file that an archive refuses, although nothing warns. Set the rule on every picture.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet weasyprint==70.0 page-validation==0.11.0
venv/bin/pip list 2>/dev/null | grep -iE '^(weasyprint|page-validation) '
venv/bin/python - <<'PY'
import struct
import zlib
from base64 import b64encode

import page
from weasyprint import HTML


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


head, rows = struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0), (b"\0" + b"\x10\x20\x30" * 4) * 4
png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
picture = f'<img alt="A logo" style="STYLE" src="data:image/png;base64,{b64encode(png).decode()}">'


def refused(body):
    paper = HTML(string=f'<html lang="en"><title>A paper</title><p>Words {body}').write_pdf(pdf_variant="pdf/a-3a")
    return {failure.rule_id for failure in page.validate_pdf_bytes(paper, profile="3a").failures}


RULE = "PDFA3A-IMAGE-INTERPOLATE-001"
found = {name: RULE in refused(body) for name, body in {
    "without a picture": "",
    "with a picture": picture.replace("STYLE", ""),
    "with a picture, image-rendering: crisp-edges": picture.replace("STYLE", "image-rendering: crisp-edges"),
}.items()}
for name, is_refused in found.items():
    print(f"{name}: {'refused for /Interpolate' if is_refused else 'not refused for it'}")
assert list(found.values()) == [False, True, False]
PY
