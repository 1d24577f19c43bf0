"""`:text` and `:below`: tokens whose text begins so. The vocabulary gives their hashes, the token index the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.fhir.search.query import Phrases
from osler.fhir.search.text import LONGEST
from osler.store.search.lists import any_of, is_long
from osler.store.search.texts import LAST_CHARACTER, like_any, literally

if TYPE_CHECKING:
    from osler.store.search.build import Build


def hashes_of(build: Build, type_: str, criterion: Phrases) -> str:
    """SQL array of the hashes of all tokens that meet the criterion. It stands for itself, so it is read once."""
    if is_long(criterion.values):
        options = like_any(build, "p.txt", [p for value in criterion.values for p in _patterns(criterion.kind, value)])
    else:
        options = any_of([_option(build, criterion.kind, value) for value in criterion.values])
    param = build.param(type_, criterion.param)
    return f"ARRAY(SELECT p.hash FROM phrase p WHERE p.param = ANY ({param}) AND {options})"


def _option(build: Build, kind: str, value: str) -> str:
    if kind == "text":
        return f"({_begins(build, value)} OR strpos(p.txt, {build.sql.arg(' ' + value, 'text')}) > 0)"
    return f"(p.txt = {build.sql.arg(value[:LONGEST], 'text')} OR {_begins(build, value + _mark(kind, value))})"


def _patterns(kind: str, value: str) -> tuple[str, str]:
    """The same as two patterns of a whole text."""
    if kind == "text":
        return f"{literally(value[:LONGEST])}%", f"% {literally(value)}%"
    return literally(value[:LONGEST]), f"{literally((value + _mark(kind, value))[:LONGEST])}%"


def _mark(kind: str, value: str) -> str:
    """What has to stand between a URL or version and what goes on after it."""
    return "." if kind == "version" else "" if value.endswith("/") else "/"


def _begins(build: Build, value: str) -> str:
    value = value[:LONGEST]
    return f"(p.txt >= {build.sql.arg(value, 'text')} AND p.txt < {build.sql.arg(value + LAST_CHARACTER, 'text')})"
