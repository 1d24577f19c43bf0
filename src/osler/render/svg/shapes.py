"""The few SVG elements that charts are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape


def number(value: float) -> str:
    """A coordinate with at most one digit after the point."""
    return str(value) if type(value) is int else f"{value:.1f}".removesuffix(".0")


def element(name: str, content: str = "", **attributes: str | float | None) -> str:
    """One element. `class_` means class and `text_anchor` text-anchor; None leaves an attribute out."""
    opening = name
    for key, value in attributes.items():
        if value is not None:
            opening += f' {_name(key)}="{escape(value) if isinstance(value, str) else number(value)}"'
    return f"<{opening}>{content}</{name}>" if content else f"<{opening}/>"


@lru_cache(maxsize=128)
def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def text(x: float, y: float, content: str, *, class_: str | None = None, anchor: str | None = None) -> str:
    return element("text", escape(content), x=x, y=y, class_=class_, text_anchor=anchor)


def path(points: Sequence[tuple[float, float]], class_: str) -> str:
    """A line through the points, drawn only where there are two at least."""
    if len(points) < 2:
        return ""
    steps = " L".join(f"{number(x)} {number(y)}" for x, y in points)
    return element("path", d=f"M{steps}", class_=class_)


def marker(x: float, y: float, state: str, size: float = 3, *, critical: bool = False, hollow: bool = False) -> str:
    """A point: round within its goal, a triangle up above it and down below it, so that colour is not needed."""
    kind = "pt hollow" if hollow else "pt"
    if state in ("high", "low"):
        tip, base = (-1.25, 0.85) if state == "high" else (1.25, -0.85)
        corners = ((x, y + tip * size), (x + 1.2 * size, y + base * size), (x - 1.2 * size, y + base * size))
        outline = " L".join(f"{number(a)} {number(b)}" for a, b in corners)
        return element("path", d=f"M{outline} Z", class_=f"{kind} {state}{' crit' if critical else ''}")
    return element("circle", cx=x, cy=y, r=size * 0.8, class_=kind)


def drawing(class_: str, width: float, height: float, label: str, parts: Iterable[str]) -> str:
    """The whole picture, named for those who do not see it."""
    size = f"0 0 {number(width)} {number(height)}"
    return element("svg", "".join(parts), class_=class_, viewBox=size, role="img", aria_label=label)
