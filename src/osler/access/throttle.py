"""Slows down guessing: the database counts failures by user and by address, and each one more doubles the wait."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b

from osler.core.errors import Unauthenticated
from osler.store import accounts as sql
from osler.store.pool import Connection

USER_FREE, USER_LONGEST = 5, timedelta(minutes=5)
"""A user's wait stays short: whoever wants to lock a nurse out must not succeed for long."""
ADDRESS_FREE, ADDRESS_LONGEST = 30, timedelta(minutes=15)
"""An address may be a whole practice behind one router."""
FORGOTTEN = timedelta(hours=24)


class Throttled(Unauthenticated):
    """Too many failures; `retry_after` in seconds. Says nothing of whether the user exists."""

    issue_type = "throttled"

    def __init__(self, until: datetime, now: datetime) -> None:
        self.retry_after = max(1, int((until - now).total_seconds()) + 1)
        super().__init__(f"Too many failed attempts. Try again in {_words(self.retry_after)}.")


async def attempt(conn: Connection, login: str, address: str, now: datetime) -> None:
    """Count one attempt, before it is judged. Raises Throttled. Not in a transaction that may be rolled back."""
    limits = ((_user(login), USER_FREE, USER_LONGEST), (_address(address), ADDRESS_FREE, ADDRESS_LONGEST))
    for key, free, longest in limits:
        blocked = await sql.count_attempt(conn, key, now, free=free, longest=longest, forgotten=FORGOTTEN)
        if blocked is not None:
            raise Throttled(blocked, now)


async def succeeded(conn: Connection, login: str, address: str, now: datetime) -> None:
    """The person is who they say: their failures are forgotten, the address only gets this one attempt back."""
    await sql.forget_attempts(conn, _user(login))
    await sql.take_back_attempt(conn, _address(address))
    await sql.drop_old_attempts(conn, now - FORGOTTEN)


def _user(login: str) -> bytes:
    """Hashed: people type their password into the wrong field."""
    return blake2b(login.encode(), digest_size=16, person=b"sign-in user").digest()


def _address(address: str) -> bytes:
    return blake2b(address.encode(), digest_size=16, person=b"sign-in address").digest()


def _words(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 90 else f"{round(seconds / 60)} minutes"
