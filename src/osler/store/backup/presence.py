"""Whether there is a record at all, before anything is started."""

from __future__ import annotations

from osler.core.settings import Settings
from osler.store.embedded.cluster import UPGRADED
from osler.store.embedded.folders import DataFolder


def holds_record(settings: Settings) -> bool:
    """Whether the settings name a record that was begun before. Always so with an external database, and with a folder
    that this user may not look into: opening it says more."""
    if settings.database_url:
        return True
    data = DataFolder.at(settings.data_dir)
    try:
        # The second is a cluster whose upgrade a crash cut short; the next start completes it.
        return data.cluster.exists() or (data.root / UPGRADED).exists()
    except PermissionError:
        return True
