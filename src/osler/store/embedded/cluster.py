"""Making the cluster folder, and making sure that no earlier server still works on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from pathlib import Path

import psutil

from osler.core.errors import Unavailable
from osler.store.embedded.binaries import Binaries
from osler.store.embedded.configuration import ADMIN
from osler.store.embedded.folders import DataFolder, make_folder
from osler.store.embedded.launch import Launch

UNFINISHED = "pg.new-"
"""Prefix of a cluster folder being made; swept away at the next start when it was never finished."""

UPGRADED = "pg.upgraded"
"""A cluster of the new major version, complete, on its way to become `pg/`."""

_PATIENCE = 30.0
_INSIST = 5.0


def create_cluster(data: DataFolder, binaries: Binaries, launch: Launch) -> None:
    """Makes `pg/` in one step: it is either there and complete, or not there."""
    sweep_unfinished(data)
    fresh = new_cluster_folder(data, launch)
    init_cluster(fresh, binaries, launch)
    move_into_place(fresh, data.cluster)


def new_cluster_folder(data: DataFolder, launch: Launch) -> Path:
    """An empty folder beside `pg/` that the server's account may fill."""
    fresh = data.root / f"{UNFINISHED}{os.getpid()}"
    make_folder(fresh, 0o700, launch.account)
    return fresh


def init_cluster(folder: Path, binaries: Binaries, launch: Launch) -> None:
    """Runs initdb, with data checksums, on an empty folder."""
    locale = ["--locale=C"]
    if binaries.major >= 17:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    launch.with_folders(pg=folder).run(
        [
            binaries_argument(binaries, "initdb"),
            *("--pgdata={pg}", f"--username={ADMIN}", "--encoding=UTF8", "--data-checksums", "--auth=peer"),
            *("--no-instructions", *locale),
        ],
        doing="Creating the database cluster",
    )


def binaries_argument(binaries: Binaries, name: str) -> str:
    """The program's path as launcher.py resolves it: below `{programs}`, wherever that is mounted."""
    return f"{{programs}}/{binaries.path(name).relative_to(binaries.root)}"


def move_into_place(fresh: Path, target: Path) -> None:
    """Renames, and returns when the rename is on disk."""
    fresh.rename(target)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def finish_upgrade(data: DataFolder) -> None:
    """Completes the renames of an upgrade that a crash cut short; without one, does nothing."""
    upgraded = data.root / UPGRADED
    if not upgraded.exists():
        return
    if data.cluster.exists():
        # The old cluster was still in its place: the upgrade had not been reported as done, and may be run again.
        shutil.rmtree(upgraded)
    else:
        move_into_place(upgraded, data.cluster)


def sweep_unfinished(data: DataFolder) -> None:
    for left in data.root.glob(UNFINISHED + "*"):
        shutil.rmtree(left)


def postmaster_pid(cluster: Path) -> int | None:
    """The process that postmaster.pid names, when it is alive and really works in this cluster."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        return pid if os.path.samestat(_working_directory(pid), cluster.stat()) else None
    except (OSError, ValueError, psutil.Error):
        return None


def _working_directory(pid: int) -> os.stat_result:
    # Through /proc it is found in another mount namespace too; macOS has neither.
    return os.stat(f"/proc/{pid}/cwd" if Path("/proc/self").exists() else psutil.Process(pid).cwd())


def is_ready(cluster: Path, pid: int) -> bool:
    """Whether the postmaster with this process id says in postmaster.pid that it takes connections."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def remove_sockets(runtime: Path) -> None:
    """Takes away what a killed server left: PostgreSQL heeds a lock file whose process is dead but not collected."""
    for each in (runtime / "s").iterdir():
        each.unlink()


def wait_for_old_server(cluster: Path) -> None:
    """Returns when no earlier postmaster is left; the caller holds the owner's lock, so any that is left has no owner.

    One whose owner was killed is already stopping. After some seconds it is told to, then killed; either way nothing
    acknowledged is lost, since the log is replayed at the next start.
    """
    began, asked = time.monotonic(), 0
    while pid := postmaster_pid(cluster):
        waited = time.monotonic() - began
        if waited > _PATIENCE:
            raise Unavailable(f"An earlier PostgreSQL (process {pid}) on {cluster} does not end; stop it and try again")
        for step, after in enumerate((_INSIST, _INSIST * 2), start=1):
            if waited > after and asked < step:
                with contextlib.suppress(ProcessLookupError):  # it has just ended
                    os.kill(pid, signal.SIGQUIT if step == 1 else signal.SIGKILL)
                asked = step
        time.sleep(0.05)
    # Left by a killed server; its number may by now belong to a program that has nothing to do with us.
    (cluster / "postmaster.pid").unlink(missing_ok=True)
