"""Starting PostgreSQL's programs as the server's account; see launcher.py for what happens on the other side."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from osler.core.errors import Unavailable
from osler.store.embedded.account import Account
from osler.store.embedded.launcher import REFUSED

_LAUNCHER = Path(__file__).with_name("launcher.py")


@dataclass(frozen=True, slots=True)
class Launch:
    """How programs are started for one data folder: as whom, and with which folders in reach."""

    account: Account
    runtime: Path
    folders: Mapping[str, Path]
    """By the name used as `{name}` in arguments and environment values."""

    def with_folders(self, **folders: Path) -> Launch:
        return Launch(self.account, self.runtime, {**self.folders, **folders})

    def start(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        folder: str = "/",
        death_signal: int = signal.SIGKILL,
        output: IO[Any] | int = subprocess.DEVNULL,
    ) -> subprocess.Popen[bytes]:
        """Starts a program that gets `death_signal` when the calling thread ends, so call it from one that lasts."""
        plan = {
            "uid": None if self.account.is_ours else self.account.uid,
            "gid": self.account.gid,
            "folders": {name: [str(path), str(self.runtime / "mnt" / name)] for name, path in self.folders.items()},
            "argv": list(argv),
            "env": {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", **(env or {})},
            "folder": folder,
            "parent": os.getpid(),
            "death_signal": int(death_signal),
        }
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(_LAUNCHER), json.dumps(plan)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Its own session: Ctrl-C in a terminal goes to the owner alone, which then stops the server in good order.
            start_new_session=True,
        )

    def run(self, argv: Sequence[str], *, folder: str = "/", doing: str) -> str:
        """Runs a program to its end and gives what it printed; raises Unavailable, saying what it was doing."""
        process = self.start(argv, folder=folder, output=subprocess.PIPE)
        output = process.communicate()[0].decode(errors="replace")
        if process.returncode != 0:
            raise launch_failure(process.returncode, output, doing, self)
        return output


def launch_failure(code: int, output: str, doing: str, launch: Launch) -> Unavailable:
    """What to tell the reader about a program that ended with an error."""
    if code == REFUSED:
        places = ", ".join(str(path) for path in launch.folders.values())
        return Unavailable(
            f"The account {launch.account.name}, which PostgreSQL runs as, cannot reach its folders ({places}), and "
            "this system allows no mount namespace. Choose a data folder (--data-dir) and an installation of Osler "
            "that this account can walk to, or start Osler as an ordinary user."
        )
    tail = "\n".join(output.strip().splitlines()[-12:])
    return Unavailable(f"{doing} failed (exit {code}):\n{tail}")
