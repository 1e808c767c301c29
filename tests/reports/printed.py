"""What a finished PDF promises, and what is printed on it."""

import io

import page as page_validation
import pdfplumber


def conforms(paper: bytes, profile: str) -> None:
    report = page_validation.validate_pdf_bytes(paper, profile=profile)
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def texts(paper: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(paper)) as document:
        return [page.extract_text() for page in document.pages]
