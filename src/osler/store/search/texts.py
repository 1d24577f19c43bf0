"""Strings: by the index of texts, or of a row at hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from osler.fhir.search.query import Strings
from osler.fhir.search.values import FURTHER_WORDS
from osler.store.search.lists import any_of, is_long, select_by_value

if TYPE_CHECKING:
    from osler.store.search.build import Build

LAST_CHARACTER = "\U0010ffff"
_WILD = re.compile(r"[\\%_]")


def drive_texts(build: Build, type_: str, criterion: Strings, row: str) -> str:
    select = f"SELECT s.rid FROM strings s WHERE {_of_param(build, type_, criterion, fenced=False)}"
    if criterion.contains or criterion.match != "starts":
        select += f" AND {_meets(build, criterion)}"
    else:
        select = select_by_value(build, select, criterion.values, _starts)
    return f"{row}.rid = ANY (ARRAY({select}))"


def fence_texts(build: Build, type_: str, criterion: Strings, row: str) -> str:
    """Of each row by itself. EXISTS would say the same, but under a plan for any values PostgreSQL prefers to gather all rows
    with such a text first: half a second instead of one millisecond, among 300,000 patients."""
    fits = f"{_of_param(build, type_, criterion, fenced=True)} AND {_meets(build, criterion)}"
    return f"coalesce((SELECT bool_or({fits}) FROM strings s WHERE s.rid = {row}.rid), false)"


def _of_param(build: Build, type_: str, criterion: Strings, *, fenced: bool) -> str:
    param = build.param(type_, criterion.param)
    of_param = f"arrayoverlap(ARRAY[s.param], {param})" if fenced else f"s.param = ANY ({param})"
    if criterion.comp:
        comp = build.comp(criterion.comp)
        return f"{of_param} AND {f'int8eq(s.comp, {comp})' if fenced else f's.comp = {comp}'}"
    if criterion.match == "starts":
        return f"{of_param} AND s.comp IN (0, {build.comp(FURTHER_WORDS)})"
    return f"{of_param} AND s.comp = 0"


def _meets(build: Build, criterion: Strings) -> str:
    if is_long(criterion.values):
        return _meets_one(build, criterion)
    if criterion.contains:
        return any_of([f"strpos(s.txt, {build.sql.arg(value, 'text')}) > 0" for value in criterion.values])
    if criterion.match == "ends":
        return any_of([_ends(build, value) for value in criterion.values])
    if criterion.match == "whole":
        return any_of([f"s.txt = {build.sql.arg(value, 'text')}" for value in criterion.values])
    return any_of([_starts(build, value) for value in criterion.values])


def _meets_one(build: Build, criterion: Strings) -> str:
    """The same of a long list, as patterns."""
    before = "%" if criterion.contains or criterion.match == "ends" else ""
    after = "%" if criterion.contains or criterion.match == "starts" else ""
    return like_any(build, "s.txt", [f"{before}{literally(value)}{after}" for value in criterion.values])


def like_any(build: Build, text: str, patterns: list[str]) -> str:
    return f"{text} LIKE ANY ({build.sql.arg(patterns, 'text[]')})"


def literally(value: str) -> str:
    """A value as part of a pattern."""
    return _WILD.sub(r"\\\g<0>", value)


def _ends(build: Build, value: str) -> str:
    return f"right(s.txt, {build.sql.arg(len(value), 'integer')}) = {build.sql.arg(value, 'text')}"


def _starts(build: Build, value: str) -> str:
    first, last = build.sql.arg(value, "text"), build.sql.arg(value + LAST_CHARACTER, "text")
    return f"(s.txt >= {first} AND s.txt < {last})"
