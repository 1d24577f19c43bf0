"""Value sets and FHIR packages: resources as they are, packed and unpacked the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from osler.core.errors import Invalid
from osler.terminology.loading import Options, read_release
from osler.terminology.loading.resource_packing import head_of_resources, pack_resources, unpack_resources
from tests.unit.terminology.loading import excerpts as made

OID = "2.16.840.1.113883.3.464.1003.103.12.1001"


def test_a_bundle_of_value_sets(tmp_path: Path):
    loaded = read_release("vsac", made.plain(tmp_path / "bundle.json", made.BUNDLE))
    assert list(loaded.resources) == [made.VALUE_SET]
    assert (loaded.head.name, loaded.head.version, loaded.head.effective_on) == (OID, "20260508", date(2026, 5, 8))


def test_a_table_of_value_sets_as_text_and_as_workbook(tmp_path: Path):
    rows = [[cell.strip('"') for cell in line.split('","')] for line in made.VALUE_SET_CSV.splitlines()]
    text = read_release("vsac", made.plain(tmp_path / "sets.csv", made.VALUE_SET_CSV))
    book = read_release("vsac", made.plain(tmp_path / "sets.xlsx", made.workbook(Sets=rows)))
    (value_set,) = text.resources
    assert list(book.resources) == [value_set]
    assert value_set["url"].endswith(OID)
    assert value_set["compose"]["include"] == [
        {"system": "http://hl7.org/fhir/sid/icd-10-cm", "version": "2027",
         "concept": [{"code": "E11.9", "display": "Type 2 diabetes mellitus without complications"}]},
        {"system": "http://snomed.info/sct", "version": "2026-09", "concept": [{"code": "44054006", "display": "Diabetes mellitus type 2"}]},
    ]  # fmt: skip


def test_a_workbook_whose_facts_stand_on_another_sheet(tmp_path: Path):
    book = made.workbook(
        Info=[["Value Set Name", "Diabetes"], ["OID", OID], ["Definition Version", "20260508"], ["Steward", "NCQA"]],
        Codes=[
            ["Expanded"],
            ["Code", "Description", "Code System", "Code System Version"],
            ["E11.9", "Type 2", "ICD10CM", "2027"],
        ],
    )
    (value_set,) = read_release("vsac", made.plain(tmp_path / "one.xlsx", book)).resources
    assert (value_set["id"], value_set["title"], value_set["publisher"]) == (OID, "Diabetes", "NCQA")


def test_codes_of_a_system_that_is_not_known_keep_its_identifier(tmp_path: Path):
    text = made.quoted((("Value Set OID", "Code", "Code System OID"), (OID, "x", "2.16.840.1.113883.5.4")))
    (value_set,) = read_release(
        "vsac", made.plain(tmp_path / "x.csv", text), options=Options(date(2026, 1, 1))
    ).resources
    assert value_set["compose"]["include"][0]["system"] == "urn:oid:2.16.840.1.113883.5.4"


def test_a_package(tmp_path: Path):
    loaded = read_release("ig", made.package(tmp_path / "package.tgz", made.GUIDE))
    assert list(loaded.resources) == list(loaded.resources) == [made.PROFILE]
    assert (loaded.head.name, loaded.head.version, loaded.head.effective_on) == (
        "test.guide",
        "1.2.0",
        date(2026, 9, 1),
    )


def test_a_package_of_another_fhir_version_is_refused(tmp_path: Path):
    files = {**made.GUIDE, "package/package.json": made.MANIFEST | {"fhirVersions": ["5.0.0"]}}
    with pytest.raises(Invalid, match=r"made for FHIR 5\.0\.0; Osler speaks 4\.0\.1"):
        read_release("ig", made.package(tmp_path / "package.tgz", files))


@pytest.mark.parametrize(("files", "said"), [
    ({"package/StructureDefinition-p.json": made.PROFILE}, "no package/package.json"),
    ({"package/package.json": made.MANIFEST}, "holds no profiles"),
    ({**made.GUIDE, "../package/x.json": {}}, "leads outside"),
    ({**made.GUIDE, "package/x.json": b"{"}, "no sound JSON"),
])  # fmt: skip
def test_a_package_that_is_none_is_refused(tmp_path: Path, files: dict, said: str):
    with pytest.raises(Invalid, match=said):
        read_release("ig", made.package(tmp_path / "package.tgz", files))


def test_resources_come_out_of_the_pack_as_they_went_in(tmp_path: Path):
    loaded = read_release("ig", made.package(tmp_path / "package.tgz", made.GUIDE))
    packed = pack_resources(loaded.head, loaded.resources)
    assert packed == pack_resources(loaded.head, loaded.resources)
    assert head_of_resources(packed) == loaded.head
    assert list(unpack_resources(packed)) == [made.PROFILE]


@pytest.mark.parametrize("cut", [5, 30, -3])
def test_a_damaged_pack_is_refused(tmp_path: Path, cut: int):
    loaded = read_release("ig", made.package(tmp_path / "package.tgz", made.GUIDE))
    packed = pack_resources(loaded.head, loaded.resources)
    with pytest.raises(Invalid):
        list(unpack_resources(packed[:cut]))
