"""A QR code as SVG: dark modules on a light ground with its margin, whatever the theme, so that every camera reads it."""

from __future__ import annotations

from osler.render.qr.matrix import modules
from osler.render.svg.shapes import drawing, element

MARGIN = 4


def qr_code(text: str, label: str) -> str:
    """Draw it. `label` names it for those who do not see it; the text itself is not said. Raises TooLong."""
    grid = modules(text)
    side = len(grid) + 2 * MARGIN
    dark = "".join(
        f"M{x + MARGIN} {y + MARGIN}h1v1h-1z" for y, row in enumerate(grid) for x, is_dark in enumerate(row) if is_dark
    )
    ground = element("rect", width=side, height=side, class_="light")
    return drawing("qr", side, side, label, (ground, element("path", d=dark, class_="dark")))
