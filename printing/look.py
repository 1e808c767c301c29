"""The council's colour and logo in a paper: some rules after those of its stylesheet, and a picture on its first page."""

from base64 import b64encode
from dataclasses import dataclass
from html import escape

from display.formats import contrast_with_white


@dataclass(frozen=True, slots=True)
class Look:
    """A colour as #rrggbb; the logo as the bytes of a PNG, or none; what the logo is called for those who hear it."""

    colour: str = "#1d3557"
    logo: bytes = b""
    called: str = ""

    def applied(self, html: str, *, opens: bool) -> str:
        """The page in this colour; if it `opens` the paper, with the logo."""
        html = html.replace("</head>", f"<style>{self._rules()}</style></head>", 1)
        if not (opens and self.logo):
            return html
        source = f"data:image/png;base64,{b64encode(self.logo).decode()}"
        return html.replace("<body>", f'<body><p class="logo"><img alt="{escape(self.called)}" src="{source}"/></p>', 1)

    def _rules(self) -> str:
        is_dark = contrast_with_white(self.colour) >= 4.5  # not money: a contrast ratio
        # On white a light colour is drawn as an edge only: nobody could read it.
        heading = f"h1{{color:{self.colour}}}" if is_dark else ""
        return (
            f"thead{{background:{self.colour};color:{'#fff' if is_dark else '#111'}}}"
            f".status{{border-left-color:{self.colour}}}{heading}"
            ".logo{margin:0 0 3mm}.logo img{max-width:60mm;max-height:12mm;"
            "image-rendering:crisp-edges}"  # WeasyPrint 70 asks readers to smooth pictures otherwise, which PDF/A forbids
        )
