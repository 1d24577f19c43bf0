"""Where backups go: the data folder keeps a note of each place, so that those elsewhere are known to it too."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from osler.store.backup.manifest import Backup, list_backups
from osler.store.embedded.folders import DataFolder, put_note

_MOST = 16
"""Places remembered; more than one are those of copies that go round."""


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The newest backup that is known of."""

    at: datetime
    place: Path
    reachable: bool
    """False when its place is away, such as a drive that was taken off: then the note is all there is."""


def note_place(data: DataFolder, backup: Backup) -> None:
    """Remembers the folder that the backup is in. A backup is no worse for a note that could not be written."""
    if not data.root.is_dir() or backup.folder.parent.resolve() == data.backups:
        return
    noted = _noted(data) | {str(backup.folder.parent.absolute()): backup.at.astimezone(UTC)}
    newest = sorted(noted.items(), key=lambda each: each[1])[-_MOST:]
    told = {place: at.isoformat() for place, at in newest}
    with contextlib.suppress(OSError):
        put_note(data.backup_places, told)


def last_backup(data: DataFolder) -> LastBackup | None:
    """The newest complete backup in the data folder or in a place that was noted; None when there is none."""
    found = [_newest_in(data.backups)]
    for place, at in _noted(data).items():
        folder = Path(place)
        # A place that is there is asked itself: its backups may have been deleted since.
        found.append(_newest_in(folder) if _is_there(folder) else LastBackup(at, folder, False))
    return max((each for each in found if each), key=lambda each: each.at, default=None)


def _newest_in(folder: Path) -> LastBackup | None:
    backups = list_backups(folder)
    return LastBackup(backups[-1].at, folder, True) if backups else None


def _is_there(folder: Path) -> bool:
    """An empty folder counts as away: that is what is left of a mount."""
    try:
        return any(folder.iterdir())
    except OSError:
        return False


def _noted(data: DataFolder) -> dict[str, datetime]:
    try:
        told: Any = json.loads(data.backup_places.read_text())
        places = cast("dict[str, str]", told)
        return {place: datetime.fromisoformat(at).astimezone(UTC) for place, at in places.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
