"""What a long command says on its way and at its end."""

from __future__ import annotations

import pytest

from osler.interfaces.cli import progress
from osler.interfaces.cli.progress import Progress, pace


def test_the_pace_is_told_also_of_nothing_at_all():
    assert pace(12_345, 3.0) == "12,345 resources in 3.0 s, 4,115/s"
    assert pace(0, 0.0) == "0 resources in 0.0 s, 0/s"


def test_a_line_now_and_then_tells_the_share_the_rate_and_the_time_left(
    monkeypatch, capsys: pytest.CaptureFixture[str]
):
    now = 100.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    with Progress("Importing", 1000) as bar:
        bar.advance(100, 50)
        now = 110.0
        bar.advance(150, 500)
        bar.advance(250, 900)
    assert capsys.readouterr().err == "Importing: 25%, 500 resources, 50/s, 30 s left\n"
