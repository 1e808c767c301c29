"""The check of a draft paper: a Word document of 60 pages with 300 figures."""

from bench.measuring import Result, compare
from reports.draft.rules.known import known_figures
from reports.draft.rules.reading import read_upload
from reports.draft.rules.report import check
from tests.reports.draft.documents import document, paragraph
from tests.reports.schedules import published, schedule

WORDS = (
    "The service has reviewed its arrangements for early help and protection, and officers will report on progress at each "
    "meeting of the committee, as set out in the improvement action plan agreed with partners. "
)
FIGURES = (
    "Phase One costs £731k in 2016/17 and £1,123k in a full year, for 20 FTE.",
    "Phases One and Two cost £949k in 2016/17 with a full-year effect of £1,471k, for 27 FTE.",
    "In total £1,090k in 2016/17, £2,314k in 2017/18 and £2,266k in a full year.",
)
PARAGRAPHS = 400


def draft() -> Result:
    """From the file as it is uploaded to every finding; the reference reads the same file and does nothing more."""
    known = known_figures(schedule(published()))
    texts = (
        f"9.{at} {WORDS}{WORDS if at % 2 else ''}{FIGURES[at // 4 % 3] if at % 4 == 0 else ''}" for at in range(1, PARAGRAPHS + 1)
    )
    paper = document("".join(map(paragraph, texts)))
    figures = check(read_upload(paper), known).counted.all
    if figures != 300:
        raise RuntimeError(f"The paper has {figures} figures, not 300.")
    name = "check of a draft of 60 pages with 300 figures / reading its text"
    return compare(name, 2.0, lambda: check(read_upload(paper), known), lambda: read_upload(paper), rounds=15)
