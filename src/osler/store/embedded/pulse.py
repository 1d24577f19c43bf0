"""Whether a server that is alive is also getting somewhere.

While PostgreSQL recovers from a crash of one of its processes it does not miss another that is killed (seen with 18: no
message, no end). Without the one that recovers it then turns everybody away for ever; whoever owns the server has to notice.
"""

from __future__ import annotations

import contextlib
import re
import time

import psutil

PATIENCE = 6.0
"""Seconds without any process that recovers or serves. Between two stages there is none for a moment."""

_OURS = "postgres: "
_AT_WORK = re.compile(r"postgres: (?:[^:]+: )?(?:startup|walwriter)\b")


class Pulse:
    """Looks at the processes of one server after another, by their titles. Only for servers that have been ready once."""

    def __init__(self) -> None:
        self._pid = 0
        self._since: float | None = None

    def is_lost(self, pid: int) -> bool:
        """Whether the server with this postmaster has neither served nor recovered for so long that it never will."""
        titles = [each for each in _titles(pid) if each.startswith(_OURS)]
        if pid != self._pid or not titles or any(map(_AT_WORK.match, titles)):
            self._pid, self._since = pid, None
            return False
        self._since = self._since or time.monotonic()
        return time.monotonic() - self._since > PATIENCE


def _titles(pid: int) -> list[str]:
    titles: list[str] = []
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(pid).children():
            with contextlib.suppress(psutil.Error):
                titles.append(" ".join(child.cmdline()))
    return titles
