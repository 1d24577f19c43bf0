"""The audit key: 32 random bytes in a file outside the database, and the keyed hashes made with it.

Whoever can write to the database but not read this file cannot make a row, an actor, a shape or a seal that verifies.
"""

from __future__ import annotations

import os
import struct
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

from osler.core.errors import Conflict
from osler.store.audit import SealRow

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ROW = struct.Struct(">q8sqqiiiihhhh")
_LINK = struct.Struct(">qq")


class AuditKey:
    """Keyed BLAKE2b hashes, one `person` for each kind of thing, so that none can stand for another."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != 32:
            raise Conflict("The audit key file does not hold a key.")
        self._secret = secret
        self._row = blake2b(digest_size=8, key=secret, person=b"osler row")
        self._head = blake2b(digest_size=8, key=secret, person=b"osler head")
        self.fingerprint = blake2b(digest_size=16, key=secret, person=b"osler print").hexdigest()

    def row(self, num: int, moment: bytes, target: int, pat: int, *rest: int) -> int:
        """The mac of a row, over every other column in the table's order; `moment` as `moment_of` gives it."""
        hashed = self._row.copy()
        hashed.update(_ROW.pack(num, moment, target, pat, *rest))
        return int.from_bytes(hashed.digest(), "big", signed=True)

    def head(self, before: int, mac: int) -> int:
        """The running hash of a writer after one more row."""
        hashed = self._head.copy()
        hashed.update(_LINK.pack(before, mac))
        return int.from_bytes(hashed.digest(), "big", signed=True)

    def words(self, id_: int, *words: str) -> int:
        """The mac of an interned actor or shape."""
        data = b"\0".join(word.encode() for word in (str(id_), str(len(words)), *words))
        digest = blake2b(data, digest_size=8, key=self._secret, person=b"osler words").digest()
        return int.from_bytes(digest, "big", signed=True)

    def seal(self, seal: SealRow, before: bytes) -> bytes:
        """The mac of a seal, which hangs on the seal before it."""
        numbers = [seal.num, seal.rows, len(seal.writers), *seal.writers, *seal.uptos, *seal.heads]
        data = before + seal.moment + struct.pack(f">{len(numbers)}q", *numbers)
        return blake2b(data, digest_size=16, key=self._secret, person=b"osler seal").digest()


def moment_of(at: datetime) -> bytes:
    """A time as PostgreSQL sends it: microseconds since 2000, 8 bytes. Also says what no datetime can (infinity)."""
    return ((at - _EPOCH) // _MICROSECOND).to_bytes(8, "big", signed=True)


def time_of(moment: bytes) -> datetime | None:
    """The time behind a `moment_of`; None when no calendar reaches it."""
    try:
        return _EPOCH + int.from_bytes(moment, "big", signed=True) * _MICROSECOND
    except OverflowError:
        return None


def load_key(folder: Path, *, may_create: bool = True) -> AuditKey:
    """The key in `folder`/audit.key, made on first use for the owner's eyes only.

    Two processes that start together get the same one. Raises Conflict when the file is not a key, or is missing and
    may not be made.
    """
    path = folder / "audit.key"
    if not path.exists() and may_create:
        _create(path)
    try:
        return AuditKey(bytes.fromhex(path.read_text("ascii").strip()))
    except FileNotFoundError:
        raise Conflict("The audit key file (keys/audit.key in the data folder) is missing.") from None
    except ValueError:
        raise Conflict("The audit key file does not hold a key.") from None


def _create(path: Path) -> None:
    """Written whole under another name, then linked: the name either is a complete key or is not there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".audit.key.{os.getpid()}.{os.urandom(4).hex()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(os.urandom(32).hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
