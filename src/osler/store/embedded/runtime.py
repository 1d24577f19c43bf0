"""The short-lived folder of one server outside the data folder: its socket, generated settings and mount points."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import stat
import tempfile
from pathlib import Path

from osler.core.errors import Unavailable
from osler.store.embedded.account import Account
from osler.store.embedded.folders import make_folder


def runtime_folder(root: Path, account: Account) -> Path:
    """A short folder for the socket, the generated settings and mount points of the server of one data folder.

    Short, because the name of a Unix socket may have about 100 bytes. The same data folder gets the same one each time,
    so that a restarted server is found where it was.
    """
    name = hashlib.blake2b(os.fsencode(root), digest_size=5).hexdigest()
    for base in _runtime_bases():
        if _is_safe(base):
            folder = base / name
            make_folder(folder, 0o700 if account.is_ours else 0o711)
            make_folder(folder / "s", 0o700, account)
            _hand_over(folder / "s", account)
            return folder
    raise Unavailable("No folder for a socket can be made under /run, $XDG_RUNTIME_DIR or the temporary folder")


def _runtime_bases() -> list[Path]:
    bases: list[Path] = []
    if os.geteuid() == 0:
        bases.append(Path("/run/osler"))
    elif (given := os.environ.get("XDG_RUNTIME_DIR")) and len(given) < 60:
        bases.append(Path(given) / "osler")
    short = Path(tempfile.gettempdir())
    bases.append((short if len(str(short)) < 60 else Path("/tmp")) / f"osler-{os.geteuid()}")  # noqa: S108
    return bases


def _is_safe(base: Path) -> bool:
    """Whether the folder is there (made now if need be), ours, and no one else can put things into it."""
    try:
        make_folder(base, 0o711 if os.geteuid() == 0 else 0o700)
        found = base.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _hand_over(folder: Path, account: Account) -> None:
    """The server's account may have changed since the folder was made (a restored or moved data folder)."""
    if not account.is_ours and folder.stat().st_uid != account.uid:
        os.chown(folder, account.uid, account.gid)


def remove_runtime_folder(folder: Path) -> None:
    """Takes the folder away after its server has ended; leaves it where a server still answers in it.

    Mount points are taken away by rmdir alone, which never reaches what is mounted there. What cannot be removed stays:
    the next start uses it again.
    """
    if any(_answers(each) for each in _inside(folder / "s")):
        return
    for each in (*_inside(folder / "s"), *_inside(folder)):
        if not each.is_dir() or each.is_symlink():
            with contextlib.suppress(OSError):
                each.unlink()
    for each in (*_inside(folder / "mnt"), folder / "mnt", folder / "s", folder):
        with contextlib.suppress(OSError):
            each.rmdir()


def _inside(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _answers(path: Path) -> bool:
    if not path.is_socket():
        return False
    with socket.socket(socket.AF_UNIX) as asking:
        try:
            asking.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:
            return True
    return True
