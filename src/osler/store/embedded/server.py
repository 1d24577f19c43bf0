"""One bundled PostgreSQL server, from the side of the process that owns it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

from osler.core.errors import Unavailable
from osler.store.embedded.account import Account, server_account
from osler.store.embedded.address import Address
from osler.store.embedded.binaries import Binaries, binaries_for, newest
from osler.store.embedded.cluster import (
    binaries_argument,
    create_cluster,
    finish_upgrade,
    is_ready,
    remove_sockets,
    sweep_unfinished,
    wait_for_old_server,
)
from osler.store.embedded.configuration import ADMIN, PORT, write_configuration
from osler.store.embedded.folders import DataFolder, make_folder
from osler.store.embedded.launch import Launch, launch_failure
from osler.store.embedded.pulse import Pulse
from osler.store.embedded.runtime import (
    hold_runtime_folder,
    remove_runtime_folder,
    runtime_folder,
    sweep_runtime_folders,
)

log = logging.getLogger(__name__)

_START_PATIENCE = 60.0
_LOOK_EVERY = 0.2
_FEEL_EVERY = 2.0
_MOMENT = 0.01
_ATTEMPTS = 3


class EmbeddedServer:
    """Starts, watches, restarts and stops the server of one data folder. The caller holds the owner's lock.

    `start()` has to be called from a thread that lives as long as the server should: the server stops when it ends.
    """

    def __init__(self, data: DataFolder, *, archive: Path | None = None, extra_settings: str = "") -> None:
        self.data = data
        self.account: Account = server_account(data.cluster)
        self.folders: dict[str, Path] = {"wal_archive": archive} if archive else {}
        """Further folders the server must reach; its own commands find `wal_archive` as $OSLER_WAL_ARCHIVE."""
        self._extra = extra_settings
        self._runtime: Path | None = None
        self._held: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def address(self) -> Address:
        """Of Osler's database, for the application's own role."""
        return Address(host=str(self.runtime / "s"), port=PORT)

    @property
    def admin(self) -> Address:
        """Of the same server, as superuser: for base backups and for creating databases."""
        return self.address.with_user(ADMIN).with_database("postgres")

    @property
    def runtime(self) -> Path:
        if self._runtime is None:
            self._runtime = runtime_folder(self.data.root, self.account)
        return self._runtime

    def hold_runtime(self) -> None:
        """Makes the runtime folder if need be, and keeps it from being swept until `let_go_of_runtime`."""
        runtime, held = hold_runtime_folder(self.data.root, self.account)
        self.let_go_of_runtime()
        self._runtime, self._held = runtime, held

    def let_go_of_runtime(self) -> None:
        if self._held is not None:
            os.close(self._held)
        self._runtime = self._held = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    def launch(self, binaries: Binaries) -> Launch:
        """How this data folder's programs are started."""
        folders = {"programs": binaries.root, "log": self.data.server_log, **self.folders}
        return Launch(self.account, self.runtime, folders)

    async def start(self) -> None:
        """Returns when the server takes connections and the database is there; makes both the first time."""
        try:
            await self._start_killed_or_not()
            await asyncio.to_thread(sweep_runtime_folders, self.runtime.parent)
        except BaseException:
            await self.stop()
            raise
        self._watcher = asyncio.create_task(self._watch(), name="osler-postgresql")

    async def _start_killed_or_not(self) -> None:
        """Starts it again when something killed it while it started; what it ends of by itself will not get better."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._start_once()
            except Unavailable:
                if self._process is None or not _was_killed(self._process):
                    raise
                log.warning("PostgreSQL was killed while it started; starting it again")
        return await self._start_once()

    async def stop(self) -> None:
        """A fast shutdown: connections end, everything committed is on disk, the runtime folder is gone."""
        self._stopping = True
        if self._watcher:
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher
        self.data.state_file.unlink(missing_ok=True)
        if self._process:
            await asyncio.to_thread(_end, self._process, in_good_order=is_ready(self.data.cluster, self._process.pid))
        if self._runtime and self.pid is None:
            await asyncio.to_thread(remove_runtime_folder, self._runtime)
            self.let_go_of_runtime()

    async def _start_once(self) -> None:
        binaries = await asyncio.to_thread(self._prepare)
        launch = self.launch(binaries).with_folders(pg=self.data.cluster)
        # Started from this thread, not a pool's: the kernel ends the server when its parent thread ends. SIGQUIT, the
        # immediate shutdown, because 18 may never end after a SIGINT that comes while it replays its log; the log that
        # is replayed at the next start has everything that was committed.
        with _start_log(self.data).open("wb") as output:
            self._process = launch.start(
                [
                    binaries_argument(binaries, "postgres"),
                    *("-D", "{pg}", "-c", f"config_file={self.runtime}/postgresql.conf", "-c", "log_directory={log}"),
                ],
                env={f"OSLER_{name.upper()}": f"{{{name}}}" for name in self.folders},
                death_signal=signal.SIGQUIT,
                output=output,
            )
        await self._wait_until_ready(launch)
        await self._let_in()
        self._write_state(binaries)

    async def _let_in(self) -> None:
        """The database is there. A server whose session was killed turns everybody away until it has recovered."""
        patience = time.monotonic() + _START_PATIENCE
        while True:
            try:
                return await ensure_database(self.admin)
            except Unavailable:
                if self.pid is None or time.monotonic() > patience:
                    raise
            await asyncio.sleep(_LOOK_EVERY)

    def _prepare(self) -> Binaries:
        """Everything before the server itself, in a thread: folders, the cluster, settings, remains of the last run."""
        self.data.create(self.account)
        self.hold_runtime()  # looked for afresh: something may have cleaned up temporary folders
        finish_upgrade(self.data)
        major = self.data.cluster_major()
        binaries = newest() if major is None else binaries_for(major)
        archive = self.folders.get("wal_archive")
        if archive:
            prepare_archive(archive, self.launch(binaries))
        if major is None:
            create_cluster(self.data, binaries, self.launch(binaries))
        else:
            sweep_unfinished(self.data)
        wait_for_old_server(self.data.cluster)
        remove_sockets(self.runtime)
        if archive:
            archive_histories(self.data, self.launch(binaries))
        self.prepare_configuration()
        return binaries

    def prepare_configuration(self) -> None:
        """Writes the server's settings, and who may connect, into the runtime folder."""
        archive = "wal_archive" in self.folders
        write_configuration(self.runtime, self.data, self.account, archive=archive, extra=self._extra)

    async def _wait_until_ready(self, launch: Launch) -> None:
        process = self._process
        assert process is not None
        until = time.monotonic() + _START_PATIENCE
        while not is_ready(self.data.cluster, process.pid):
            if process.poll() is not None:
                output = _start_log(self.data).read_text(errors="replace")
                if "pre-existing shared memory block" in output and time.monotonic() < until:
                    # Sessions of a killed server are still ending.
                    await asyncio.sleep(0.2)
                    await self._start_once()
                    return
                raise launch_failure(process.returncode, output + self._last_log_lines(), "Starting PostgreSQL", launch)
            # Replaying the log after a crash takes as long as it takes; only a server that says nothing is given up.
            if time.monotonic() > until and not (self.data.cluster / "postmaster.pid").exists():
                raise Unavailable("PostgreSQL did not start within a minute")
            await asyncio.sleep(_MOMENT)

    def _last_log_lines(self) -> str:
        files = sorted(self.data.server_log.glob("*.log"), key=lambda each: each.stat().st_mtime)
        return "\n".join(files[-1].read_text(errors="replace").splitlines()[-5:]) if files else ""

    def _write_state(self, binaries: Binaries) -> None:
        self.data.write_state(
            {
                "owner": os.getpid(),
                "postmaster": self.pid,
                "started": datetime.now(UTC).isoformat(timespec="seconds"),
                "socket": self.address.host,
                "port": PORT,
                "postgresql": binaries.major,
            }
        )

    async def _watch(self) -> None:
        """Starts the server again whenever it is gone, for as long as it takes (a full disk may be emptied)."""
        pause, pulse, felt_at = _LOOK_EVERY, Pulse(), time.monotonic()
        while True:
            await asyncio.sleep(pause)
            if self.pid and not self._stopping and time.monotonic() > felt_at + _FEEL_EVERY:
                felt_at = time.monotonic()
                if await asyncio.to_thread(pulse.is_lost, self.pid) and self._process:
                    log.error("PostgreSQL neither serves nor recovers; ending it")
                    await asyncio.to_thread(_end, self._process, in_good_order=False)
            if self.pid or self._stopping:
                pause = _LOOK_EVERY
                continue
            log.warning("PostgreSQL ended unexpectedly; starting it again")
            try:
                await self._start_once()
                log.warning("PostgreSQL runs again")
            except Exception as error:
                # Whatever it was: giving up would leave the record away for good.
                pause = min(max(1.0, pause * 2), 10.0)
                log.error("PostgreSQL does not start: %s; next attempt in %.0f s", error, pause)


