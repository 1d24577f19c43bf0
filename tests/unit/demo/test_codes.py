"""Every code is checked against the published code systems, where they are at hand.

The folder is named by `OSLER_SHARED`, or lies beside the checkout as `shared`.
"""

from __future__ import annotations

import csv
import gzip
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from osler.demo.codes.care import ENCOUNTER_TYPES, PROCEDURES, REACTIONS, ROUTES, SMOKING, SUBSTANCES
from osler.demo.codes.conditions import DIAGNOSES
from osler.demo.codes.drugs import DRUGS
from osler.demo.codes.labs import ANALYTES, PANELS
from osler.demo.codes.systems import HL7, ICD10CM, LOINC, RXNORM, SNOMED
from osler.demo.codes.vaccines import VACCINES
from osler.demo.resources.observations import VITALS
from tests.unit.demo.reading import codings

KNOWLEDGE = Path(os.environ.get("OSLER_SHARED", Path(__file__).parents[4] / "shared")) / "knowledge"
pytestmark = pytest.mark.skipif(not KNOWLEDGE.is_dir(), reason="the shared code systems are not here")

IN_PUBLISHED_EXAMPLES = {
    # SNOMED CT concepts outside the IPS Free Set that HL7 examples and value sets of US Core, C-CDA or FHIR R4 carry
    "15777000": "Prediabetes",
    "26643006": "Oral route",
    "50849002": "Emergency room admission",
    "91930004": "Allergy to eggs",
    "127783003": "Spirometry",
    "183452005": "Encounter inpatient",
    "185345009": "Encounter for symptom",
    "225158009": "Auscultation of the fetal heart",
    "274804006": "Evaluation of uterine fundal height",
    "300913006": "Shellfish allergy",
    "300916003": "Latex allergy",
    "304251008": "Resuscitation status",
    "304252001": "For resuscitation",
    "312681000": "Bone density scan",
    "390906007": "Follow-up encounter",
    "418689008": "Allergy to grass pollen",
    "424213003": "Allergy to bee venom",
    "424441002": "Prenatal initial visit",
    "424619006": "Prenatal visit",
    "430193006": "Medication reconciliation",
    "449868002": "Current every day smoker",
    "169762003": "Postnatal visit",
    "108252007": "Laboratory procedure",
    "363679005": "Imaging",
    "3457005": "Patient referral",
}
DOCUMENT_AND_SURVEY = {"11506-3": "Progress note", "75320-2": "Advance directive", "82810-3": "Pregnancy status"}
"""LOINC codes of document types and social history, which the subset at hand leaves out; all three are in HL7 guides."""


def _table(path: str, delimiter: str = ",") -> list[dict[str, str]]:
    with gzip.open(KNOWLEDGE / path, "rt", encoding="utf-8") as text:
        return list(csv.DictReader(text, delimiter=delimiter))


@pytest.fixture(scope="module")
def icd10() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in _table("icd/icd10cm_fy2026_apr1.csv.gz")}


@pytest.fixture(scope="module")
def loinc() -> dict[str, str]:
    return {row["loinc_num"]: row["long_common_name"] for row in _table("terminology/loinc_subset.csv.gz")}


@pytest.fixture(scope="module")
def snomed() -> dict[str, str]:
    return {row["sctid"]: row["display"] for row in _table("terminology/snomed_ips_free_set_ips1.1.csv.gz")}


@pytest.fixture(scope="module")
def rxnorm() -> dict[str, str]:
    found = {}
    for name in ("rxnorm_supplement_from_valuesets", "rxnorm_prescribable_20251006_B-Z_concepts"):
        found.update({row["rxcui"]: row["name"] for row in _table(f"drugs/{name}.tsv.gz", "\t")})
    return found


def test_diagnoses_are_billable_icd10_codes_with_their_titles(icd10: dict[str, dict[str, str]]) -> None:
    for row in DIAGNOSES.values():
        assert icd10[row.icd10]["billable"] == "1", row.icd10
        assert icd10[row.icd10]["description"] == row.icd10_title


