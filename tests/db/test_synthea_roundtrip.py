"""Sixty and fifteen synthetic patients go in, nothing is refused, and every resource comes out token for token."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from osler.operations.migration.exporting import export_lines
from osler.operations.migration.importing import import_files
from osler.store.embedded import Address
from tests.db import house
from tests.shared import shared_data

Pairs = list[tuple[str, Any]]
"""A JSON object with the order and the repetitions it was written with."""


@dataclass
class Sources:
    """What the files say, by `Type/id`, and how their references are to be read."""

    resources: dict[str, Pairs] = field(default_factory=dict[str, Pairs])
    names: dict[str, str] = field(default_factory=dict[str, str])
    """fullUrl → `Type/id`."""
    identified: dict[tuple[str, str], set[str]] = field(default_factory=dict[tuple[str, str], set[str]])
    """(type, `system|value`) → the `Type/id`s that have this identifier."""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["synthea", "synthea-uscore"])
async def test_what_is_imported_reads_back_token_for_token(
    name: str, fresh_database: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared_data(name)
    async with house.opened(fresh_database, tmp_path / "data") as opened:
        summary = await import_files(opened.gate, [folder], refusals=tmp_path / "refused.ndjson")
        assert summary.refused == 0, (tmp_path / "refused.ndjson").read_text()[:2000]
        await export_lines(opened.gate, tmp_path / "out", None, io.BytesIO())
    sources = _read(folder)
    kept = {_key(pairs): pairs for pairs in _exported(tmp_path / "out")}
    with capsys.disabled():
        print(f"\n{name}: {len(kept):,} resources kept of {len(sources.resources):,} in the files")
    assert set(kept) == set(sources.resources)
    for key, pairs in sources.resources.items():
        assert not list(_differences(sources, _content(pairs), _content(kept[key]), key))
        assert _own_meta(pairs) == _own_meta(kept[key]), key


def _read(folder: Path) -> Sources:
    sources = Sources()
    for path in sorted(folder.glob("*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as packed:
            bundle = dict(_parse(packed.read()))
        for entry in map(dict, bundle["entry"]):
            resource = entry["resource"]
            key = _key(resource, entry.get("fullUrl", ""))
            sources.names[entry.get("fullUrl", "")] = key
            sources.resources[key] = resource  # hospitals stand in several files; the last one says how they are now
            for identifier in dict(resource).get("identifier", []):
                if isinstance(identifier, list):
                    held = dict(identifier)
                    name = (key.split("/")[0], f"{held.get('system', '')}|{held.get('value', '')}")
                    sources.identified.setdefault(name, set()).add(key)
    return sources


def _exported(folder: Path) -> Iterator[Pairs]:
    for path in sorted(folder.glob("*.ndjson")):
        with path.open(encoding="utf-8") as lines:
            yield from map(_parse, lines)


def _parse(text: str) -> Any:
    """JSON whose numbers keep their digits and whose objects keep their order."""
    return json.loads(text, object_pairs_hook=list, parse_float=_Number, parse_int=_Number)


class _Number(str):
    """A number as it was written; never equal to a text."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Number) and str.__eq__(self, other)

    def __hash__(self) -> int:
        return str.__hash__(self)


def _key(pairs: Pairs, full_url: str = "") -> str:
    held = dict(pairs)
    return f"{held['resourceType']}/{held.get('id') or full_url.removeprefix('urn:uuid:')}"


def _content(pairs: Pairs) -> Pairs:
    """Everything but what the server sets or moves to the front."""
    return [(name, value) for name, value in pairs if name not in ("resourceType", "id", "meta")]


def _own_meta(pairs: Pairs) -> Pairs:
    meta = dict(pairs).get("meta", [])
    return [(name, value) for name, value in meta if name not in ("versionId", "lastUpdated")]


def _differences(sources: Sources, given: Any, kept: Any, path: str) -> Iterator[str]:
    if isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        for number, (one, other) in enumerate(zip(given, kept, strict=True)):
            if isinstance(one, tuple):
                same = one[0] == other[0]
                inner = _led(sources, one[1], other[1]) if one[0] == "reference" else one[1]
                yield from _differences(sources, inner, other[1], f"{path}.{one[0]}") if same else [f"{path}.{one[0]}"]
            else:
                yield from _differences(sources, one, other, f"{path}[{number}]")
    elif type(given) is not type(kept) or given != kept:
        yield path


def _led(sources: Sources, written: str, kept: str) -> str:
    """What a reference of the files has to become: the resource that a URN or a condition names."""
    if "?identifier=" in written:
        kind, _, identifier = written.partition("?identifier=")
        return kept if kept in sources.identified.get((kind, identifier), set()) else written
    return sources.names.get(written, written)
