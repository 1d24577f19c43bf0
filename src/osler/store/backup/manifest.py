"""What one backup is: a folder whose manifest.json names every file with its size and SHA-256."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from osler.core.errors import Invalid, NotFound, OslerError

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Backup:
    """One complete backup on disk."""

    folder: Path
    at: datetime
    kind: Literal["base", "dump"]
    """`base`: the bundled server's files, with the log to make them consistent. `dump`: pg_dump of another server."""
    osler: str
    postgresql: int
    migration: int
    """The number of the last migration in it; 0 when there was none."""
    reason: str
    files: dict[str, FileEntry] = field(default_factory=dict[str, "FileEntry"])

    @property
    def bytes(self) -> int:
        return sum(each.bytes for each in self.files.values())

    def write(self) -> None:
        """Writes manifest.json; the backup is complete from then on."""
        told: dict[str, Any] = {
            "format": FORMAT,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "osler": self.osler,
            "postgresql": self.postgresql,
            "migration": self.migration,
            "reason": self.reason,
            "files": {name: asdict(entry) for name, entry in sorted(self.files.items())},
        }
        (self.folder / NAME).write_text(json.dumps(told, indent=1) + "\n")


@dataclass(frozen=True, slots=True)
class FileEntry:
    bytes: int
    sha256: str


def read_backup(folder: Path) -> Backup:
    """Raises NotFound when the folder holds no complete backup, Invalid when its manifest cannot be understood."""
    try:
        told = json.loads((folder / NAME).read_text())
    except FileNotFoundError:
        raise NotFound(f"{folder} holds no complete backup: it has no {NAME}") from None
    except (OSError, ValueError) as error:
        raise Invalid(f"{folder / NAME} cannot be read") from error
    if told.get("format") != FORMAT:
        raise Invalid(f"{folder} was written by another version of Osler: its backup format is {told.get('format')}")
    return Backup(
        folder=folder,
        at=datetime.fromisoformat(told["at"]),
        kind=told["kind"],
        osler=told["osler"],
        postgresql=told["postgresql"],
        migration=told["migration"],
        reason=told["reason"],
        files={name: FileEntry(**entry) for name, entry in told["files"].items()},
    )


def list_backups(folder: Path) -> list[Backup]:
    """The complete backups directly below the folder, oldest first."""
    found: list[Backup] = []
    for each in sorted(folder.glob("osler-*Z")) if folder.is_dir() else []:
        try:
            found.append(read_backup(each))
        except OslerError:
            continue
    return sorted(found, key=lambda each: each.at)


def describe_files(folder: Path) -> dict[str, FileEntry]:
    """Size and hash of every file below the folder, by path, but for the manifest itself."""
    files = (each for each in sorted(folder.rglob("*")) if each.is_file() and each.name != NAME)
    return {each.relative_to(folder).as_posix(): FileEntry(each.stat().st_size, _sha256(each)) for each in files}


def check_files(backup: Backup) -> None:
    """Reads every byte; raises Invalid naming the first files that are missing, added or changed."""
    found = describe_files(backup.folder)
    faults = [f"{name} is missing" for name in backup.files if name not in found]
    faults += [f"{name} is not part of it" for name in found if name not in backup.files]
    faults += [f"{name} has changed" for name, entry in backup.files.items() if found.get(name, entry) != entry]
    if faults:
        raise Invalid(f"The backup {backup.folder} is damaged: {'; '.join(faults[:5])}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
