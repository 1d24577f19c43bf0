"""Taking a parameter's value apart at `,` `$` `|`, and the escapes that keep those characters (R4 search, escaping)."""

from __future__ import annotations

import re

from osler.core.errors import Invalid

_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
_SPLIT = {mark: re.compile(rf"(?:[^\\{mark}]|\\.)*", re.DOTALL) for mark in ",$|"}


def alternatives(value: str, name: str) -> list[str]:
    """The items of an OR list, still escaped; empty ones are left out."""
    if "\x00" in value or not _is_text(value):
        raise Invalid(f"{name} holds a character that no text can have.", path=name)
    return [item for item in split(value, ",") if item]


def _is_text(value: str) -> bool:
    """Has no half of a surrogate pair, as broken percent-encoding can leave behind."""
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)


def split(value: str, mark: str) -> list[str]:
    """The parts of a value between unescaped `mark`s, still escaped."""
    if "\\" not in value:
        return value.split(mark)
    parts: list[str] = []
    at = 0
    while at <= len(value):
        found = _SPLIT[mark].match(value, at)
        assert found is not None
        end = found.end()
        if end < len(value) and value[end] == "\\":  # a lone backslash at the very end: unescaped() will refuse it
            end += 1
        parts.append(value[at:end])
        at = end + 1
    return parts


def unescaped(part: str, name: str) -> str:
    """The text that was meant. Raises Invalid for an escape that the standard does not have."""
    if "\\" not in part:
        return part

    def meant(escape: re.Match[str]) -> str:
        if escape[1] not in ("\\", ",", "$", "|"):
            raise Invalid(rf"{name} has an unknown escape: only \, \| \$ and \\ are.", path=name)
        return escape[1]

    return _ESCAPE.sub(meant, part)
