"""Whether a base backup really holds what the server sent: every file in it against the server's own checksums."""

from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path

from osler.core.errors import Unavailable

_CHUNK = 1 << 20


def check_base(folder: Path) -> None:
    """Reads base.tar.gz against backup_manifest; raises Unavailable naming the first differences.

    Ours, because the bundled pg_verifybackup 18 ends with a segmentation fault. That the log beside it is complete is
    proven by restoring: recovery does not end before the backup is consistent.
    """
    told = json.loads((folder / "backup_manifest").read_text())
    wanted = {str(each["Path"]): (int(each["Size"]), str(each["Checksum"])) for each in told["Files"]}
    found = _read(folder / "base.tar.gz")
    faults = [f"{name} is missing" for name in wanted if name not in found]
    faults += [f"{name} differs" for name, entry in wanted.items() if found.get(name, entry) != entry]
    if faults:
        raise Unavailable(f"The backup does not hold what the server sent: {'; '.join(faults[:5])}")


def _read(archive: Path) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    with tarfile.open(archive, "r|gz") as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isreg() else None
            if file is None:
                continue
            digest = hashlib.sha256()
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
            found[member.name.removeprefix("./")] = (member.size, digest.hexdigest())
    return found
