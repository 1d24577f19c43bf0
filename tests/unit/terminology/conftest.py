"""The built-in releases, built once where they are not."""

from __future__ import annotations

import pytest

from osler.terminology.catalog import Catalog


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog.builtin()
