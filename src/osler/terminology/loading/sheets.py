"""Rows of .xlsx workbooks: text of cells, sheet by sheet, read as they come."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from osler.core.errors import Invalid
from osler.terminology.loading.parts import DAMAGED, Part
from osler.terminology.loading.xml import Node, pieces

MAX_COLUMNS = 1000
MAX_STRINGS = 2_000_000
_IN_MEMORY = 16 << 20
_CELL = re.compile(r"([A-Z]{1,3})\d+")


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    rows: Callable[[], Iterator[list[str]]]
    """Walks the rows; cells that are not there are empty."""


def sheets(part: Part, step: Callable[[int], None]) -> Iterator[Sheet]:
    """The sheets in the workbook's order, good for as long as the walk goes on. Raises Invalid for what is no workbook."""
    with part.opened() as stream, tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
        shutil.copyfileobj(stream, copy)  # a workbook is read from its end, which a file inside an archive cannot be
        try:
            archive = zipfile.ZipFile(copy)
        except (*DAMAGED, ValueError) as error:
            raise Invalid(f"{part.base} is no workbook, or is cut off or damaged.") from error
        with archive:
            yield from _sheets(_Book(archive, part), step)


class _Book:
    """A workbook's files as parts of their own."""

    def __init__(self, archive: zipfile.ZipFile, part: Part) -> None:
        self._archive, self._part = archive, part

    def file(self, name: str) -> Part | None:
        try:
            info = self._archive.getinfo(name)
        except KeyError:
            return None
        return Part(self._part.base, info.file_size, info.compress_size, lambda: self._archive.open(info))


def _sheets(book: _Book, step: Callable[[int], None]) -> Iterator[Sheet]:
    workbook, relations = book.file("xl/workbook.xml"), book.file("xl/_rels/workbook.xml.rels")
    if workbook is None or relations is None:
        raise Invalid("That is no Excel workbook (.xlsx).")
    targets = {
        node.attributes.get("Id", ""): node.attributes.get("Target", "")
        for node in pieces(relations, {"Relationship"}, "Relationships", step)
    }
    strings = list(_shared_strings(book, step))
    for node in pieces(workbook, {"sheet"}, "workbook", step):
        target = targets.get(node.attributes.get("r:id", ""), "")
        name = target.lstrip("/") if target.startswith("/") else (PurePosixPath("xl") / target).as_posix()
        if part := book.file(name):
            yield Sheet(node.attributes.get("name", ""), _walker(part, strings, step))


def _walker(part: Part, strings: list[str], step: Callable[[int], None]) -> Callable[[], Iterator[list[str]]]:
    return lambda: (_row(node, strings, part) for node in pieces(part, {"row"}, "worksheet", step))


def _shared_strings(book: _Book, step: Callable[[int], None]) -> Iterator[str]:
    part = book.file("xl/sharedStrings.xml")
    if part is None:
        return
    for number, node in enumerate(pieces(part, {"si"}, "sst", step)):
        if number >= MAX_STRINGS:
            raise Invalid(f"{part.base} holds over {MAX_STRINGS:,} texts; no release file does.")
        yield _text(node)


def _text(node: Node) -> str:
    """The texts of a string with or without runs of different fonts; phonetic hints are no part of it."""
    own = "".join(child.text for child in node.all("t"))
    return own + "".join(child.text for run in node.all("r") for child in run.all("t"))


def _row(node: Node, strings: list[str], part: Part) -> list[str]:
    row: list[str] = []
    for cell in node.all("c"):
        match = _CELL.fullmatch(cell.attributes.get("r", ""))
        column = _number(match[1]) if match else len(row)
        if column >= MAX_COLUMNS:
            raise Invalid(f"{part.base} has over {MAX_COLUMNS:,} columns; no release file has.")
        row.extend([""] * (column + 1 - len(row)))
        row[column] = _value(cell, strings, part)
    return row


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: Node, strings: list[str], part: Part) -> str:
    kind, value = cell.attributes.get("t", "n"), cell.value("v")
    if kind == "inlineStr":
        inline = cell.child("is")
        return _text(inline) if inline else ""
    if kind != "s":
        return value.removesuffix(".0") if kind == "n" else value
    try:
        return strings[int(value)]
    except (ValueError, IndexError):
        raise Invalid(f"{part.base} is cut off or damaged: a cell names a text that is not there.") from None
