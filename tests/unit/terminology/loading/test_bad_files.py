"""Files that are cut off, swapped, spoiled or hostile are refused with what is wrong and which file to give."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from osler.core.errors import Invalid, NotFound, OslerError, TooCostly
from osler.terminology.loading import KINDS, Options, ndc, read_release
from osler.terminology.loading import parts as parts_module
from tests.unit.terminology.loading import excerpts as made

SAID = Options(date(2026, 10, 1), licensed=True)
GOOD: dict[str, Callable[[Path], Path]] = {
    "icd10cm": lambda folder: made.zipped(folder / "icd.zip", {"icd10cm-order-2027.txt": made.order_file()}),
    "icd10pcs": lambda folder: made.zipped(folder / "pcs.zip", {"icd10pcs_order_2027.txt": made.order_file(made.PROCEDURES)}),
    "rxnorm": lambda folder: made.zipped(folder / "RxNorm_full_prescribe_11022026.zip", made.RXNORM),
    "loinc": lambda folder: made.zipped(folder / "Loinc_2.81.zip", made.LOINC),
    "snomed": lambda folder: made.zipped(folder / "SnomedCT.zip", made.SNOMED),
    "hcpcs": lambda folder: made.zipped(folder / "hcpcs.zip", {"HCPC2026_OCT_ANWEB.txt": made.SUPPLIES}),
    "cpt": lambda folder: made.zipped(folder / "CPT 2026.zip", {"LONGULT.txt": made.PROCEDURE_NAMES}),
    "ndc": lambda folder: made.zipped(folder / "ndctext.zip", made.NDC),
    "cvx": lambda folder: made.plain(folder / "cvx.xml", made.CVX_XML),
    "mvx": lambda folder: made.plain(folder / "mvx.xml", made.MVX_XML),
    "vsac": lambda folder: made.plain(folder / "bundle.json", made.BUNDLE),
    "ig": lambda folder: made.package(folder / "package.tgz", made.GUIDE),
}  # fmt: skip


def refusal(kind: str, path: Path) -> str:
    with pytest.raises((Invalid, TooCostly)) as refused:
        read_release(kind, path, options=SAID)
    return refused.value.message


def test_every_kind_has_an_excerpt():
    assert set(GOOD) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_download_that_broke_off_is_refused(tmp_path: Path, kind: str):
    path = GOOD[kind](tmp_path)
    whole = path.read_bytes()
    for share in (0.98, 0.6, 0.1):
        path.write_bytes(whole[: int(len(whole) * share)])
        assert KINDS[kind].give in refusal(kind, path)


@pytest.mark.parametrize("kind", KINDS)
def test_every_other_kind_is_called_by_its_name(tmp_path: Path, kind: str):
    for other in KINDS:
        if other != kind and {kind, other} != {"vsac", "ig"}:
            said = refusal(kind, GOOD[other](tmp_path))
            assert KINDS[kind].give in said
            assert f"osler load {other}" in said or other == "vsac"


@pytest.mark.parametrize("kind", KINDS)
def test_noise_an_empty_file_and_none_are_refused(tmp_path: Path, kind: str):
    refusal(kind, made.plain(tmp_path / "noise.bin", bytes(range(256)) * 40))
    refusal(kind, made.plain(tmp_path / "empty.zip", b""))
    refusal(kind, made.zipped(tmp_path / "other.zip", {"readme.txt": "Hello"}))
    with pytest.raises(NotFound):
        read_release(kind, tmp_path / "nothing.zip")


def changed(name: str, old: str, new: str) -> dict[str, str | bytes]:
    """RxNorm's excerpt with one table changed."""
    text = made.RXNORM[name]
    assert isinstance(text, str)
    assert old in text
    return {**made.RXNORM, name: text.replace(old, new)}


