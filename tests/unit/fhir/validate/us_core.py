"""The package of US Core 6.1.0 as published: its definitions and its examples, read without any of our own compiling."""

from __future__ import annotations

import os
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from osler.fhir.json import decode
from tests.shared import BESIDE

PREFIX = "http://hl7.org/fhir/us/core/StructureDefinition/"


@cache
def package(version: str = "610") -> dict[str, list[dict[str, Any]]]:
    """Definitions and examples; skips the calling test or module where the package is not there."""
    path = Path(os.environ.get("OSLER_SHARED", BESIDE)) / "knowledge/fhir" / f"us_core_{version}.tgz"
    if not path.exists():
        pytest.skip("no US Core package beside the checkout (OSLER_SHARED)", allow_module_level=True)
    with tarfile.open(path) as file:
        unsorted = {each.name: decode(file.extractfile(each).read()) for each in file if _is_wanted(each.name)}  # pyright: ignore[reportOptionalMemberAccess]
    read = {name: unsorted[name] for name in sorted(unsorted)}
    return {
        "definitions": [each for name, each in read.items() if "/example/" not in name],
        "examples": [each for name, each in read.items() if "/example/" in name],
    }


def _is_wanted(name: str) -> bool:
    return name.endswith(".json") and name.startswith(
        ("package/example/", "package/StructureDefinition-", "package/ValueSet-", "package/CodeSystem-")
    )


@cache
def definitions(version: str = "610") -> dict[str, dict[str, Any]]:
    """StructureDefinitions by url."""
    published = package(version)["definitions"]
    return {each["url"]: each for each in published if each["resourceType"] == "StructureDefinition"}


@cache
def examples_of(url: str) -> list[dict[str, Any]]:
    """Examples that claim a profile, the shortest first."""
    found = [each for each in package()["examples"] if url in each.get("meta", {}).get("profile", ())]
    return sorted(found, key=lambda each: len(str(each)))
