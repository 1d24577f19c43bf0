"""Search expressions: split at the top-level bars, written one way, and followed through the structures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiling.structures import Row

CAST_IN_PARENTHESES = re.compile(r"^\((\S+) as (\w+)\)(.*)$")
STEP = re.compile(r"\.?([A-Za-z]\w*)(\[\d+\]|\((?:[^()]|\(\))*\))?")
RESOLVES_TO = re.compile(r"resolve\(\) is (\w+)")
TYPE_SLIPS = {"DateTime": "dateTime"}
"""`value.as(DateTime)` in code-value-date of R4: there is no such type."""


def split(expression: str) -> list[str]:
    """Alternatives at the top level, each in the one way of writing."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(expression):
        depth += (character == "(") - (character == ")")
        if character == "|" and not depth:
            parts.append(expression[start:index])
            start = index + 1
    return [_clean(part) for part in [*parts, expression[start:]] if part.strip()]


def _clean(part: str) -> str:
    text = part.strip()
    text = CAST_IN_PARENTHESES.sub(r"\1.as(\2)\3", text)
    text = re.sub(r"where\(\s*(\w+)\s*=\s*", r"where(\1=", text)
    text = text.replace(".valueDateTime", ".value.as(dateTime)")
    return re.sub(r"as\((\w+)\)", lambda m: f"as({TYPE_SLIPS.get(m[1], m[1])})", text)


def base_of(part: str) -> str:
    return re.match(r"[A-Za-z]+", part).group()  # pyright: ignore[reportOptionalMemberAccess]


def follow(part: str, structures: dict[str, list[Row]]) -> list[Row]:
    """Rows of the elements that an alternative ends at; raises ValueError where it leads nowhere."""
    steps = list(STEP.finditer(part))
    keys, rows = [steps[0][1]], []
    for step in steps[1:]:
        name, argument = step[1], step[2] or ""
        if argument.startswith("("):
            rows = list(_function(name, argument[1:-1], rows))
        else:
            rows = [row for key in keys for row in structures[key] if name in (row[0], row[4])]
        keys = list(dict.fromkeys(row[6] for row in rows if row[6]))
        if not rows:
            raise ValueError(f"{part} leads nowhere at {name}")
    return rows


def _function(name: str, argument: str, rows: list[Row]) -> Iterator[Row]:
    if name == "as":
        yield from (row for row in rows if row[1] == [argument])
    elif target := RESOLVES_TO.search(argument):
        yield from ([*row[:5], [target[1]], *row[6:]] for row in rows if row[1] == ["Reference"])
    else:
        yield from rows
