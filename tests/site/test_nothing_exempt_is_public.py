"""Generated exempt names and figures are in no byte of any public address, whatever the bytes are packed in."""

import contextlib
import gzip
import html
import io
import itertools
import random
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import pdfplumber
import pikepdf
import pytest
import xlsxwriter
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from approvals.models import DecisionRecord, Drawdown
from posts.exempt.actions import exempt_line
from posts.exempt.rules import Field
from tests.approvals.case import KEY, NOW, Case, make_case
from tests.making import make_clerk

pytestmark = pytest.mark.django_db

EXEMPT = {"exempt_paragraph": "3", "public_interest": "It would tell a contractor the limit."}
MOST_DEEP = 6


def unpacked(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes as they came, and whatever is packed in them: gzip, zip (XLSX, DOCX, ODS), PDF with its streams and its text.

    Of a PDF itself the digits are left out: lengths and places in the file, some of which are as large as the figures.
    """
    yield re.sub(rb"\d+", b"", content) if content[:5] == b"%PDF-" else content
    if depth > MOST_DEEP:
        return
    inner: list[bytes] = []
    if content[:2] == b"\x1f\x8b":
        inner.append(gzip.decompress(content))
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            inner += [each.filename.encode() for each in parts.infolist()] + [parts.read(each) for each in parts.namelist()]
    elif content[:5] == b"%PDF-":
        inner += _of_pdf(content)
    elif content[:1] == b"\x78":
        with contextlib.suppress(zlib.error):
            inner.append(zlib.decompress(content))
    for each in inner:
        yield from unpacked(each, depth + 1)


def _of_pdf(content: bytes) -> Iterator[bytes]:
    with pikepdf.open(io.BytesIO(content)) as document:
        for each in document.objects:
            if isinstance(each, pikepdf.Stream):
                yield each.read_bytes()
        for text in _strings(document):
            yield text.encode()
    with pdfplumber.open(io.BytesIO(content)) as document:
        for page in document.pages:
            yield page.extract_text().encode()
            yield " ".join(word["text"] for word in page.extract_words(use_text_flow=True)).encode()


def _strings(document: pikepdf.Pdf) -> Iterator[str]:
    """Each string of the document as it reads, in whatever encoding it is kept: titles, outlines, ActualText, Alt, file names."""
    waiting: list[Any] = [*document.objects, document.trailer]
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.String):
            yield str(each)
        waiting += [part for part in _inside(each) if not getattr(part, "is_indirect", False)]


def _inside(each: Any) -> list[Any]:
    if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
        return [part for _, part in each.items()]
    return list(each) if isinstance(each, pikepdf.Array) else []


def said(content: bytes, secret: str) -> bool:
    """Whether the content says a name or a figure, in any of its parts, in the encodings of our files, however it is spaced."""
    for part in unpacked(content):
        for encoding in ("utf-8", "utf-16-be", "utf-16-le"):
            text = html.unescape(part.decode(encoding, errors="ignore"))
            plain = " ".join(re.sub(r"<[^<>]*>", " ", text).split()).casefold()
            packed = " ".join(text.split()).casefold()
            if any(re.search(rf"(?<!\d){re.escape(secret.casefold())}(?!\d)", each) for each in (plain, packed)):
                return True
    return False


def public_answers(client: Client, values: Mapping[str, list[Any]]) -> dict[str, bytes]:
    """Every address of the table of URLs, with every value there is for its parts, that answers without a session, or with 410;
    and what their pages lead to."""
    found: dict[str, bytes] = {}
    waiting = list(_addresses(get_resolver().url_patterns, "/", values))
    asked: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address in asked:
            continue
        asked.add(address)
        answer = client.get(address, headers={"accept-encoding": "gzip"})
        if answer.status_code not in (200, 410):
            continue
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        found[address] = content
        found[f"{address} (headers)"] = "\n".join(f"{name}: {value}" for name, value in answer.items()).encode()
        if "html" in answer.get("Content-Type", ""):
            waiting += _links(address, content.decode())
    return found


def _addresses(patterns: list[Any], before: str, values: Mapping[str, list[Any]]) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern).lstrip("^").rstrip("$")
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, route, values)
        elif isinstance(pattern, URLPattern):
            names = re.findall(r"<(?:\w+:)?(\w+)>", route)
            for chosen in itertools.product(*(values.get(name, [1, "x"]) for name in names)):
                each = iter(chosen)
                yield re.sub(r"<(?:\w+:)?\w+>", lambda _, each=each: str(next(each)), route)


def _links(address: str, page: str) -> list[str]:
    own = address.partition("?")[0]
    links = [html.unescape(each) for each in re.findall(r'(?:href|src|action)="([^"#]*)', page)]
    return [own + each if each.startswith("?") else each for each in links if each.startswith(("?", "/")) and each[:2] != "//"]


@pytest.fixture
def secrets() -> tuple[str, str, int, int]:
    """Two names and two amounts that nothing else in the site says: of six digits, for a PDF names places in itself by five."""
    chance = random.Random()
    word = lambda: "".join(chance.choice("bcdfghjklmnpqrstvwxz") + chance.choice("aeiou") for _ in range(5)).capitalize()  # noqa: E731
    first, second = chance.sample(range(111_111, 349_999), 2)
    return f"{word()} {word()}", f"{word()} {word()}", first, second


def _published(case: Case, secrets: tuple[str, str, int, int]) -> Drawdown:
    """Public decisions beside exempt ones: a line without its name, two without their costs, and a whole decision."""
    first, second, pounds, other = secrets
    given = {"paragraph": 2, "reason": "It would tell who leaves.", "by": make_clerk(), "at": NOW}
    nameless = case.line(title=first, comment=f"Held by {second}")
    exempt_line(line=nameless, **given)
    costs = [case.costing(amount) for amount in (pounds, other)]
    for line in costs:
        exempt_line(line=line, field=Field.AMOUNTS, **given)
    public = case.published(nameless, *costs, case.line(title="Head of service"))
    case.published(case.costing(3_000))
    kept = case.published(case.line(title=second), case=KEY | EXEMPT | {"reasons": f"{second} costs {pounds:,}."})
    case.correct(kept, right=f"{second} costs {pounds:,}.")
    case.correct(public)
    case.called_in(case.published(case.costing(2_000)))
    return public


def _values(case: Case) -> dict[str, list[Any]]:
    references = list(Drawdown.objects.values_list("reference", flat=True))
    numbers = [1, *DecisionRecord.objects.values_list("pk", flat=True)]
    return {"reference": references, "slug": [case.programme.slug, "clerk"], "pk": numbers, "kind": ["privacy"], "year": [2016]}


@pytest.fixture
def case() -> Case:
    return make_case()


def test_no_public_address_says_anything_exempt(case: Case, secrets: tuple[str, str, int, int]):
    public = _published(case, secrets)
    answers = public_answers(Client(), _values(case))
    assert {
        f"/published-decisions/{public.reference}/",
        f"/published-decisions/{public.reference}.pdf",
        f"/published-decisions/{public.reference}/corrections/1/",
        f"/published-decisions/{public.reference}/corrections/1.pdf",
        "/published-decisions.json",
        "/published-decisions.atom",
    } <= set(answers)
    assert any("format=csv" in each for each in answers)
    assert any("format=xlsx" in each for each in answers)
    first, second, pounds, other = secrets
    sought = [first, second, *(text for each in (pounds, other) for text in (f"{each:,}", str(each)))]
    assert [(address, each) for address, content in answers.items() for each in sought if said(content, each)] == []


def test_the_same_search_finds_what_is_public(case: Case, secrets: tuple[str, str, int, int]):
    """A control: a name that may be published is found on the page, in the PDF, the feed and each file of the list."""
    name = secrets[0]
    published = case.published(case.line(title=name))
    answers = public_answers(Client(), _values(case))
    found = {address for address, content in answers.items() if said(content, name)}
    assert {f"/published-decisions/{published.reference}/", f"/published-decisions/{published.reference}.pdf"} <= found
    title = {address for address, content in answers.items() if said(content, published.record.title)}
    assert {"/published-decisions.json", "/published-decisions.atom"} <= title
    assert {"csv", "xlsx"} <= {each.rpartition("format=")[2].partition("&")[0] for each in title if "format=" in each}


def _workbook(text: str) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        workbook.add_worksheet().write(0, 0, text)
    return file.getvalue()


def _pdf(text: str, place: str) -> bytes:
    file = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if place == "attached":
            document.attachments["data.xlsx"] = pikepdf.AttachedFileSpec(document, _workbook(text), filename="data.xlsx")
        elif place == "read aloud":
            document.Root.Lang = pikepdf.Array([pikepdf.Dictionary(ActualText=pikepdf.String(f"Für {text} – ja"))])
        else:
            document.docinfo["/Subject"] = pikepdf.String(f"“{text}”")
        document.save(file, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return file.getvalue()


@pytest.mark.parametrize("figure", ["Zyxwoman Redeployment", "43,217"])
def test_the_search_finds_what_is_planted(figure: str):
    for planted in (
        f"<p>{figure.replace(' ', '</b> <b>')}</p>".encode(),
        gzip.compress(figure.encode()),
        _workbook(f"For {figure}."),
        gzip.compress(_workbook(figure)),
        *(_pdf(figure, place) for place in ("attached", "read aloud", "subject")),
    ):
        assert said(planted, figure)
        assert not said(planted, "something else")