async def ensure_database(admin: Address) -> None:
    """Makes the application's role and database where they are missing (a first start may have been cut short)."""
    import asyncpg

    try:
        connection = await asyncpg.connect(**admin.connect_args(), timeout=30)
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = 'osler'"):
                await connection.execute("CREATE ROLE osler LOGIN; GRANT pg_monitor, pg_checkpoint TO osler")
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = 'osler'"):
                await connection.execute("CREATE DATABASE osler OWNER osler")
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise Unavailable(f"PostgreSQL runs, but does not let the database be used: {error}") from error


def prepare_archive(archive: Path, launch: Launch) -> None:
    """Makes the folder for archived write-ahead log if need be, and checks that the server may write there."""
    make_folder(archive, 0o700, launch.account)
    launch.run(
        ["/bin/sh", "-c", 'test -w "$0"', "{wal_archive}"],
        doing=f"Writing to the WAL archive {archive} as the account {launch.account.name}",
    )


def archive_histories(data: DataFolder, launch: Launch) -> None:
    """Has the archive get the history of a restored database's timeline, without which its log could not be found there.

    The restore itself archives nothing: it may be a drill, and must not write beside the log of the real database.
    """
    if not any((data.cluster / "pg_wal").glob("*.history")):
        return
    script = 'cd "$0"; for h in *.history; do test -e "archive_status/$h.done" || : > "archive_status/$h.ready"; done'
    launch.with_folders(pg=data.cluster).run(
        ["/bin/sh", "-c", script, "{pg}/pg_wal"], doing="Marking timeline histories for the archive"
    )


def _start_log(data: DataFolder) -> Path:
    """What the server says before its own log is open."""
    return data.log / "postgresql-start.log"


def _was_killed(process: subprocess.Popen[bytes]) -> bool:
    """Whether a signal ended it, or ended the program that it was started by."""
    code = process.poll()
    return code is not None and (code < 0 or code > 128)


def _end(process: subprocess.Popen[bytes], *, in_good_order: bool) -> None:
    steps = ((signal.SIGINT, 60), (signal.SIGQUIT, 10), (signal.SIGKILL, 10))
    for sign, patience in steps if in_good_order else steps[1:]:
        if process.poll() is not None:
            return
        process.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
