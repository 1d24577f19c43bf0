"""SQL of API tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osler.store.pool import Connection

_COLUMNS = "id, name, scopes, roles, account, patient, sites, created_at, created_by, expires_at, last_used_at, revoked_at, withheld"


@dataclass(frozen=True, slots=True)
class TokenRow:
    id: str
    name: str
    scopes: tuple[str, ...]
    roles: tuple[str, ...]
    account: str | None
    patient: str | None
    sites: frozenset[str] | None
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    withheld: frozenset[str] = frozenset()
    """Security labels, `system|code`."""


def _token(row: Any) -> TokenRow:
    values = dict(row)
    values["scopes"], values["roles"] = tuple(values["scopes"]), tuple(values["roles"])
    values["sites"] = None if values["sites"] is None else frozenset(values["sites"])
    values["withheld"] = frozenset(values["withheld"])
    return TokenRow(**values)


async def add_token(conn: Connection, token: TokenRow, hash_: bytes) -> None:
    await conn.execute(
        "INSERT INTO api_token "
        "(id, name, hash, scopes, roles, account, patient, sites, created_at, created_by, expires_at, withheld) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        token.id,
        token.name,
        hash_,
        list(token.scopes),
        list(token.roles),
        token.account,
        token.patient,
        None if token.sites is None else sorted(token.sites),
        token.created_at,
        token.created_by,
        token.expires_at,
        sorted(token.withheld),
    )


async def find_token(conn: Connection, hash_: bytes, now: datetime) -> TokenRow | None:
    """The token that is good now."""
    row = await conn.fetchrow(
        f"SELECT {_COLUMNS} FROM api_token WHERE hash = $1 AND revoked_at IS NULL "
        "AND (expires_at IS NULL OR expires_at > $2)",
        hash_,
        now,
    )
    return _token(row) if row else None


async def list_tokens(conn: Connection) -> list[TokenRow]:
    return [_token(row) for row in await conn.fetch(f"SELECT {_COLUMNS} FROM api_token ORDER BY created_at, id")]


async def revoke_token(conn: Connection, id_: str, at: datetime) -> bool:
    """Returns whether this call revoked it."""
    sql = "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id"
    return await conn.fetchval(sql, id_, at) is not None


async def note_token_use(conn: Connection, id_: str, at: datetime) -> None:
    """At most once a minute, however many processes ask."""
    await conn.execute(
        "UPDATE api_token SET last_used_at = $2 "
        "WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $2::timestamptz - interval '1 minute')",
        id_,
        at,
    )
