"""`:text` and `:below`: tokens whose text begins so. The vocabulary gives their hashes, the token index the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.fhir.search.query import Phrases
from osler.fhir.search.text import LONGEST

if TYPE_CHECKING:
    from osler.store.search.build import Build

LAST_CHARACTER = "\U0010ffff"


def hashes_of(build: Build, type_: str, criterion: Phrases) -> str:
    """SQL array of the hashes of all tokens that meet the criterion. It stands for itself, so it is read once."""
    options = " OR ".join(_option(build, criterion.kind, value) for value in criterion.values)
    param = build.param(type_, criterion.param)
    return f"ARRAY(SELECT p.hash FROM phrase p WHERE p.param = ANY ({param}) AND ({options}))"


def _option(build: Build, kind: str, value: str) -> str:
    if kind == "text":
        return f"({_begins(build, value)} OR strpos(p.txt, {build.sql.arg(' ' + value, 'text')}) > 0)"
    mark = "." if kind == "version" else "" if value.endswith("/") else "/"
    return f"(p.txt = {build.sql.arg(value[:LONGEST], 'text')} OR {_begins(build, value + mark)})"


def _begins(build: Build, value: str) -> str:
    value = value[:LONGEST]
    return f"(p.txt >= {build.sql.arg(value, 'text')} AND p.txt < {build.sql.arg(value + LAST_CHARACTER, 'text')})"
