"""Index tokens: the strings that equality in a search comes down to. Extraction and parsing both make them here.

A token is `param=key`. Keys of codes and identifiers are `system|code`, `code` (any system), `|code` (no system)
and `system|` (any code); those of references `Type/id` or a URL; those of URIs the URI. Inside systems and codes
`\\`, `|` and `$` are escaped as they are in a search, so that no two different pairs have one key.
"""

from __future__ import annotations

import re
from decimal import Decimal

_SPECIAL = re.compile(r"[\\|$]")
_LOCAL = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9.\-]{1,64})(?:/_history/[A-Za-z0-9.\-]{1,64})?", re.ASCII)
_HISTORY = re.compile(r"/_history/[A-Za-z0-9.\-]{1,64}$", re.ASCII)


def escaped(text: str) -> str:
    """Text as it stands inside a key."""
    return _SPECIAL.sub(r"\\\g<0>", text) if "|" in text or "$" in text or "\\" in text else text


def token_keys(system: str | None, code: str | None) -> list[str]:
    """Every key that a search for this system and code may come down to; the first is the most precise."""
    if not code:
        return [escaped(system) + "|"] if system else []
    code = escaped(code)
    if not system:
        return ["|" + code, code]
    system = escaped(system)
    return [f"{system}|{code}", code, system + "|"]


def token_key(system: str | None, code: str) -> str:
    """The key of one token as searched: `system` None is any, empty is none; an empty code is any code."""
    if system is None:
        return escaped(code)
    return f"{escaped(system)}|{escaped(code)}"


def of_type_key(system: str, code: str, value: str) -> str:
    """The key of `:of-type`: an identifier's value under one coding of its type."""
    return f"{escaped(system)}|{escaped(code)}|{escaped(value)}"


def fold_contact(value: str) -> str:
    """A telephone number or address as ContactPoint keys hold it: case folded."""
    return value.casefold()


def present(param: str) -> str:
    """The token that says that a parameter has any element (`:missing`)."""
    return param + ":present"


def local_reference(text: str, base_url: str = "") -> tuple[str, str] | None:
    """Type and id of a literal local reference, its version dropped; None for URLs elsewhere, URNs and fragments."""
    if base_url and text.startswith(base_url):
        text = text[len(base_url) :].lstrip("/")
    found = _LOCAL.fullmatch(text)
    return (found[1], found[2]) if found else None


def unversioned(url: str) -> str:
    """An absolute reference without its `/_history/…`."""
    return _HISTORY.sub("", url) if "/_history/" in url else url


def canonical_keys(url: str) -> list[str]:
    """Keys of a canonical: without its version, and with it if it has one; the fragment is dropped."""
    url = url.partition("#")[0]
    bare, bar, version = url.rpartition("|")
    return [bare, url] if bar and bare and version else [url.rstrip("|")]


def canonical_key(url: str) -> str:
    """The key of a canonical as searched, with or without version."""
    return url.partition("#")[0]


def number_key(number: Decimal) -> str:
    """A number for equality: the same for `5`, `5.0` and `5e0`."""
    return f"{number.normalize():f}"
