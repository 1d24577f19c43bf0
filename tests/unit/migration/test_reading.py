"""Files of every kind as batches of items; what cannot be read is an item that is already refused."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from osler.access.bulk import Item
from osler.core.errors import Invalid, NotFound
from osler.fhir import json
from osler.operations.migration import reading
from osler.operations.migration.reading import batches
from osler.operations.migration.sources import find_sources

PATIENT = {"resourceType": "Patient", "id": "p"}
GROUP = {"resourceType": "Group", "id": "g", "type": "person", "actual": True}
LINES = b'{"resourceType":"Patient","id":"a"}\n\n  \n{"resourceType":"Patient","id":"b"}\n'


def items(*paths: Path) -> list[Item]:
    return [item for source in find_sources(list(paths)) for batch in batches(source) for item in batch]


def read(tmp_path: Path, document: object, name: str = "x.json") -> list[Item]:
    (tmp_path / name).write_bytes(document if isinstance(document, bytes) else json.encode(document))
    return items(tmp_path / name)


def bundle(*entries: object, kind: str = "transaction") -> dict:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def said(item: Item) -> tuple[str, str, str]:
    assert item.fate == "refused"
    assert item.type == "(unreadable)"
    return item.place, item.faults[0].path, item.faults[0].message


def test_a_folder_is_read_in_the_order_of_names_whatever_the_files_are_packed_in(tmp_path: Path):
    folder = tmp_path / "records"
    (folder / "deep").mkdir(parents=True)
    (folder / "1.json").write_bytes(json.encode(PATIENT))
    (folder / "2.NDJSON").write_bytes(LINES)
    (folder / "3.json.gz").write_bytes(gzip.compress(json.encode(GROUP)))
    (folder / "4.ndjson.GZ").write_bytes(gzip.compress(LINES))
    (folder / "5.jsonl").write_bytes(b"\xef\xbb\xbf" + LINES)
    (folder / "deep" / "6.json").write_bytes(b"\xef\xbb\xbf" + json.encode(GROUP))
    (folder / "notes.txt").write_text("not one of them")
    with zipfile.ZipFile(folder / "7.zip", "w") as archive:
        archive.writestr("b/two.ndjson", LINES)
        archive.writestr("a/one.json", json.encode(PATIENT))
        archive.writestr("a/three.json.gz", gzip.compress(json.encode(GROUP)))
        archive.writestr("readme.md", "neither")
        archive.mkdir("empty")
    found = items(folder)
    assert [(item.place, item.id) for item in found] == [
        ("records/1.json", "p"),
        ("records/2.NDJSON:1", "a"), ("records/2.NDJSON:4", "b"),
        ("records/3.json.gz", "g"),
        ("records/4.ndjson.GZ:1", "a"), ("records/4.ndjson.GZ:4", "b"),
        ("records/5.jsonl:1", "a"), ("records/5.jsonl:4", "b"),
        ("records/7.zip!a/one.json", "p"), ("records/7.zip!a/three.json.gz", "g"),
        ("records/7.zip!b/two.ndjson:1", "a"), ("records/7.zip!b/two.ndjson:4", "b"),
        ("records/deep/6.json", "g"),
    ]  # fmt: skip
    assert all(item.fate is None for item in found)
    assert sum(source.size for source in find_sources([folder])) > 0


def test_a_path_that_is_not_there_or_holds_nothing_is_refused(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "none", tmp_path / "notes.txt", tmp_path / "empty"):
        with pytest.raises((Invalid, NotFound), match=path.name):
            find_sources([path])


def test_lines_come_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "BATCH", 2)
    (tmp_path / "x.ndjson").write_bytes(b'{"resourceType":"Patient","id":"p"}\n' * 5)
    assert [len(batch) for batch in batches(find_sources([tmp_path / "x.ndjson"])[0])] == [2, 2, 1]


def test_a_wrong_line_is_refused_by_its_number_and_the_others_are_not(tmp_path: Path):
    found = read(
        tmp_path,
        b'{"resourceType":"Patient","id":"a"}\n{"resourceType":\n[]\n{"resourceType":"Nothing"}\n{"resourceType":"Patient","id":"b"}',
        "x.ndjson",
    )
    assert [item.fate for item in found] == [None, "refused", "refused", "refused", None]
    assert [item.place for item in found] == [f"x.ndjson:{n}" for n in range(1, 6)]


@pytest.mark.parametrize(
    "document",
    [b"", b"{", b"[]", b"1", b'"x"', {"resourceType": 1}, {}, {"resourceType": "Nothing"}, b"\xff\xfe", b"{}{}"],
)
def test_what_is_no_resource_is_refused(tmp_path: Path, document):
    (item,) = read(tmp_path, document)
    assert said(item)[0] == "x.json"


def test_a_bundle_is_taken_apart(tmp_path: Path):
    found = read(tmp_path, bundle(
        {"resource": PATIENT, "fullUrl": "urn:uuid:1", "request": {"method": "POST", "url": "Patient", "ifNoneExist": "identifier=1"}},
        {"resource": GROUP},
        {"request": {"method": "GET", "url": "Patient"}},
        {"request": {"method": "HEAD", "url": "Patient"}},
    ))  # fmt: skip
    assert [(item.id, item.place, item.full_url, item.condition) for item in found] == [
        ("p", "x.json#entry[0]", "urn:uuid:1", "identifier=1"), ("g", "x.json#entry[1]", "", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["document", "message"])
def test_a_bundle_that_is_a_document_stays_whole(tmp_path: Path, kind):
    (item,) = read(tmp_path, bundle({"resource": PATIENT}, kind=kind))
    assert item.type == "Bundle"


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        ({}, "Bundle.entry.resource"),
        ("text", "Bundle.entry.resource"),
        (None, "Bundle.entry.resource"),
        ({"resource": "text"}, "Bundle.entry.resource"),
        ({"request": "text"}, "Bundle.entry.resource"),
        ({"resource": PATIENT, "request": {"method": "DELETE", "url": "Patient/p"}}, "Bundle.entry.request"),
        ({"resource": {"resourceType": "Nothing"}}, "resourceType"),
    ],
)
def test_an_entry_that_holds_nothing_to_load_is_refused(tmp_path: Path, entry, path):
    first, second = read(tmp_path, bundle(entry, {"resource": PATIENT, "fullUrl": 5, "request": {"ifNoneExist": []}}))
    assert said(first)[:2] == ("x.json#entry[0]", path)
    assert (second.id, second.full_url, second.condition) == ("p", "", "")


@pytest.mark.parametrize("entries", [5, "text", {"resource": PATIENT}])
def test_a_bundle_whose_entries_are_no_list_is_refused(tmp_path: Path, entries):
    (item,) = read(tmp_path, {"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert said(item)[1] == "Bundle.entry"


def test_a_bundle_without_entries_holds_nothing(tmp_path: Path):
    assert read(tmp_path, {"resourceType": "Bundle", "type": "batch"}) == []


def test_the_id_is_its_own_or_that_of_its_full_url_or_made_of_its_content(tmp_path: Path):
    bare = {"resourceType": "Patient", "gender": "female"}
    uuid = "0a1b2c3d-0000-4000-8000-000000000000"
    found = read(tmp_path, bundle(
        {"resource": PATIENT, "fullUrl": f"urn:uuid:{uuid}"}, {"resource": bare, "fullUrl": f"urn:uuid:{uuid}"},
        {"resource": bare}, {"resource": bare}, {"resource": bare | {"gender": "male"}}, {"resource": bare | {"id": "not an id"}},
        {"resource": bare, "fullUrl": "urn:uuid:not one"},
    ))  # fmt: skip
    ids = [item.id for item in found]
    assert ids[:2] == ["p", uuid]
    assert ids[2] == ids[3] == ids[6]
    assert len({*ids[2:6]}) == 3
    assert [item.id for item in items(tmp_path / "x.json")] == ids


def test_a_file_that_breaks_off_gives_what_stands_before(tmp_path: Path):
    whole = gzip.compress(b"".join(b'{"resourceType":"Patient","id":"p%d"}\n' % n for n in range(5000)))
    found = read(tmp_path, whole[: len(whole) // 2], "x.ndjson.gz")
    good = [item for item in found if item.fate is None]
    assert len(good) > 100
    assert [item.id for item in good] == [f"p{n}" for n in range(len(good))]
    assert [said(item) for item in found[len(good) :]] == [("x.ndjson.gz", "", "The file cannot be read (EOFError).")]


def _damaged() -> bytes:
    data = bytearray(gzip.compress(json.encode(PATIENT) * 50))
    data[12:24] = b"\xff" * 12
    return bytes(data)


def _zip(name: str, data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return made.getvalue()


def _flagged(data: bytes, mark: bytes, offset: int, value: int) -> bytes:
    """The archive with one byte of a header changed."""
    at = data.index(mark) + offset
    return data[:at] + bytes([value]) + data[at + 1 :]


_PLAIN = _zip("a.json", json.encode(PATIENT) * 20)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.json.gz", b"not gzip"),
        ("x.json.gz", _damaged()),
        ("x.ndjson.gz", b""[:0] + b"\x1f\x8b\x08"),
        ("x.zip", b"not a zip"),
        ("x.zip", b""),
        ("x.zip", _flagged(_PLAIN, b"PK\x01\x02", 8, 1)),
        ("x.zip", _flagged(_PLAIN, b"PK\x01\x02", 10, 99)),
        ("x.zip", _PLAIN[:40] + b"\xff" * 8 + _PLAIN[48:]),
    ],
    ids=["no gzip", "damaged gzip", "cut gzip", "no zip", "empty zip", "encrypted", "unknown packing", "damaged zip"],
)
def test_a_broken_file_is_one_refusal(tmp_path: Path, name, data):
    (item,) = read(tmp_path, data, name)
    place, _, message = said(item)
    assert place.startswith(name)
    assert "The file cannot be read" in message


def test_a_file_that_may_not_be_read_is_one_refusal(tmp_path: Path):
    (tmp_path / "x.json").write_text("{}")
    (source,) = find_sources([tmp_path / "x.json"])
    (tmp_path / "x.json").unlink()
    ((item,),) = batches(source)
    assert said(item)[0] == "x.json"


def test_a_document_of_half_a_gigabyte_belongs_in_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "MAX_JSON", 20)
    (item,) = read(tmp_path, PATIENT)
    assert "ndjson" in said(item)[2]


def test_references_inside_a_bundle_lead_to_what_it_holds_but_not_to_what_may_be_there_already(tmp_path: Path):
    who, doctor, other = (f"urn:uuid:00000000-0000-4000-8000-00000000000{n}" for n in range(3))
    about = {"subject": {"reference": who}, "performer": [{"reference": doctor}, {"reference": other}]}
    patient = {"fullUrl": who, "resource": {"resourceType": "Patient"}, "request": {"method": "POST"}}
    asked = {"method": "POST", "ifNoneExist": "identifier=x|1"}
    practitioner = {"fullUrl": doctor, "resource": {"resourceType": "Practitioner"}, "request": asked}
    observation = {"resource": {"resourceType": "Observation", "id": "o", **about}, "request": {"method": "POST"}}
    found = {item.type: item for item in read(tmp_path, bundle(observation, patient, practitioner, {"resource": 1}))}
    assert found["Patient"].id == who.removeprefix("urn:uuid:")
    assert found["Observation"].resource["subject"] == {"reference": f"Patient/{found['Patient'].id}"}
    assert found["Observation"].resource["performer"] == about["performer"]
