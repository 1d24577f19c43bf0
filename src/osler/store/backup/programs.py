"""Running PostgreSQL's client programs as this process's own account."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from osler.core.errors import Unavailable
from osler.store.embedded.address import Address
from osler.store.embedded.binaries import Binaries


def run_program(binaries: Binaries, name: str, address: Address, arguments: Sequence[str]) -> None:
    """Runs a program on a database to its end; raises Unavailable with what it said when it fails."""
    url, secrets = address.for_programs()
    done = subprocess.run(
        [binaries.path(name), "--dbname", url, "--no-password", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        env={**os.environ, **secrets, "LC_ALL": "C", "PGCONNECT_TIMEOUT": "15"},
    )
    if done.returncode != 0:
        raise Unavailable(f"{name} failed:\n{done.stderr.strip() or done.stdout.strip()}")
