"""Which search parameters look at an element that a policy hides."""

from __future__ import annotations

import pytest

from osler.store.reference.eyes import reads
from osler.store.visible import touches


@pytest.mark.parametrize(
    ("use", "hidden", "looked_at"),
    [
        ("Patient._tag", "Patient.meta", True),
        ("Patient._security", "Patient.meta.security", True),
        ("Patient._profile", "Patient.meta", True),
        ("Patient._lastUpdated", "Patient.meta.lastUpdated", True),
        ("Patient._tag", "Patient.meta.security", False),
        ("Patient._tag", "Observation.meta", False),
        ("Patient._id", "Patient.meta", False),
        ("Patient.phone", "Patient.telecom", True),
        ("Patient.family", "Patient.name.text", False),
        ("Observation.combo-code", "Observation.component", True),
        ("Observation.*", "Observation.note", True),
    ],
)
def test_a_parameter_that_reads_a_hidden_element_is_known(use, hidden, looked_at):
    assert touches(frozenset((use,)), frozenset((hidden,))) is looked_at
    assert reads(use, hidden) is looked_at