@pytest.mark.parametrize(("files", "said"), [
    ({name: text for name, text in made.RXNORM.items() if "SAT" not in name}, "without RXNSAT.RRF"),
    (changed("rrf/RXNCONSO.RRF", "|SCD|", "|XYZ|"), "no ingredients and clinical drugs"),
    (changed("rrf/RXNREL.RRF", "|consists_of|", "|"), "16 columns in line 1 and not 17"),
    ({**made.RXNORM, "rrf/RXNCONSO.RRF": made.CONSO + made.atom("6809", "IN", "metformin again")}, "a code twice"),
    ({**made.RXNORM, "rrf/RXNSTY.RRF": b"6809|T121|\xff|x|y|z|\n"}, "not UTF-8 text in line 1"),
    ({**made.RXNORM, "rrf/RXNSTY.RRF": "x" * (2 << 20)}, "a line of over"),
])  # fmt: skip
def test_a_spoiled_rxnorm_is_refused(tmp_path: Path, files: made.Files, said: str):
    assert said in refusal("rxnorm", made.zipped(tmp_path / "RxNorm_full_prescribe_11022026.zip", files))


@pytest.mark.parametrize(("kind", "name", "text", "said"), [
    ("icd10cm", "icd10cm-order-2027.txt", made.order_file(made.DIAGNOSES[:4]), "ends at E119: it is cut off"),
    ("icd10cm", "icd10cm-order-2027.txt", made.order_file().replace("00003", "00004"), "leaves lines out"),
    ("icd10cm", "icd10cm-tabular-2027.xml", made.TABULAR.replace("Z99", "Z98"), "no category Z99"),
    ("icd10cm", "icd10cm-tabular-2027.xml", made.TABULAR.replace("<version>", '<!DOCTYPE a [<!ENTITY b "c">]><version>'), "damaged"),
    ("icd10pcs", "icd10pcs_order_2027.txt", made.order_file(made.PROCEDURES[:2]), "cut off"),
    ("loinc", "Loinc.csv", made.LOINC_TABLE.replace("4548-4", "4548-5"), "wrong check digit"),
    ("loinc", "Loinc.csv", made.LOINC_TABLE.replace("SCALE_TYP", "SCALE"), "no column SCALE_TYP"),
    ("loinc", "Loinc.csv", made.LOINC_TABLE[:-30], "cut off"),
    ("snomed", "SnomedCT_GPS_20260801.txt", made.PATIENT_SET.replace("44054006", "44054000"), "spreadsheet may have rounded"),
    ("snomed", "SnomedCT_GPS_20260801.txt", made.PATIENT_SET[:-40], "cut off"),
    ("hcpcs", "HCPC2026_OCT_ANWEB.txt", made.SUPPLIES[: made.SUPPLIES.index("V5020")], "cut off, or only of changes"),
    ("hcpcs", "HCPC2026_OCT_ANWEB.txt", made.SUPPLIES[:-60], "cut off"),
    ("cpt", "LONGULT.txt", made.PROCEDURE_NAMES + "???\n", "no code in line 6"),
    ("cvx", "cvx.txt", made.CVX_TEXT[:-40], "columns in line 2"),
    ("cvx", "cvx.xml", made.CVX_XML.replace("?>", '?><!DOCTYPE a [<!ENTITY b "c">]>'), "document type"),
    ("vsac", "sets.csv", made.VALUE_SET_CSV.replace("2.16.840.1.113883.3.464", "2.16E+3"), "has no OID"),
    ("vsac", "sets.csv", made.VALUE_SET_CSV[:-20], "cut off"),
])  # fmt: skip
def test_a_spoiled_file_is_refused(tmp_path: Path, kind: str, name: str, text: str, said: str):
    assert said in refusal(kind, made.plain(tmp_path / name, text))


def test_two_years_in_one_zip_are_refused(tmp_path: Path):
    path = made.zipped(
        tmp_path / "x.zip", {"icd10cm-order-2026.txt": made.order_file(), "icd10cm-tabular-2027.xml": made.TABULAR}
    )
    assert "order file of 2026 and the tabular list of 2027" in refusal("icd10cm", path)


