"""The characters of a draft, made plain once where it comes in: what looks alike is alike from there on. Pure."""

import re

_ALIKE = str.maketrans(
    {
        **dict.fromkeys(map(chr, (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x200E, 0x200F)), ""),
        **dict.fromkeys(map(chr, (0x2010, 0x2011, 0x2012, 0x2043, 0x2212, 0xFE63, 0xFF0D)), "-"),
        **dict.fromkeys(map(chr, (0x2044, 0x2215, 0xFF0F)), "/"),
        **dict.fromkeys(map(chr, (0xA0, 0x202F, 0x205F, 0x3000, 0x1680, *range(0x2000, 0x200B))), " "),
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        "\N{FULLWIDTH POUND SIGN}": "£",
        "\N{FULLWIDTH COMMA}": ",",
        "\N{FULLWIDTH FULL STOP}": ".",
        "\N{LATIN SMALL LIGATURE FF}": "ff",
        "\N{LATIN SMALL LIGATURE FI}": "fi",
        "\N{LATIN SMALL LIGATURE FL}": "fl",
        "\u2028": "\n",
        "\u2029": "\n",
    }
)
_IN_GROUPS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:[\xa0\u202f\u2007\u2008\u2009][0-9]{3})+(?![0-9])")
_RAISED = re.compile(r"(?<=[0-9kmKM%)])[⁰¹²³⁴⁵⁶⁷⁸⁹]+")


def plain(text: str) -> str:
    """The text with one kind of hyphen, space, solidus and digit, nothing invisible, and no raised mark of a note at a figure.

    Digits in groups that a no-break space parts (1 090) are written with a comma: an ordinary space parts two figures.
    """
    if text.isascii():
        return text
    grouped = _IN_GROUPS.sub(lambda match: re.sub(r"[^0-9]", ",", match[0]), _RAISED.sub("", text))
    return grouped.translate(_ALIKE)
