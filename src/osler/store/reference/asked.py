"""What was asked, taken apart: the parameter's name, its modifier or chain, the alternatives, the escapes."""

from __future__ import annotations

from dataclasses import dataclass

from osler.core.errors import Invalid

PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")


@dataclass(frozen=True, slots=True)
class Name:
    """`subject:Patient.name:exact` is code `subject`, modifier `Patient`, rest `name:exact`."""

    code: str
    modifier: str = ""
    rest: str = ""


def read_name(written: str) -> Name:
    head, _, rest = written.partition(".")
    code, _, modifier = head.partition(":")
    return Name(code, modifier, rest)


def split(written: str, separator: str) -> list[str]:
    r"""Cut at the separators that no backslash protects. The escapes stay: `unescape` comes last."""
    parts: list[str] = []
    current, i = "", 0
    while i < len(written):
        if written[i] == "\\" and i + 1 < len(written):
            current, i = current + written[i : i + 2], i + 2
        elif written[i] == separator:
            parts.append(current)
            current, i = "", i + 1
        else:
            current, i = current + written[i], i + 1
    return [*parts, current]


def alternatives(written: str) -> list[str]:
    """The items of an OR list; empty ones are as if not written."""
    return [item for item in split(written, ",") if item]


def unescape(written: str) -> str:
    out, i = "", 0
    while i < len(written):
        if written[i] == "\\":
            i += 1
            if written[i : i + 1] not in ("\\", ",", "|", "$"):
                raise Invalid("A backslash can only stand before one of \\ , | $.")
        out, i = out + written[i], i + 1
    return out


def read_prefix(written: str) -> tuple[str, str]:
    if written[:2] in PREFIXES:
        return written[:2], written[2:]
    return "eq", written
