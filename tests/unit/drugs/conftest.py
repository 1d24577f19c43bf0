from __future__ import annotations

import pytest

from osler.terminology.drugs import Drugs
from tests.drug_release import drugs as built_in_drugs


@pytest.fixture(scope="session")
def drugs() -> Drugs:
    return built_in_drugs()
