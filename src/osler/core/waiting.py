"""Waiting for what is unavailable for a moment: a database that starts again, a port that is about to be free."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from osler.core.errors import Unavailable

T = TypeVar("T")


async def patiently(
    attempt: Callable[[], Awaitable[T]], *, seconds: float, every: float, passes: Callable[[Unavailable], bool]
) -> T:
    """The outcome of the first attempt that is not Unavailable; there is another `every` seconds after each that is. Raises
    the Unavailable that will not pass, and the first one that comes after `seconds`."""
    until = time.monotonic() + seconds
    while True:
        try:
            return await attempt()
        except Unavailable as error:
            if not passes(error) or time.monotonic() > until:
                raise
        await asyncio.sleep(every)
