"""One database for the comparisons of a worker; every world empties it first."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from osler.store.embedded import Address
from osler.store.store import Store, open_store
from tests.conftest import copied_database

ZONE = "America/New_York"


@pytest.fixture(scope="session")
async def store(postgres: Address, template: str) -> AsyncIterator[Store]:
    async with copied_database(postgres, template) as address:
        opened = await open_store(address.connect_args(), size=2, zone=ZONE)
        yield opened
        await opened.close()
