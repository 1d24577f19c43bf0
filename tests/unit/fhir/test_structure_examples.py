"""Published resources that are sound R4 are taken as they are."""

import gzip
import tarfile
from pathlib import Path
from typing import Any

import pytest

from osler.fhir.json import decode
from osler.fhir.structure import faults

SHARED = Path(__file__).parents[3].parent / "shared"
FILES = sorted(SHARED.glob("data/synthea*/*.json.gz")) + sorted(SHARED.glob("data/us-core/*.json.gz"))
US_CORE = SHARED / "knowledge/fhir/us_core_610.tgz"

STRAY = "3c766796-d8a0-480f-8215-f1e7e3afab21"
"""An Observation of the US Core reference patients whose Period says `stop` where R4 says `end`."""


@pytest.mark.skipif(not FILES, reason="needs the shared synthetic patients")
def test_synthetic_patients_are_sound():
    for file in FILES[:6] + FILES[-8:]:
        bundle = decode(gzip.decompress(file.read_bytes()))
        for entry in bundle.get("entry", [{"resource": bundle}]):
            expected = ["Observation.effectivePeriod.stop"] if entry["resource"]["id"] == STRAY else []
            assert [fault.path for fault in faults(entry["resource"])] == expected


@pytest.mark.skipif(not US_CORE.exists(), reason="needs the shared US Core package")
def test_us_core_examples_are_sound():
    examples = list(_examples())
    assert len(examples) == 183
    assert [found for example in examples for found in faults(example)] == []


def _examples() -> list[dict[str, Any]]:
    with tarfile.open(US_CORE) as package:
        members = [member for member in package if member.name.startswith("package/example/")]
        return [decode(package.extractfile(member).read()) for member in members]  # pyright: ignore
