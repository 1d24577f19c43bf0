"""Files of one type each are read so that what refers to each other comes together."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from pathlib import Path

import pytest

from osler.access.bulk import Item
from osler.fhir import json
from osler.operations.migration import order, reading
from osler.operations.migration.order import in_order
from osler.operations.migration.reading import items_of
from osler.operations.migration.sources import find_sources


def line(type_: str, id_: str, time: str = "", version: str = "1") -> bytes:
    meta = {"meta": {"versionId": version, "lastUpdated": time}} if time else {}
    return json.encode({"resourceType": type_, "id": id_} | meta) + b"\n"


def read(folder: Path) -> tuple[list[Item], int]:
    steps = list(in_order(find_sources([folder])))
    return [item for step, _ in steps for chunk in step for item in items_of(chunk)], sum(size for _, size in steps)


def test_people_and_places_come_first_and_the_others_by_the_time_of_their_first_version(tmp_path: Path):
    (tmp_path / "Condition.ndjson").write_bytes(
        line("Condition", "c1", "2025-01-01") + line("Condition", "c2", "2025-03-01")
    )
    (tmp_path / "Encounter.ndjson").write_bytes(
        line("Encounter", "e1", "2025-01-01")
        + line("Encounter", "late", "2026-01-01", "2")
        + line("Encounter", "e2", "2025-02-01")
    )
    (tmp_path / "Patient.ndjson").write_bytes(line("Patient", "p", "2027-01-01"))
    (tmp_path / "Organization.ndjson").write_bytes(line("Organization", "o"))
    (tmp_path / "one.json").write_bytes(line("Group", "g"))
    found, size = read(tmp_path)
    assert [item.id for item in found] == ["o", "p", "g", "e1", "late", "c1", "e2", "c2"]
    assert size == sum(file.stat().st_size for file in tmp_path.iterdir())


def test_every_item_keeps_its_place_and_what_breaks_off_is_told_once(tmp_path: Path):
    (tmp_path / "Condition.ndjson").write_bytes(
        line("Condition", "c1", "2025-01-01") + b"\n{\n" + line("Condition", "c2", "2025-01-03")
    )
    (tmp_path / "Encounter.ndjson").write_bytes(line("Encounter", "e1", "2025-01-02"))
    (tmp_path / "Goal.ndjson.gz").write_bytes(b"this is no gzip")
    found, _ = read(tmp_path)
    name = tmp_path.name
    assert {(item.place.removeprefix(f"{name}/"), item.fate) for item in found} == {
        ("Condition.ndjson:1", None), ("Condition.ndjson:3", "refused"), ("Condition.ndjson:4", None),
        ("Encounter.ndjson:1", None), ("Goal.ndjson.gz", "refused"),
    }  # fmt: skip
    assert len(found) == 5


def test_what_was_written_together_is_loaded_together(tmp_path: Path):
    for type_ in ("Encounter", "Condition"):
        (tmp_path / f"{type_}.ndjson").write_bytes(
            b"".join(line(type_, f"{n}", f"2025-01-{1 + n // 300:02}") for n in range(2700))
        )
    for step, _ in in_order(find_sources([tmp_path])):
        ids = [{item.id for item in items_of(chunk)} for chunk in step]
        assert len(step) % 2 == 0
        assert set().union(*ids[::2]) == set().union(*ids[1::2])


@pytest.mark.parametrize("name", ["Patient.ndjson", "all.ndjson", "Condition.ndjson"])
@pytest.mark.parametrize("packing", ["", ".gz", ".zip", ".gz.zip"])
def test_one_file_tells_step_by_step_how_much_of_it_was_read(tmp_path: Path, monkeypatch, name: str, packing: str):
    monkeypatch.setattr(reading, "BATCH", 100)
    monkeypatch.setattr(order, "BATCH", 100)
    # Names that do not pack well: what unpacks reads ahead by a block, of a small file that would be much.
    names = [hashlib.sha256(b"%d" % n).hexdigest() for n in range(2000)]
    lines = b"".join(line("Condition", id_, f"2025-01-01T00:{n:04}") for n, id_ in enumerate(names))
    packed = gzip.compress(lines, 1) if packing.startswith(".gz") else lines
    file = tmp_path / (name + packing)
    if packing.endswith(".zip"):
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(file.name.removesuffix(".zip"), packed)
    else:
        file.write_bytes(packed)
    sources = find_sources([tmp_path])
    steps = [size for _, size in in_order(sources)]
    whole = sum(source.size for source in sources)
    assert sum(steps) == whole
    assert len(steps) in (20, 21)
    assert sum(steps[:5]) < whole / 2 < sum(steps[:15])


def test_files_without_lines_are_read_to_their_ends_too(tmp_path: Path):
    (tmp_path / "Goal.ndjson").touch()
    (tmp_path / "Goal.more.ndjson.gz").write_bytes(gzip.compress(b""))
    (tmp_path / "Patient.ndjson.gz").write_bytes(gzip.compress(b""))
    assert read(tmp_path) == ([], sum(file.stat().st_size for file in tmp_path.iterdir()))
