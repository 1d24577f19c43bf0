"""SQL of staff accounts, their recovery codes and the throttle on signing in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from osler.core.errors import Conflict
from osler.store.pool import Connection

_COLUMNS = (
    "id, login, display, roles, practitioner, sites, password, must_change, pin, totp_secret, totp_pending, totp_step, "
    "created_at, disabled_at"
)


@dataclass(frozen=True, slots=True)
class AccountRow:
    id: str
    login: str
    display: str
    roles: tuple[str, ...]
    practitioner: str | None
    sites: frozenset[str] | None
    password: str
    must_change: bool
    pin: str | None
    totp_secret: str | None
    totp_pending: str | None
    totp_step: int
    created_at: datetime
    disabled_at: datetime | None


def _account(row: Any) -> AccountRow:
    values = dict(row)
    values["roles"] = tuple(values["roles"])
    values["sites"] = None if values["sites"] is None else frozenset(values["sites"])
    return AccountRow(**values)


async def add_account(conn: Connection, account: AccountRow) -> None:
    """Raises Conflict when the login is taken."""
    added = await conn.fetchval(
        "INSERT INTO account (id, login, display, roles, practitioner, sites, password, must_change, created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (login) DO NOTHING RETURNING id",
        account.id,
        account.login,
        account.display,
        list(account.roles),
        account.practitioner,
        None if account.sites is None else sorted(account.sites),
        account.password,
        account.must_change,
        account.created_at,
    )
    if added is None:
        raise Conflict("There is already a user with this login.")


async def find_account_by_login(conn: Connection, login: str) -> AccountRow | None:
    row = await conn.fetchrow(f"SELECT {_COLUMNS} FROM account WHERE login = $1", login)
    return _account(row) if row else None


async def find_account(conn: Connection, id_: str) -> AccountRow | None:
    row = await conn.fetchrow(f"SELECT {_COLUMNS} FROM account WHERE id = $1", id_)
    return _account(row) if row else None


async def list_accounts(conn: Connection) -> list[AccountRow]:
    return [_account(row) for row in await conn.fetch(f"SELECT {_COLUMNS} FROM account ORDER BY login")]


async def set_password(conn: Connection, id_: str, password: str, *, must_change: bool) -> None:
    await conn.execute("UPDATE account SET password = $2, must_change = $3 WHERE id = $1", id_, password, must_change)


async def rehash_password(conn: Connection, id_: str, before: str, after: str) -> None:
    """Only while the password is still the one that was checked."""
    await conn.execute("UPDATE account SET password = $3 WHERE id = $1 AND password = $2", id_, before, after)


async def set_pin(conn: Connection, id_: str, pin: str | None) -> None:
    await conn.execute("UPDATE account SET pin = $2 WHERE id = $1", id_, pin)


async def set_profile(
    conn: Connection,
    id_: str,
    *,
    display: str,
    roles: Sequence[str],
    practitioner: str | None,
    sites: frozenset[str] | None,
) -> None:
    await conn.execute(
        "UPDATE account SET display = $2, roles = $3, practitioner = $4, sites = $5 WHERE id = $1",
        id_,
        display,
        list(roles),
        practitioner,
        None if sites is None else sorted(sites),
    )


async def set_disabled(conn: Connection, id_: str, at: datetime | None) -> None:
    await conn.execute("UPDATE account SET disabled_at = $2 WHERE id = $1", id_, at)


async def set_totp_pending(conn: Connection, id_: str, secret: str) -> None:
    await conn.execute("UPDATE account SET totp_pending = $2 WHERE id = $1", id_, secret)


async def set_totp(conn: Connection, id_: str, secret: str | None, recovery_hashes: Sequence[bytes]) -> None:
    """Turn the second factor on with a new set of recovery codes, or off with None and none."""
    await conn.execute("UPDATE account SET totp_secret = $2, totp_pending = NULL WHERE id = $1", id_, secret)
    await conn.execute("DELETE FROM recovery_code WHERE account = $1", id_)
    await conn.execute(
        "INSERT INTO recovery_code (account, hash) SELECT $1, unnest($2::bytea[])", id_, list(recovery_hashes)
    )


async def use_totp_step(conn: Connection, id_: str, step: int) -> bool:
    """Take a time step. False when it, or a later one, was used before: the code has had its turn."""
    sql = "UPDATE account SET totp_step = $2 WHERE id = $1 AND totp_step < $2 RETURNING id"
    return await conn.fetchval(sql, id_, step) is not None


async def use_recovery_code(conn: Connection, id_: str, hash_: bytes, at: datetime) -> bool:
    """Take a recovery code. False when there is none such left."""
    sql = "UPDATE recovery_code SET used_at = $3 WHERE account = $1 AND hash = $2 AND used_at IS NULL RETURNING account"
    return await conn.fetchval(sql, id_, hash_, at) is not None


_ATTEMPT = """
INSERT INTO sign_in_failure AS f (key, failures, last_at, blocked_to) VALUES ($1, 1, $2, $2)
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN f.last_at < $2 - $5::interval THEN 1 ELSE f.failures + 1 END,
    last_at = $2,
    blocked_to = $2 + CASE WHEN f.last_at < $2 - $5::interval OR f.failures < $3 THEN interval '0'
                           ELSE least(interval '1 second' * power(2, least(f.failures - $3, 20)), $4::interval) END
WHERE f.blocked_to <= $2
RETURNING failures
"""


async def count_attempt(
    conn: Connection, key: bytes, now: datetime, *, free: int, longest: timedelta, forgotten: timedelta
) -> datetime | None:
    """Count an attempt before it is judged, so that many at once cannot slip through together.

    Returns None when it may go on, else until when the key is blocked. After `free` failures each one more doubles the
    wait, up to `longest`; a key without attempts for `forgotten` starts anew.
    """
    if await conn.fetchval(_ATTEMPT, key, now, free, longest, forgotten) is not None:
        return None
    return await conn.fetchval("SELECT blocked_to FROM sign_in_failure WHERE key = $1", key)


async def forget_attempts(conn: Connection, key: bytes) -> None:
    await conn.execute("DELETE FROM sign_in_failure WHERE key = $1", key)


async def take_back_attempt(conn: Connection, key: bytes) -> None:
    """The counted attempt was a good one; earlier failures still count."""
    await conn.execute("UPDATE sign_in_failure SET failures = failures - 1, blocked_to = last_at WHERE key = $1", key)


async def drop_old_attempts(conn: Connection, before: datetime) -> None:
    await conn.execute("DELETE FROM sign_in_failure WHERE last_at < $1", before)
