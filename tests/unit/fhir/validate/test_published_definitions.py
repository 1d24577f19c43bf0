"""What HL7 publishes with R4, US Core and the patient summary can be kept here: profiles, value sets, statements, parameters."""

from __future__ import annotations

import gzip
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from osler.fhir.json import decode
from osler.fhir.search.custom import faults_of, params_of
from osler.fhir.validate import Validator
from tests.shared import BESIDE

VALIDATOR = Validator()
FOLDER = Path(os.environ.get("OSLER_SHARED", BESIDE)) / "knowledge/fhir"
TRULY_WRONG = {"http://hl7.org/fhir/StructureDefinition/SubscriptionStatus": "of FHIR 4.3.0, which is no version of R4"}
"""docs/reference/validation.md tells the same."""

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="needs the published definitions")


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("compartmentdefinition-patient", 1), ("conceptmaps", 1), ("extension-definitions", 6), ("profiles-others", 1),
        ("profiles-resources", 6), ("profiles-types", 1), ("v3-codesystems", 4), ("valuesets", 3),
    ],
)  # fmt: skip
def test_what_is_published_with_r4_is_accepted(name: str, step: int) -> None:
    assert _refused(list(_of_bundle(name))[::step]).keys() <= TRULY_WRONG.keys()


@pytest.mark.parametrize("name", ["us_core_610", "us_core_700", "us_core_800", "ips_v110"])
def test_what_is_published_in_a_guide_is_accepted(name: str) -> None:
    assert _refused(_of_package(name)) == {}


def test_published_search_parameters_can_be_active() -> None:
    """They say what is built in, so they change nothing; what is not built in becomes a parameter of the site."""
    of_r4 = [{**each, "status": "active"} for each in _of_bundle("search-parameters")]
    assert _refused(of_r4[::3]) == {}
    assert [each["url"] for each in of_r4 if faults_of(each) or params_of(each)] == []
    of_guides = [each for version in ("610", "700", "800") for each in _of_package(f"us_core_{version}")]
    active = [each for each in of_guides if each["resourceType"] == "SearchParameter" and each["status"] == "active"]
    assert len(active) > 300
    assert [each["url"] for each in active if faults_of(each)] == []


def test_what_only_looks_published_is_a_definition_like_any_other() -> None:
    own = {
        "resourceType": "SearchParameter",
        "status": "active",
        "code": "gender",
        "type": "token",
        "base": ["Patient"],
    }
    own["expression"] = "Patient.gender"
    assert faults_of(own | {"url": "http://example.org/fhir/SearchParameter/individual-gender"}) != []
    assert faults_of(own | {"url": "http://hl7.org/fhir/SearchParameter/individual-gender"}) == []
    fresh = own | {"url": "http://hl7.org/fhir/uv/x/SearchParameter/tongue", "code": "tongue"}
    assert [each.key for each in params_of(fresh)] == [("Patient", "tongue")]


def _refused(resources: Any) -> dict[str, list[str]]:
    found = {each["url"]: VALIDATOR.issues(each, with_warnings=False) for each in resources}
    return {url: [f"{each.path}: {each.rule}" for each in issues] for url, issues in found.items() if issues}


def _of_bundle(name: str) -> Iterator[dict[str, Any]]:
    read = decode(gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes()))
    yield from (entry["resource"] for entry in read["entry"]) if read["resourceType"] == "Bundle" else [read]


def _of_package(name: str) -> Iterator[dict[str, Any]]:
    """What the package defines: resources that have a canonical url."""
    with tarfile.open(FOLDER / f"{name}.tgz") as file:
        for each in file:
            if each.name.startswith("package/") and each.name.count("/") == 1 and each.name.endswith(".json"):
                read = decode(file.extractfile(each).read())  # pyright: ignore[reportOptionalMemberAccess]
                if "resourceType" in read and "url" in read:
                    yield read
