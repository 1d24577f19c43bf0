"""What a long command says at its end."""

from __future__ import annotations

from osler.interfaces.cli.progress import pace


def test_the_pace_is_told_also_of_nothing_at_all():
    assert pace(12_345, 3.0) == "12,345 resources in 3.0 s, 4,115/s"
    assert pace(0, 0.0) == "0 resources in 0.0 s, 0/s"
