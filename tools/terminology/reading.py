"""Reads the source files, and says of each what it was."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was read."""

    what: str
    file: str
    sha256: str
    rows: int


class Reader:
    """The folder of source files; remembers what was read from it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.sources: list[Source] = []

    def text(self, name: str, what: str, encoding: str = "utf-8") -> str:
        data = (self._folder / name).read_bytes()
        plain = gzip.decompress(data) if name.endswith(".gz") else data
        text = plain.decode(encoding)
        self.sources.append(Source(what, Path(name).name, hashlib.sha256(data).hexdigest(), text.count("\n")))
        return text

    def table(self, name: str, what: str, *, delimiter: str = ",", encoding: str = "utf-8-sig") -> list[dict[str, str]]:
        quoting = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
        text = io.StringIO(self.text(name, what, encoding), newline="")
        return list(csv.DictReader(text, delimiter=delimiter, quoting=quoting))

    def xml(self, name: str, what: str, encoding: str = "utf-8") -> ElementTree.Element:
        text = self.text(name, what, encoding)
        return ElementTree.fromstring(re.sub(r"^<\?xml[^>]*\?>", "", text.lstrip("\ufeff")))


def clean(text: str | None) -> str:
    return SPACES.sub(" ", text or "").strip()


def named_values(element: ElementTree.Element) -> dict[str, str]:
    """CDC's way of writing a row: Name, Value, Name, Value …"""
    texts = [clean(child.text) for child in element]
    return dict(zip(texts[::2], texts[1::2], strict=True))
