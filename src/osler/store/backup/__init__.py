"""Backup, restore and major upgrades of the bundled database; dumps of any other."""

from osler.store.backup.backup import back_up, thin_out, verify_backup
from osler.store.backup.manifest import Backup, list_backups
from osler.store.backup.restore import restore, restore_dump

__all__ = ["Backup", "back_up", "list_backups", "restore", "restore_dump", "thin_out", "verify_backup"]