def _snomed_pairs() -> Iterable[tuple[str, str]]:
    for row in DIAGNOSES.values():
        if row.snomed:
            yield row.snomed, row.snomed_title
    for system, code, display, _ in (*ENCOUNTER_TYPES.values(), *PROCEDURES.values(), *SUBSTANCES.values()):
        if system == SNOMED:
            yield code, display
    for code, display, _ in (*REACTIONS.values(), *SMOKING.values()):
        yield code, display
    yield from ROUTES.values()


def test_snomed_codes_say_what_their_concept_says(snomed: dict[str, str]) -> None:
    for code, display in _snomed_pairs():
        assert display == snomed.get(code, IN_PUBLISHED_EXAMPLES.get(code)), code


def test_laboratory_and_vital_codes_carry_their_loinc_names(loinc: dict[str, str]) -> None:
    pairs = [(row.loinc, row.name) for row in (*ANALYTES.values(), *PANELS.values(), *VITALS.values())]
    pairs += [(code, display) for system, code, display, _ in PROCEDURES.values() if system == LOINC]
    for code, name in pairs:
        assert loinc[code] == name, code


def test_drugs_carry_their_rxnorm_names(rxnorm: dict[str, str]) -> None:
    coded = [drug for drug in DRUGS.values() if drug.rxcui]
    assert len(coded) > 60
    for drug in coded:
        assert rxnorm[drug.rxcui].casefold() == drug.rxnorm.casefold(), drug.text
    for system, code, display, _ in SUBSTANCES.values():
        if system == RXNORM:
            assert rxnorm[code].casefold() == display


def test_vaccines_carry_their_cvx_names() -> None:
    text = (KNOWLEDGE / "immunization/cvx.xml").read_text(encoding="iso-8859-1")
    pattern = r"<ShortDescription>(.*?)</ShortDescription>.*?<CVXCode>\s*(\w+)\s*</CVXCode>"
    names = {code: name.strip() for name, code in re.findall(pattern, text, re.DOTALL)}
    for vaccine in VACCINES.values():
        assert names[vaccine.cvx] == vaccine.name


def test_every_code_that_is_generated_is_known(
    resources: list[dict[str, Any]],
    icd10: dict[str, Any],
    loinc: dict[str, str],
    snomed: dict[str, str],
    rxnorm: dict[str, str],
) -> None:
    known = {
        ICD10CM: set(icd10),
        LOINC: {*loinc, *DOCUMENT_AND_SURVEY},
        SNOMED: {*snomed, *IN_PUBLISHED_EXAMPLES},
        RXNORM: set(rxnorm),
    }
    used = {(c["system"], c["code"]) for resource in resources for c in codings(resource) if c["system"] in known}
    assert {pair for pair in used if pair[1] not in known[pair[0]]} == set()


def test_hl7_codes_are_in_their_code_systems(resources: list[dict[str, Any]]) -> None:
    published = _hl7_systems()
    used = {
        (c["system"], c["code"]) for resource in resources for c in codings(resource) if c["system"].startswith(HL7)
    }
    missing = {pair for pair in used if pair[1] not in published.get(pair[0], set())}
    assert {pair for pair in missing if pair[0].removeprefix(HL7) not in SINCE_R4} == set()


SINCE_R4 = {"coverage-class", "appointment-cancellation-reason"}
"""Systems whose content the R4 package may leave out."""


def _hl7_systems() -> dict[str, set[str]]:
    from osler.fhir.json import decode

    found: dict[str, set[str]] = {}
    for name in ("valuesets", "v2-tables", "v3-codesystems"):
        bundle = decode(gzip.decompress((KNOWLEDGE / f"fhir/{name}.json.gz").read_bytes()))
        for entry in bundle["entry"]:
            system = entry["resource"]
            if system["resourceType"] == "CodeSystem":
                _collect(system.get("concept", []), found.setdefault(system["url"], set()))
    return found


def _collect(concepts: list[dict[str, Any]], into: set[str]) -> None:
    for concept in concepts:
        into.add(concept["code"])
        _collect(concept.get("concept", []), into)
