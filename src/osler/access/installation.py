"""The named door to the machinery under the record: database, backups, upgrades. It opens no clinical data.

The command line starts and keeps an installation through it; nothing above the gate reaches the store otherwise.
"""

from osler.store.backup import Backup, back_up, list_backups, restore, restore_dump, thin_out, verify_backup
from osler.store.backup.presence import holds_record
from osler.store.backup.upgrade import upgrade
from osler.store.diagnosis import Finding, diagnose, versions
from osler.store.embedded import Address
from osler.store.opening import bring_up_to_date, open_database, reach_database

__all__ = [
    "Address",
    "Backup",
    "Finding",
    "back_up",
    "bring_up_to_date",
    "diagnose",
    "holds_record",
    "list_backups",
    "open_database",
    "reach_database",
    "restore",
    "restore_dump",
    "thin_out",
    "upgrade",
    "verify_backup",
    "versions",
]
