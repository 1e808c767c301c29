"""What the numbering and the styles of a Word document say. The standard library only: a bounded process imports this."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from reports.draft.rules.package import tree_of
from reports.draft.rules.word_lists import Level, Lists


def value_of(element: Element | None, otherwise: str = "") -> str:
    return otherwise if element is None else element.get("val", otherwise)


def whole(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else otherwise


def is_on(element: Element | None) -> bool:
    return element is not None and element.get("val", "1") not in ("0", "false", "off")


def lists_of(xml: bytes | None) -> Lists:
    """What numbering.xml says; no lists without it."""
    lists = Lists()
    if xml is None:
        return lists
    root = tree_of(xml)
    for abstract in root.iter("abstractNum"):
        levels = lists.levels.setdefault(abstract.get("abstractNumId", ""), {})
        for level in abstract.findall("lvl"):
            levels[whole(level.get("ilvl", ""), 0)] = _level(level)
    for number in root.findall("num"):
        list_id, abstract_id = number.get("numId", ""), value_of(number.find("abstractNumId"))
        for override in number.findall("lvlOverride"):
            at = whole(override.get("ilvl", ""), 0)
            if (start := override.find("startOverride")) is not None:
                lists.restarts.setdefault(list_id, {})[at] = whole(value_of(start), 1)
            if (shape := override.find("lvl")) is not None:
                own = f"{abstract_id} in {list_id}"
                lists.levels.setdefault(own, dict(lists.levels.get(abstract_id, {})))[at] = _level(shape)
                abstract_id = own
        lists.abstract_of[list_id] = abstract_id
    return lists


def _level(level: Element) -> Level:
    return Level(
        start=whole(value_of(level.find("start"), "1"), 1),
        look=value_of(level.find("numFmt"), "decimal"),
        pattern=value_of(level.find("lvlText"))[:100],
        style=value_of(level.find("pStyle")),
        restarts=value_of(level.find("lvlRestart"), "1") != "0",
        all_decimal=is_on(level.find("isLgl")),
    )


@dataclass
class Style:
    """What a style says that matters here. `raised`: its letters stand above the line, as the marks of notes do."""

    based_on: str = ""
    list_id: str = ""
    level: str = ""
    heading: bool = False
    contents: bool = False
    """Whether it is that of an entry in a table of contents."""
    raised: bool = False


def styles_of(xml: bytes | None) -> dict[str, Style]:
    """The styles by their id; none without styles.xml."""
    if xml is None:
        return {}
    styles = {}
    for style in tree_of(xml).findall("style"):
        name = value_of(style.find("name")).lower()
        styles[style.get("styleId", "")] = Style(
            based_on=value_of(style.find("basedOn")),
            list_id=value_of(style.find("pPr/numPr/numId")),
            level=value_of(style.find("pPr/numPr/ilvl")),
            heading=bool(re.fullmatch(r"heading [1-9]|title", name)) or style.find("pPr/outlineLvl") is not None,
            contents=bool(re.fullmatch(r"(?:toc|contents) [1-9]|table of figures", name)),
            raised=value_of(style.find("rPr/vertAlign")) == "superscript",
        )
    return styles
