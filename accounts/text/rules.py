"""What text may be typed. Everything visible is welcome; characters nobody can see are not."""

import unicodedata

from django.core.exceptions import ValidationError

_LINE_BREAKS = "\n\r\t"


def visible_text(text: str) -> None:
    """Refuse characters that hide in text and turn round or cut what a reader sees (direction marks, NUL, controls)."""
    if text.isprintable():  # most texts: nothing in it is hidden
        return
    for character in text:
        category = unicodedata.category(character)
        if category in ("Cc", "Cf", "Cs") and character not in _LINE_BREAKS and character not in "\u00ad\u200d":
            name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
            raise ValidationError(
                f"Remove the hidden character from this text ({name}): it cannot be seen and can change what others read.",
                code="hidden_character",
            )
