"""A resource of megabytes is looked through beside the event loop, all others at once."""

from __future__ import annotations

import threading

import pytest

from osler.store.write import beside


@pytest.mark.parametrize(("size", "here"), [(2_000, True), (2_000_000, False)])
async def test_only_what_takes_long_goes_to_a_thread(size: int, here: bool) -> None:
    worked_in = await beside(b" " * size, threading.current_thread)
    assert (worked_in is threading.current_thread()) == here
