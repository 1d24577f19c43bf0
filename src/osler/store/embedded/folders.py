"""The data folder: what lies where, and who owns it for now."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from osler.core.errors import Unavailable
from osler.store.embedded.account import Account


def default_data_dir() -> Path:
    """OSLER_DATA_DIR, else /var/lib/osler for root, else the user's XDG data folder."""
    if chosen := os.environ.get("OSLER_DATA_DIR"):
        return Path(chosen)
    if os.geteuid() == 0:
        return Path("/var/lib/osler")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "osler"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Everything one Osler keeps on disk. docs/reference/data-directory.md describes each part."""

    root: Path

    @classmethod
    def at(cls, path: str | Path) -> DataFolder:
        return cls(Path(path).expanduser().resolve())

    @property
    def cluster(self) -> Path:
        return self.root / "pg"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def server_log(self) -> Path:
        return self.log / "postgresql"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def owner_lock(self) -> Path:
        return self.root / "owner.lock"

    @property
    def state_file(self) -> Path:
        return self.root / "server.json"

    @property
    def backup_places(self) -> Path:
        """Which folders got backups, and when last: most are outside the data folder."""
        return self.root / "backup-places.json"

    @property
    def own_settings(self) -> Path:
        """PostgreSQL settings of the administrator, added after Osler's at each start."""
        return self.root / "postgresql.conf"

    def create(self, account: Account) -> None:
        """Makes the folders that are missing; leaves the permissions of those that are there alone."""
        self.create_root(account)
        with self._said():
            make_folder(self.keys, 0o700)
            make_folder(self.log, _passable(account))
            make_folder(self.backups, 0o700)
            make_folder(self.server_log, 0o700, account)

    def create_root(self, account: Account) -> None:
        """Makes the folder itself, where it is missing. Whoever has the owner's lock makes what is in it: of several
        processes that begin at once, one must not use a folder that another has yet to hand to the server's account."""
        with self._said():
            make_folder(self.root, _passable(account))

    @contextlib.contextmanager
    def _said(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise Unavailable(f"The data folder {self.root} cannot be written: {error.strerror}") from error

    def cluster_major(self) -> int | None:
        """The PostgreSQL major version the cluster was made by; None when there is no cluster yet."""
        try:
            return int((self.cluster / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None
        except PermissionError:
            raise Unavailable(
                f"The data folder {self.root} belongs to another user. Run this as the user that runs `osler serve`."
            ) from None

    def read_state(self) -> dict[str, Any] | None:
        """What the owner wrote about its running server; None when there is none."""
        try:
            state = json.loads(self.state_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return cast("dict[str, Any]", state) if isinstance(state, dict) else None

    def write_state(self, state: dict[str, Any]) -> None:
        put_note(self.state_file, state)


def _passable(account: Account) -> int:
    """0711 where the server has an account of its own: it has to walk through to pg/, and sees no names."""
    return 0o700 if account.is_ours else 0o711


def put_note(path: Path, told: dict[str, Any]) -> None:
    """Writes a JSON file whole: whoever reads it meanwhile finds it as it was."""
    temporary = path.with_suffix(".json.new")
    temporary.write_text(json.dumps(told, indent=1) + "\n")
    temporary.replace(path)


def make_folder(path: Path, mode: int, account: Account | None = None) -> bool:
    """Makes a folder with exactly this mode, for this account; False and nothing changed when it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        return False
    if account and not account.is_ours:
        os.chown(path, account.uid, account.gid)
    path.chmod(mode)
    return True
