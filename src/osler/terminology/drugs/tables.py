"""Our own tables: tab-separated text that a pharmacist can read and correct, with a header line and `#` comments."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

Row = dict[str, str]


def read_table(name: str, package: str = "osler.terminology.drugs") -> list[Row]:
    """The rows of `data/<name>.tsv` by column name; ValueError names the line that has too many or too few cells."""
    text = files(package).joinpath("data", f"{name}.tsv").read_text(encoding="utf-8")
    return list(parse_table(text, name))


def word_list(name: str) -> frozenset[str]:
    """The words of `data/<name>.txt`."""
    text = files("osler.terminology.drugs").joinpath("data", f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def parse_table(text: str, name: str) -> Iterator[Row]:
    """Rows of tab-separated text."""
    columns: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not columns:
            columns = cells
        elif len(cells) != len(columns):
            raise ValueError(f"{name}.tsv line {number} has {len(cells)} cells and not {len(columns)}")
        else:
            yield dict(zip(columns, cells, strict=True))
