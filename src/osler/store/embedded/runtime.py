"""The short-lived folder of one server outside the data folder: its socket, generated settings and mount points."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import socket
import stat
import tempfile
import time
from pathlib import Path

from osler.core.errors import Unavailable
from osler.store.embedded.account import Account
from osler.store.embedded.folders import make_folder

_NAMES = re.compile(r"[0-9a-f]{10}")
_SETTLED = 600.0
"""Seconds for which nothing came into a folder or went before it may be swept: earlier versions hold no lock."""
_ATTEMPTS = 100
_MOST = 200
"""Folders taken away at one start: it should not be long, and there will be others."""


def runtime_folder(root: Path, account: Account) -> Path:
    """A short folder for the socket, the generated settings and mount points of the server of one data folder.

    Short, because the name of a Unix socket may have about 100 bytes. The same data folder gets the same one each time,
    so that a restarted server is found where it was.
    """
    folder = _made(root, account)
    _furnish(folder, account)
    return folder


def hold_runtime_folder(root: Path, account: Account) -> tuple[Path, int]:
    """The same, with a handle that keeps sweeps away from it for as long as it is open."""
    for _ in range(_ATTEMPTS):
        folder = _made(root, account)
        handle = _open(folder)
        if handle is not None:
            fcntl.flock(handle, fcntl.LOCK_SH)
            if _is_still(folder, handle):
                _furnish(folder, account)
                return folder, handle
            os.close(handle)  # it was swept since it was made
    raise Unavailable(f"The folder for the socket below {_base()} is taken away as often as it is made")


def _made(root: Path, account: Account) -> Path:
    folder = _base() / hashlib.blake2b(os.fsencode(root), digest_size=5).hexdigest()
    make_folder(folder, 0o700 if account.is_ours else 0o711)
    return folder


def _furnish(folder: Path, account: Account) -> None:
    make_folder(folder / "s", 0o700, account)
    _hand_over(folder / "s", account)


def _base() -> Path:
    for base in _runtime_bases():
        if _is_safe(base):
            return base
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


def sweep_runtime_folders(base: Path) -> None:
    """Takes away what killed servers left below `base`: folders that nobody holds, and in which nobody answers."""
    removed = 0
    for folder in _inside(base):
        if removed >= _MOST:
            return
        if _NAMES.fullmatch(folder.name) and _is_settled(folder):
            removed += _sweep(folder)


def _sweep(folder: Path) -> bool:
    """Whether the folder is gone now."""
    handle = _open(folder)
    if handle is None:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_still(folder, handle):
            remove_runtime_folder(folder)
    except OSError:
        return False  # somebody holds it, or it is not ours to look into
    finally:
        os.close(handle)
    return not folder.exists()


def _open(folder: Path) -> int | None:
    """A handle on the folder itself; None when there is none of this account's, or something else by its name."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    if os.fstat(handle).st_uid == os.geteuid():
        return handle
    os.close(handle)
    return None


def _is_still(folder: Path, handle: int) -> bool:
    """Whether the folder has not been removed, and perhaps made anew, before the lock was had."""
    try:
        return os.path.samestat(folder.lstat(), os.fstat(handle))
    except OSError:
        return False


def _is_settled(folder: Path) -> bool:
    try:
        return time.time() - max(each.lstat().st_mtime for each in (folder, *_inside(folder))) > _SETTLED
    except OSError:
        return False


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
