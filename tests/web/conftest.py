"""One practice for all tests of pages; each test works on a patient of its own or leaves things as they were."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from osler.store.embedded import Address
from tests.conftest import copied_database
from tests.practice import Person, Practice, open_practice


@pytest.fixture(scope="session")
async def practice(
    postgres: Address, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Practice]:
    folder = tmp_path_factory.mktemp("practice")
    async with copied_database(postgres, template) as address, open_practice(address, folder) as practice:
        yield practice


@pytest.fixture
async def okafor(practice: Practice) -> AsyncIterator[Person]:
    """A physician, signed in."""
    async with practice.person() as person:
        yield person


@pytest.fixture
async def park(practice: Practice) -> AsyncIterator[Person]:
    """A nurse, signed in."""
    async with practice.person("park") as person:
        yield person
