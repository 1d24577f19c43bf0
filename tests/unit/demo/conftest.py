"""A small clinic, generated once for all the tests of the generator."""

from __future__ import annotations

from typing import Any

import pytest

from osler.demo import generate
from tests.unit.demo.reading import PATIENTS, TODAY


@pytest.fixture(scope="session")
def batches() -> list[list[dict[str, Any]]]:
    return list(generate(1, PATIENTS, today=TODAY))


@pytest.fixture(scope="session")
def resources(batches: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [resource for batch in batches for resource in batch]


@pytest.fixture(scope="session")
def delgado(batches: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return batches[1]
