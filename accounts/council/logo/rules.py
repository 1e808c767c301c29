"""A logo as it is kept: a PNG drawn again from its pixels, so that nothing else that a file can hold gets into a paper."""

from io import BytesIO

LARGEST = 1024 * 1024
"""Bytes of the file that is sent."""
MOST_PIXELS = 4000
"""Across and down."""
KEPT = (1200, 400)
"""At most so many pixels are kept, across and down: 12 mm high in print."""
LARGEST_KEPT = 512 * 1024
"""Bytes that are kept; the database holds it too."""


class NotALogo(ValueError):
    """Its text is a sentence for the user."""


def drawn_again(content: bytes) -> bytes:
    """The PNG of the same picture, without what else stood in the file. Raises NotALogo.

    SVG is refused: it can hold scripts and addresses, and no library that we use cleans it.
    """
    from PIL import Image, UnidentifiedImageError

    if len(content) > LARGEST:
        raise NotALogo("The logo may have up to 1 MB.")
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        raise NotALogo("The logo is not a PNG file. Save an SVG, JPEG or PDF logo as PNG first.")
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as image:
            if max(image.size) > MOST_PIXELS:
                raise NotALogo(f"The logo has {image.width:,} by {image.height:,} pixels: up to 4,000 by 4,000 are taken.")
            picture = image.convert("RGBA" if image.has_transparency_data else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, NotALogo):
            raise
        raise NotALogo("The logo cannot be read: the file is damaged.") from None
    picture.thumbnail(KEPT)
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    if written.tell() > LARGEST_KEPT:
        raise NotALogo("The logo holds too much detail for print: save it smaller, such as 600 pixels across.")
    return written.getvalue()
