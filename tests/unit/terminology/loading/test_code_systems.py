"""Each agency's own format becomes the same concepts, whichever of its forms it comes in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from osler.core.errors import Forbidden
from osler.terminology.loading import Loaded, Options, read_release
from osler.terminology.loading.loinc import check_digit
from osler.terminology.loading.ndc import ndc11
from osler.terminology.loading.sctid import is_sctid
from osler.terminology.model import Concept
from tests.unit.terminology.loading import excerpts as made


def concepts(loaded: Loaded) -> dict[str, Concept]:
    return {each.code: each for each in loaded.concepts}


def test_icd10cm_order_file(tmp_path: Path):
    path = made.zipped(tmp_path / "2027-code-descriptions.zip", {
        "2027/icd10cm-order-2027.txt": made.order_file(), "2027/icd10cm-order-addenda-2027.txt": "Add: 00001 A00",
    })  # fmt: skip
    with read_release("icd10cm", path) as loaded:
        assert (loaded.head.version, loaded.head.effective_on) == ("2027", date(2026, 10, 1))
        found = concepts(loaded)
    assert loaded.count == len(found) == 7
    assert found["E11.22"].display == "Type 2 diabetes mellitus with diabetic chronic kidney disease"
    assert found["E11.22"].parents == ("E11.2",)
    assert found["E11.22"].value("billable") == "true"
    assert found["E11.22"].designations[0].use == "short"
    assert found["E11"].parents == ()
    assert found["E11"].value("billable") == "false"


def test_icd10cm_tabular_list_with_notes_and_seventh_characters(tmp_path: Path):
    path = made.plain(tmp_path / "icd10c-tabular-April-2027.xml", made.TABULAR)
    with read_release("icd10cm", path) as loaded:
        assert (loaded.head.version, loaded.head.effective_on) == ("2027-04", date(2027, 4, 1))
        found = concepts(loaded)
    assert found["E11"].value("excludes1") == "type 1 diabetes mellitus (E10.-)"
    assert (found["E11"].value("block"), found["E11"].value("chapter")) == ("E08-E13", "4")
    assert found["I10"].designations[0].value == "high blood pressure"
    assert found["E11.22"].value("use_additional_code").startswith("code to identify")
    assert found["S06.0X0D"].display == "Concussion without loss of consciousness, subsequent encounter"
    assert found["S06.0X0D"].parents == ("S06.0X0",)
    assert found["S06.0X0"].value("billable") == "false"
    assert "S06.1X7A" in found
    assert "S06.1X7D" not in found


def test_icd10cm_order_and_tabular_together(tmp_path: Path):
    valid = (*made.DIAGNOSES[:5], ("S06", 0, "Intracranial injury", "Intracranial injury"), *made.DIAGNOSES[5:])
    tabular = (
        made.TABULAR[: made.TABULAR.index("<diag><name>S06.0<")]
        + made.TABULAR[made.TABULAR.index("      </diag></section></chapter>\n  <chapter><name>21") :]
    )
    path = made.zipped(
        tmp_path / "x.zip", {"icd10cm-order-2027.txt": made.order_file(valid), "icd10cm-tabular-2027.xml": tabular}
    )
    with read_release("icd10cm", path) as loaded:
        found = concepts(loaded)
    assert loaded.count == 8
    assert found["E11.9"].value("billable") == "true"
    assert found["E11"].value("excludes1")


def test_icd10pcs(tmp_path: Path):
    path = made.plain(tmp_path / "icd10pcs_order_2027.txt", made.order_file(made.PROCEDURES))
    with read_release("icd10pcs", path) as loaded:
        found = concepts(loaded)
    assert found["0DTJ4ZZ"].parents == ("0DT",)
    assert loaded.head.effective_on == date(2026, 10, 1)


@pytest.mark.parametrize("folder", ["", "RxNorm_full_prescribe_11022026/"])
def test_rxnorm(tmp_path: Path, folder: str):
    path = made.zipped(tmp_path / "RxNorm.zip", {f"{folder}{name}": text for name, text in made.RXNORM.items()})
    with read_release("rxnorm", path) as loaded:
        found, relations, aliases = concepts(loaded), set(loaded.relations), set(loaded.aliases)
    assert (loaded.head.version, loaded.head.effective_on) == ("2026-11-02", date(2026, 11, 2))
    assert loaded.count == 7
    assert found["861007"].display == "metformin hydrochloride 500 MG Oral Tablet"
    assert {each.use for each in found["861007"].designations} == {"prescribable", "synonym"}
    assert found["861007"].value("tty") == "SCD"
    assert found["861008"].status == "obsolete"
    assert found["860974"].value("strength") == "500 MG"
    assert relations == {
        ("861007", "consists_of", "860974"), ("860974", "has_ingredient", "6809"), ("861007", "has_dose_form", "317541"),
        ("861008", "tradename_of", "861007"),
    }  # fmt: skip
    assert aliases == {("ndc11", "00093104801", "861007"), ("unii", "9100L32L2N", "6809")}


def test_loinc(tmp_path: Path):
    path = made.zipped(tmp_path / "Loinc_2.81.zip", made.LOINC)
    with read_release("loinc", path) as loaded:
        found, relations = concepts(loaded), set(loaded.relations)
    assert (loaded.head.version, loaded.head.effective_on) == ("2.81", date(2026, 8, 12))
    assert found["4548-4"].display == "Hemoglobin A1c/Hemoglobin.total in Blood"
    assert "A1c" in {each.value for each in found["4548-4"].designations}
    assert found["4548-4"].value("EXAMPLE_UCUM_UNITS") == "%"
    assert found["1522-2"].status == "deprecated"
    assert [each.use for each in found["1522-2"].designations] == []
    assert found["2345-7"].parents == ("LP14635-4",)
    assert ("LL360-9", "answer", "LA6576-8") in relations


def test_loinc_table_alone_needs_a_date(tmp_path: Path):
    path = made.plain(tmp_path / "Loinc.csv", made.LOINC_TABLE)
    with read_release("loinc", path, options=Options(effective_on=date(2026, 8, 12))) as loaded:
        assert (loaded.head.version, loaded.count) == ("2.81", 3)


@pytest.mark.parametrize("number", ["4548-4", "2345-7", "718-7", "8480-6", "LA-1"])
def test_loinc_check_digits(number: str):
    if number[0].isdigit():
        assert check_digit(number[:-2]) == number[-1]


def test_snomed_edition(tmp_path: Path):
    path = made.zipped(tmp_path / "SnomedCT.zip", made.SNOMED)
    with read_release("snomed", path) as loaded:
        found = concepts(loaded)
    assert loaded.head.version == "http://snomed.info/sct/731000124108/version/20260901"
    assert found["44054006"].display == "Type 2 diabetes mellitus"
    assert found["44054006"].parents == ("73211009",)
    assert found["44054006"].value("semantic_tag") == "disorder"
    assert {each.use for each in found["44054006"].designations} == {"fully_specified", "synonym"}
    assert found["138875005"].display == "SNOMED CT Concept (SNOMED RT+CTV3)"
    assert found["190384004"].status == "inactive"


def test_snomed_patient_set_says_that_it_has_no_hierarchy(tmp_path: Path):
    path = made.plain(tmp_path / "SnomedCT_GPS_20260801.txt", made.PATIENT_SET)
    with read_release("snomed", path) as loaded:
        found = concepts(loaded)
    assert loaded.head.version.endswith("900000000000207008/version/20260801")
    assert "hierarchy" in loaded.head.caution
    assert found["190384004"].display == "Maturity onset diabetes (disorder)"


def test_sctids():
    assert all(map(is_sctid, ("22298006", "44054006", "731000124108", "900000000000207008")))
    assert not any(map(is_sctid, ("22298007", "22289006", "900000000000207000", "", "12345", "abcdef")))


HCPCS_COLUMNS = [
    "HCPC",
    "SEQNUM",
    "RECID",
    "LONG DESCRIPTION",
    "SHORT DESCRIPTION",
    "ADD DT",
    "ACT EFF DT",
    "TERM DT",
    "ACTION CD",
]


def as_rows(text: str) -> list[list[str]]:
    """The same lines as the rows of a workbook."""
    lines = text.splitlines()
    return [[line[:5].strip(), line[5:10], line[10], line[11:91].strip(), line[91:119].strip(), line[268:276].strip(),
             line[276:284].strip(), line[284:292].strip(), line[292]] for line in lines]  # fmt: skip


@pytest.mark.parametrize("form", ["txt", "xlsx"])
def test_hcpcs(tmp_path: Path, form: str):
    content = (
        made.SUPPLIES if form == "txt" else made.workbook(notes=[["x"]], codes=[HCPCS_COLUMNS, *as_rows(made.SUPPLIES)])
    )
    path = made.zipped(
        tmp_path / "october-2026.zip", {f"HCPC2026_OCT_ANWEB_10012026.{form}": content, "proc_notes_OCT2026.txt": "x"}
    )
    with read_release("hcpcs", path) as loaded:
        found = concepts(loaded)
    assert (loaded.head.version, loaded.head.effective_on) == ("2026-10", date(2026, 10, 1))
    assert found["A0021"].display == "Ambulance service, outside state per mile, transport (medicaid only)"
    assert found["A0021"].value("added_on") == "2010-01-01"
    assert found["LT"].value("modifier") == "true"
    assert found["J9999"].status == "inactive"
    assert loaded.count == 5


def test_cpt_asks_for_the_license(tmp_path: Path):
    path = made.zipped(
        tmp_path / "CPT 2026.zip", {"LONGULT.txt": made.PROCEDURE_NAMES, "SHORTU.txt": made.PROCEDURE_SHORTS}
    )
    with pytest.raises(Forbidden, match="--i-hold-a-license"):
        read_release("cpt", path)
    with read_release("cpt", path, options=Options(licensed=True)) as loaded:
        found = concepts(loaded)
    assert found["00001"].display == "First made-up service, long"
    assert found["00001"].designations[0].value == "FIRST MADE-UP"
    assert found["0001F"].value("category") == "II"
    assert loaded.head.effective_on == date(2026, 1, 1)


def test_ndc(tmp_path: Path):
    path = made.zipped(tmp_path / "ndctext.zip", made.NDC)
    with read_release("ndc", path) as loaded:
        found, aliases = concepts(loaded), set(loaded.aliases)
    assert loaded.head.effective_on == date(2026, 10, 20)
    assert found["0093-1048-01"].parents == ("0093-1048",)
    assert found["0406-0512"].values("substance") == ("ACETAMINOPHEN", "OXYCODONE HYDROCHLORIDE")
    assert found["0406-0512"].value("dea_schedule") == "CII"
    assert ("ndc11", "00093104801", "0093-1048-01") in aliases


@pytest.mark.parametrize(("code", "digits"), [
    ("0093-1048-01", "00093104801"), ("50242-040-62", "50242004062"), ("60575-4112-1", "60575411201"), ("93-1048-01", None),
])  # fmt: skip
def test_ndc_of_eleven_digits(code: str, digits: str | None):
    assert ndc11(code) == digits


def test_cvx_is_the_same_from_xml_and_from_text(tmp_path: Path):
    xml = read_release("cvx", made.plain(tmp_path / "cvx.xml", made.CVX_XML))
    text = read_release("cvx", made.plain(tmp_path / "list.txt", made.CVX_TEXT))
    assert list(xml.concepts) == list(text.concepts)
    assert xml.head.effective_on == text.head.effective_on == date(2026, 9, 2)
    assert xml.remarks == ("Without vaccine groups (VG) and product names, which CDC gives as lists of their own.",)


def test_cvx_with_groups_and_products(tmp_path: Path):
    path = made.zipped(
        tmp_path / "cdc.zip", {"cvx.xml": made.CVX_XML, "vac2vg.xml": made.GROUPS, "tradename.xml": made.TRADE_NAMES}
    )
    with read_release("cvx", path) as loaded:
        found = concepts(loaded)
        assert set(loaded.relations) == {("03", "in_vaccine_group", "03")}
    assert found["03"].value("vaccine_group") == "MMR"
    assert "M-M-R II" in {each.value for each in found["03"].designations}


def test_mvx(tmp_path: Path):
    with read_release("mvx", made.plain(tmp_path / "mvx.xml", made.MVX_XML)) as loaded:
        assert concepts(loaded)["MSD"].display == "Merck and Co., Inc."
