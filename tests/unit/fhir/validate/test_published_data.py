"""What HL7 publishes as examples and what the shared data claim is accepted, but for what is truly wrong."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from osler.fhir.json import decode
from osler.fhir.validate import Issue, Validator
from tests.shared import shared_data
from tests.unit.fhir.validate.us_core import package

VALIDATOR = Validator()

TRULY_WRONG = {
    ("Observation.category", "us-core-smokingstatus: category:SocialHistory"): "survey instead of social-history",
    ("Practitioner.identifier", "us-core-17"): "made-up NPIs whose check digit is wrong",
    ("Observation.effectivePeriod.stop", "structure"): "a Period has start and end",
    ("Observation.valueCodeableConcept", "us-core-smokingstatus: value[x]"): "not a SNOMED CT code",
    ("Patient.extension.valueCoding", "us-core-sex: value[x]"): "made for 8.0.0, and claims no version",
    ("Patient.gender", "us-core-patient: gender"): "not there",
    ("Patient.extension.extension.valueCoding", "us-core-race: extension:ombCategory.value[x]"): "an ethnicity as race",
}
"""By path and rule; docs/reference/validation.md tells the same."""


@pytest.mark.parametrize(("version", "count"), [("610", 183), ("700", 214), ("800", 228)])
def test_the_examples_of_us_core_are_accepted(version: str, count: int) -> None:
    examples = package(version)["examples"]
    assert len(examples) == count
    assert [(each["id"], _errors(each)) for each in examples if _errors(each)] == []


@pytest.mark.parametrize(
    ("name", "step", "wrong"),
    [("us-core", 1, {"Observation": 2, "Patient": 1}), ("synthea-uscore", 1, {"Observation": 193, "Practitioner": 178}), ("synthea", 5, {"Patient": 1})],
)  # fmt: skip
def test_the_shared_data_are_accepted_but_for_what_is_wrong(name: str, step: int, wrong: dict[str, int]) -> None:
    refused, unexpected = Counter[str](), Counter[tuple[str, str]]()
    for resource in _resources(shared_data(name), step):
        if found := _errors(resource):
            refused[resource["resourceType"]] += 1
            unexpected.update(_told(issue) for issue in found if _told(issue) not in TRULY_WRONG)
    assert unexpected == {}
    assert refused == wrong


def _errors(resource: dict[str, Any]) -> list[Issue]:
    return [each for each in VALIDATOR.issues(resource, with_warnings=False) if each.severity == "error"]


def _told(issue: Issue) -> tuple[str, str]:
    return re.sub(r"\[\d+]", "", issue.path), issue.rule


def _resources(folder: Path, step: int) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.json.gz"))[::step]:
        read = decode(gzip.decompress(path.read_bytes()))
        yield from (entry["resource"] for entry in read["entry"]) if read["resourceType"] == "Bundle" else [read]
