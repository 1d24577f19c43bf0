"""The tally that workers share, and who may take the next connection."""

from __future__ import annotations

import os

from osler.interfaces.cli.fair_server import Tally


def test_workers_that_are_absent_are_waited_for_by_nobody():
    tally = Tally.create(3)
    assert tally.least() == 0
    tally.set(0, 5)
    assert tally.least() == 5
    tally.set(2, 3)
    assert tally.least() == 3
    tally.absent(2)
    assert tally.least() == 5


def test_another_process_sees_the_same_numbers():
    tally = Tally.create(2)
    child = os.fork()
    if child == 0:
        Tally(tally.fileno(), 2).set(1, 7)
        os._exit(0)
    os.waitpid(child, 0)
    assert tally.least() == 7
