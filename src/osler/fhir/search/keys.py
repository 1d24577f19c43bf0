"""Index tokens: the strings that equality in a search comes down to. Extraction and parsing both make them here.

A token is `param=key`. Keys of codes and identifiers are `system|code`, `code` (any system), `|code` (no system)
and `system|` (any code); those of references `Type/id` or a URL; those of URIs the URI. Inside systems and codes
`\\`, `|` and `$` are escaped as they are in a search, so that no two different pairs have one key.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from osler.fhir.datatypes.references import parse_reference

_SPECIAL = re.compile(r"[\\|$]")


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


class Literal(NamedTuple):
    """A literal reference as it is searched."""

    key: str
    """`Type/id` when it is local, else the URL or URN; versions dropped."""
    type: str
    """The type that its text names, empty when it names none."""
    id: str
    """Logical id on this server; empty when it is not local."""


@lru_cache(maxsize=16_384)
def literal(text: str, base_url: str = "") -> Literal:
    """Read the text of a reference; what is under `base_url`, if given, is local."""
    read = parse_reference(text)
    if read.kind == "relative" or (read.kind == "absolute" and base_url and read.base == base_url.rstrip("/")):
        return Literal(read.local, read.type, read.id)
    if read.kind == "absolute":
        return Literal(f"{read.base}/{read.local}", read.type, "")
    return Literal(text, "", "")


def canonical_keys(url: str) -> list[str]:
    """Keys of a canonical: without its version, and with it if it has one; the fragment is dropped."""
    url = url.partition("#")[0]
    bare, bar, version = url.rpartition("|")
    return [bare, url] if bar and bare and version else [url.rstrip("|")]


def canonical_key(url: str) -> str:
    """The key of a canonical as searched, with or without version."""
    return url.partition("#")[0]


def is_path(url: str) -> bool:
    """Whether `:above` and `:below` apply: a web address without fragment. What follows a `#` is often made anew for each resource."""
    return url.startswith(("http://", "https://")) and "#" not in url


def paths_above(url: str) -> list[str]:
    """The URL and every whole path that it begins with, each with and without the slash at its end."""
    scheme, _, rest = url.partition("://")
    parts = rest.rstrip("/").split("/")
    found = [f"{scheme}://{'/'.join(parts[:count])}" for count in range(len(parts), 0, -1)]
    return list(dict.fromkeys([url, *(each + end for each in found for end in ("", "/") if len(each) < len(url))]))


def number_key(number: Decimal) -> str:
    """A number for equality: the same for `5`, `5.0` and `5e0`."""
    return f"{number.normalize():f}"
