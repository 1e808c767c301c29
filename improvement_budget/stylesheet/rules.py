"""The site's style sheet: a file for each component in static/improvement_budget/css/, sent as one.

Joined when the process starts, for a page asks for one file, not for twenty; the address changes with the content.
"""

from pathlib import Path

from costing.frozen import digest

FOLDER = Path(__file__).parents[1] / "static" / "improvement_budget" / "css"

# The cascade: of two rules of one weight the later holds. What a component changes on paper stands after `print`.
COMPONENTS = (
    *(
        "base",
        "site",
        "page",
        "forms",
        "messages",
        "cards",
        "tables",
        "decisions",
        "audit",
        "sign-in",
        "sheet",
        "entry",
        "panel",
        "print",
    ),
    *("position", "line", "paste", "records", "drawdown", "draft", "findings", "choosing", "papers", "explaining", "lists"),
)

CONTENT = "\n".join((FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in COMPONENTS)
VERSION = digest(CONTENT)[:12]