def test_an_edition_with_a_part_missing_is_refused(tmp_path: Path):
    files = {name: text for name, text in made.SNOMED.items() if "Relationship" not in name}
    assert "without the snapshot of relationships" in refusal("snomed", made.zipped(tmp_path / "s.zip", files))
    files = {name.replace("Snapshot", "Full"): text for name, text in made.SNOMED.items()}
    assert "no snapshot" in refusal("snomed", made.zipped(tmp_path / "s.zip", files))


def test_a_hierarchy_that_goes_in_circles_is_refused(tmp_path: Path):
    circle = made.RELATIONSHIPS.replace("138875005\t0\t116680003", "44054006\t0\t116680003")
    files = {name: circle if "Relationship" in name else text for name, text in made.SNOMED.items()}
    assert "above themselves" in refusal("snomed", made.zipped(tmp_path / "s.zip", files))


def test_packages_of_unknown_products_are_refused(tmp_path: Path):
    files = {**made.NDC, "product.txt": made.PRODUCTS[: made.PRODUCTS.index("0406-0512_1")]}
    assert "does not have" in refusal("ndc", made.zipped(tmp_path / "ndctext.zip", files))


@pytest.mark.parametrize("name", ["../cvx.xml", "/etc/cvx.xml", "a\\..\\..\\cvx.xml", "C:cvx.xml"])
def test_an_archive_that_leads_elsewhere_is_refused(tmp_path: Path, name: str):
    assert "leads outside" in refusal("cvx", made.zipped(tmp_path / "x.zip", {name: made.CVX_XML}))


def test_a_bomb_is_refused_while_it_unpacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parts_module, "_FREE", 1 << 16)
    bomb = made.CVX_TEXT + "x" * 999_999
    assert "unpacks to far more" in refusal("cvx", made.zipped(tmp_path / "x.zip", {"cvx.txt": bomb}))
    assert "unpacks to far more" in refusal("cvx", made.plain(tmp_path / "cvx.txt.gz", gzip.compress(bomb.encode())))


def test_a_table_of_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ndc, "FEW_ROWS", 3)
    assert "over 3 rows" in refusal("ndc", GOOD["ndc"](tmp_path))


def test_a_file_of_empty_lines_is_refused(tmp_path: Path):
    assert "empty lines" in refusal("cvx", made.plain(tmp_path / "cvx.txt", made.CVX_TEXT + "\n" * 5000))


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parts_module, "MOST_PARTS", 3)
    assert "that is no release file" in refusal(
        "cvx", made.zipped(tmp_path / "x.zip", {f"{n}.txt": "" for n in range(5)})
    )


def test_a_zip_with_a_password_says_so(tmp_path: Path):
    path = made.zipped(tmp_path / "x.zip", {"cvx.xml": made.CVX_XML})
    data = bytearray(path.read_bytes())
    central = data.rfind(b"PK\x01\x02")
    data[central + 8] |= 1
    path.write_bytes(data)
    assert "password" in refusal("cvx", path)


def test_a_release_without_a_date_asks_for_one(tmp_path: Path):
    with pytest.raises(OslerError, match="--effective"):
        read_release("icd10cm", made.plain(tmp_path / "list.txt", made.order_file()))


def test_the_name_of_a_kind_that_is_not_known_is_refused(tmp_path: Path):
    with pytest.raises(NotFound, match="icd10cm"):
        read_release("icd9", tmp_path)


def test_a_damaged_member_is_refused(tmp_path: Path):
    path = made.zipped(tmp_path / "x.zip", {"cvx.xml": made.CVX_XML})
    with zipfile.ZipFile(path) as archive:
        start = archive.infolist()[0].header_offset + 60
    data = bytearray(path.read_bytes())
    data[start : start + 20] = bytes(20)
    path.write_bytes(data)
    assert "damaged" in refusal("cvx", path)
