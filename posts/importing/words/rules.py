"""What the words of a row say of it: a post, a team, a note, a working beside the table. Pure."""

import re
from functools import lru_cache

from posts.importing.units.rules import TAGS

LONGEST_NAME = 120

_POST = re.compile(
    r"\b(?:post|posts|role|roles|manager|officer|worker|workers|consultant|analyst|administrator|admin|clerk|director|lead|"
    r"head of|head|"
    r"practitioner|assistant|adviser|advisor|co-?ordinator|chair|minute taker|reviewer|secretary|lawyer|solicitor|accountant|"
    r"nurse|"
    r"therapist|psychologist|teacher|trainer|mentor|apprentice|supervisor|specialist|technician|auditor|buyer|commissioner|"
    r"deputy|agency|interim|locum|vacancy|vacant|fte|wte|iro|ip|sw|asye|tbc|to be confirmed|to be agreed|tba)s?\b",
    re.IGNORECASE,
)
_TEAM = re.compile(
    r"\b(?:team|teams|service|services|unit|section|department|division|directorate|group|hub|care|planning|assessment|resources|"
    r"support|partnership|office|function|area|locality|north|south|east|west|central)\)?$",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:notes?|n\.?b\.?|source|sources|key|prepared|printed|produced|updated|version|page|draft|as at|assumes?|assumptions?|"
    r"excl\b|excludes?|excluding|incl\b|includes?|including|of which|costs? (?:include|exclude|are|is|shown|based)|"
    r"figures?|amounts?|all figures|please note|see|based on|total resources include|"
    r"subject to|on-? ?costs\b|top of (?:scale|grade)|copyright|confidential|official|\*|†|‡|\d{1,2}[.)] )",
    re.IGNORECASE,
)
_WORKING = re.compile(
    r"(?:check|checks|check total|control|control total|checksum|difference|differences|diff|variance|variances|"
    r"rounding|balance(?: .{1,40})?|"
    r"balancing (?:figure|item)|"
    r"(?:budget|funding|resources?|money|amount|headroom)(?: still)? (?:available|remaining|left|allocated|approved)|"
    r"(?:available|remaining|existing|current|approved|original|base|total) (?:budget|funding|balance)|headroom|"
    r"(?:over|under)[ /-]*(?:\(?(?:over|under)\)?)?[ /-]*(?:spend|commitment|committed)?|"
    r"of which\b.{0,80}|(?:funded|financed|met|paid) (?:by|from) .{1,60}|funding from .{1,60}|(?:surplus|"
    r"deficit)[ /]*\(?(?:surplus|deficit)?\)?|"
    r"shortfall|surplus|deficit|"
    r"unallocated|variance to budget|limit|memo(?:randum)?(?: item)?|per ledger|ledger|"
    r"(?:less:? )?budget(?: (?:available|allocated|approved))?|available|"
    r"remaining|(?:amount |money |sum )?(?:still )?(?:left|remaining)"
    r"(?: to (?:spend|allocate|draw|commit))?|"
    r"(?:amount |money |sum |total )?(?:released|approved|drawn|drawn down|allocated)(?: to date)?|"
    r"release(?: (?:of|in) .{1,40}| [a-z]+ \d{4})?|"
    r"(?:increase|decrease|movement|change)(?: (?:on|from) .{1,40})?|average(?: .{1,40})?|"
    r"(?:%|per ?cent|percentage)(?: .{1,40})?|(?:difference|variance|diff|check)\b.{0,40})\W*",
    re.IGNORECASE,
)
_OPEN_END = re.compile(r"(?:\b(?:of|and|for|to|the|with|in|or|a|an|on|&)|[-,(/&])\Z", re.IGNORECASE)


def plain(text: str) -> str:
    """Text on one line without mark-up."""
    return " ".join((TAGS.sub("", text) if "<" in text else text).split())


@lru_cache(maxsize=32_768)
def looks_like_post(text: str) -> bool:
    """Whether words name a post rather than a team."""
    return bool(_POST.search(text)) and not _TEAM.search(text)


@lru_cache(maxsize=32_768)
def looks_like_team(text: str) -> bool:
    """Whether words name a team."""
    return bool(_TEAM.search(plain(text))) and not _POST.search(text)


@lru_cache(maxsize=32_768)
def looks_like_note(text: str) -> bool:
    """Whether a row of text alone is a remark on the table."""
    bare = plain(text)
    whole = (bare[:1], bare[-1:]) in (("(", ")"), ("[", "]"))
    return whole or len(bare) > LONGEST_NAME or bool(_NOTE.match(bare)) or (bare.endswith(".") and " " in bare)


@lru_cache(maxsize=32_768)
def looks_like_working(text: str) -> bool:
    """Whether a row with figures is a working beside the table: a check, a difference, the money there is."""
    return bool(_WORKING.fullmatch(plain(text)))


def goes_on(text: str, following: str) -> bool:
    """Whether a text alone in its row is the beginning of the title in the row below it."""
    return bool(_OPEN_END.search(plain(text))) or bool(re.match(r"[a-z(]", plain(following)))
