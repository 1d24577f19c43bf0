"""What is built in is what the sources hold."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest

from osler.terminology.building import NAMES
from osler.terminology.catalog import Catalog
from osler.terminology.release import Release
from osler.terminology.systems.loinc import has_check_digit
from tests.shared import shared_data

SOURCES = {
    "icd10cm": ("icd/icd10cm_fy2026_apr1.csv.gz", "code", ","),
    "icd10pcs": ("icd/icd10pcs_tuva_asof_unknown.csv.gz", "code", ","),
    "hcpcs": ("hcpcs_rvu/hcpcs_level2_2025.csv.gz", "code", ","),
    "loinc": ("terminology/loinc_subset.csv.gz", "loinc_num", ","),
    "snomed_ips": ("terminology/snomed_ips_free_set_ips1.1.csv.gz", "sctid", ","),
    "rxnorm": ("drugs/rxnorm_prescribable_20251006_B-Z_concepts.tsv.gz", "rxcui", "\t"),
}
COUNTS = {
    "icd10cm": 98_186,
    "icd10pcs": 78_638,
    "hcpcs": 8_421,
    "loinc": 7_837,
    "snomed_ips": 8_143,
    "cvx": 288,
    "mvx": 89,
    "race_ethnicity": 1_324,
    "placeofservice": 52,
}


def _release(catalog: Catalog, name: str) -> Release:
    release = catalog.of(name)
    assert release is not None
    return release


def _knowledge() -> Path:
    return shared_data("synthea").parent.parent / "knowledge"


@pytest.mark.parametrize("name", SOURCES)
def test_every_code_of_the_source_is_there(catalog: Catalog, name: str):
    file, column, delimiter = SOURCES[name]
    with gzip.open(_knowledge() / file, "rt", newline="") as text:
        quoting = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
        wanted = {row[column] for row in csv.DictReader(text, delimiter=delimiter, quoting=quoting)}
    found = set(_release(catalog, name).codes())
    assert wanted <= found
    assert name == "rxnorm" or wanted == found


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_counts(catalog: Catalog, name: str, count: int):
    assert _release(catalog, name).count == count


def test_icd_10_cm_has_the_official_number_of_billable_codes(catalog: Catalog):
    assert len(_release(catalog, "icd10cm").with_property("billable", "true")) == 74_719


def test_rxnorm_has_the_prescribable_file_and_all_its_packages(catalog: Catalog):
    rxnorm = _release(catalog, "rxnorm")
    assert len(rxnorm.with_property("origin", "RxNorm prescribable 2025-10-06")) == 37_033
    assert rxnorm.by_alias("ndc11", "00002015201") == ["2679323"]
    assert rxnorm.related("866429", "tradename_of") == ["866427"]


@pytest.mark.parametrize("name", NAMES)
def test_each_release_says_where_it_comes_from(catalog: Catalog, name: str):
    head = _release(catalog, name).head
    assert head.name == name
    assert all((head.system, head.version, head.title, head.source, head.license))
    assert date(2020, 1, 1) < head.effective_on < date(2026, 11, 1)


def test_what_is_stale_or_partial_says_so(catalog: Catalog):
    assert "not known" in _release(catalog, "icd10pcs").head.caution
    assert "begin with A" in _release(catalog, "rxnorm").head.caution
    assert "Regenstrief" in _release(catalog, "loinc").head.notice


def test_the_tabular_list_is_kept_as_facts(catalog: Catalog):
    icd = _release(catalog, "icd10cm")
    diabetes, fracture = icd.find("E11"), icd.find("S52.52")
    assert diabetes is not None
    assert fracture is not None
    assert "type 1 diabetes mellitus (E10.-)" in diabetes.values("excludes1")
    assert fracture.value("seventh_character") == "A initial encounter for closed fracture"
    assert icd.ancestors("S52.501A") == ["S52", "S52.5", "S52.50", "S52.501"]
    assert "S52.501A" in icd.descendants("S52.5")


def test_ingredients_with_a_lead_to_their_drugs(catalog: Catalog):
    rxnorm = _release(catalog, "rxnorm")
    assert "308136" in rxnorm.relating("17767", "has_ingredient")
    amlodipine = rxnorm.find("308136")
    assert amlodipine is not None
    assert amlodipine.value("tty") == "SCD"


def test_vaccines_know_groups_packages_and_makers(catalog: Catalog):
    cvx, packages = _release(catalog, "cvx"), _release(catalog, "vaccine_ndc")
    assert cvx.by_alias("ndc11", "49281042550") == ["140"]
    assert cvx.related("140", "in_vaccine_group") == ["88"]
    package = packages.find("49281042550")
    assert package is not None
    assert package.value("cvx") == "140"


def test_loinc_codes_end_in_their_check_digit(catalog: Catalog):
    codes = list(_release(catalog, "loinc").codes())
    assert [code for code in codes if not has_check_digit(code)] == []
    assert not has_check_digit("4548-5")
    assert not has_check_digit("x")
