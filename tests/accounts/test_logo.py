"""The council's logo: taken as a PNG, drawn again, kept in the database, and printed in every paper."""

import io
from typing import Any

import pdfplumber
import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin

from accounts.council.logo.actions import change_logo
from accounts.council.logo.queries import logo, look
from accounts.council.logo.rules import KEPT, NotALogo, drawn_again
from accounts.models import AuditEntry, CouncilLogo
from printing.engine import draw
from printing.look import Look
from tests.making import NOON, make_administrator, make_clerk
from tests.refusals import refused_by
from tests.reports.printed import conforms
from tests.reports.reading import reads_well

PAGE = '<html lang="en-GB"><head><title>A paper</title></head><body><h1>A paper</h1></body></html>'


def png(size: tuple[int, int] = (600, 200), mode: str = "RGBA", **saved: Any) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, 1).save(written, "PNG", **saved)
    return written.getvalue()


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "LA", "P", "1", "I;16"])
@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_a_paper_with_a_logo_of_any_kind_of_png_conforms(mode: str, profile: str):
    paper = draw(PAGE, "report.css", look=Look("#ffdd00", drawn_again(png(mode=mode)), "Logo of the council"))
    conforms(paper, profile)
    with pdfplumber.open(io.BytesIO(paper)) as document:
        (image,) = document.pages[0].images
    assert image["height"] <= 12.1 * 72 / 25.4
    assert image["x1"] < 297  # the top right stays clear


def test_a_logo_is_drawn_again_smaller_and_without_what_else_was_in_the_file():
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", "Somebody")
    kept = drawn_again(png((3000, 3000), pnginfo=said))
    assert b"Somebody" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (KEPT[1], KEPT[1])
    assert drawn_again(kept) == kept


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "Save an SVG"),
        (b"", "not a PNG"),
        (png()[:40], "damaged"),
        (png((4001, 2)), "4,001 by 2 pixels"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 1024 * 1024, "up to 1 MB"),
    ],
)
def test_what_is_no_small_png_is_refused_in_words(content: bytes, said: str):
    with pytest.raises(NotALogo, match=said):
        drawn_again(content)


@pytest.mark.parametrize(("colour", "on_it"), [("#1d3557", "#fff"), ("#ffdd00", "#111")])
def test_words_on_the_colour_can_be_read(colour: str, on_it: str):
    html = Look(colour).applied(PAGE, opens=True)
    assert f"thead{{background:{colour};color:{on_it}}}" in html
    assert (f"h1{{color:{colour}}}" in html) == (on_it == "#fff")


@pytest.mark.django_db
def test_an_administrator_sends_a_logo_sees_it_and_removes_it(client: Client):
    client.force_login(make_administrator())
    assert client.get("/settings/logo.png").status_code == 404
    refused = client.post("/settings/logo/", {"logo": SimpleUploadedFile("logo.svg", b"<svg/>")})
    assert "Save an SVG" in refused.content.decode()
    assert client.post("/settings/logo/", {"logo": SimpleUploadedFile("logo.png", png())}).status_code == 302
    assert client.get("/settings/logo.png").content == logo() == drawn_again(png())
    assert look().logo == logo()
    assert client.post("/settings/logo/", {"do": "remove"}).status_code == 302
    assert logo() == b""
    assert AuditEntry.objects.filter(action="council_logo_changed").count() == 2


@pytest.mark.django_db
def test_the_same_logo_again_changes_nothing_and_only_an_administrator_changes_it():
    for _ in range(2):
        change_logo(content=drawn_again(png()), by=make_administrator(), at=NOON)
    assert AuditEntry.objects.filter(action="council_logo_changed").count() == 1
    with pytest.raises(PermissionDenied):
        change_logo(content=b"", by=make_clerk(), at=NOON)


@pytest.mark.parametrize(
    ("rule", "values"), [("council_logo_is_one_row", {"pk": 2}), ("council_logo_is_small", {"content": b"x" * (512 * 1024 + 1)})]
)
@pytest.mark.django_db
def test_the_database_holds_one_small_logo(rule: str, values: dict[str, Any]):
    with refused_by(rule):
        CouncilLogo(**({"pk": 1} | values)).save(force_insert=True)


def test_a_paper_with_a_logo_reads_well_and_says_whose_it_is():
    paper = draw(PAGE, "decision.css", look=Look(logo=drawn_again(png()), called="Logo of the council"))
    reads_well(paper)
    with pikepdf.open(io.BytesIO(paper)) as document:
        assert "Logo of the council" in [str(item.Alt) for item in document.objects if "/Alt" in getattr(item, "keys", tuple)()]
