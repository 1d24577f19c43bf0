"""Whatever is sent, the validator answers: changed examples never make it fail."""

from __future__ import annotations

import random
from copy import deepcopy
from decimal import Decimal
from typing import Any

from osler.fhir.validate import Issue, Validator
from tests.unit.fhir.validate.us_core import package

VALIDATOR = Validator()
JUNK: list[Any] = ["", " ", "#", "#x", "Patient/1", "urn:uuid:", "a|b", "2024-13", "😀", 0, -1, True, None, Decimal("1.5"), [], {}, [None], [""],
                   {"extension": [{"url": ""}]}, {"id": "x"}, {"resourceType": "Patient"}, {"reference": "#"}, {"coding": [{}]}]  # fmt: skip


def test_changed_examples_are_answered() -> None:
    chance = random.Random(1)
    refused = 0
    for example in package()["examples"]:
        for _ in range(8):
            changed = deepcopy(example)
            for _ in range(chance.choice((1, 1, 2, 5))):
                _change(changed, chance)
            found = VALIDATOR.issues(changed)
            assert all(isinstance(each, Issue) for each in found)
            refused += any(each.severity == "error" for each in found)
    assert refused > 500


def _change(value: Any, chance: random.Random) -> None:
    """Somewhere inside: another value, one taken away, or one moved."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = chance.choice(keys)
        if isinstance(value[key], dict | list) and value[key] and chance.random() < 0.7:
            value = value[key]
            continue
        break
    if chance.random() < 0.3:
        del value[key]
    elif chance.random() < 0.8:
        value[key] = deepcopy(chance.choice(JUNK))
    elif isinstance(value, dict):
        value[chance.choice(("extension", "contained", "id", "_" + str(key), "valueString", "modifierExtension"))] = (
            value.pop(key)
        )
