"""API tokens: `osl_`, 43 random letters and digits, 6 of a check sum. The database holds their SHA-256.

A process believes what it read of a token for at most CACHE_SECONDS: a token revoked through another process is refused
by then; in the process that revoked it, at once.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import string
import time
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from osler.access.actors import Actor
from osler.access.audit.entry import Action
from osler.access.compile import granted_permissions
from osler.access.events import event
from osler.access.gatehouse import Gatehouse
from osler.access.labels import labels_named
from osler.access.permissions import Permission, require
from osler.access.roles import role
from osler.access.scopes import parse_scopes
from osler.access.sessions import actor_of
from osler.core.errors import Invalid, NotFound, Unauthenticated
from osler.core.ids import is_id, new_id
from osler.store import accounts as account_sql
from osler.store import tokens as sql
from osler.store.tokens import TokenRow

PREFIX = "osl_"
CACHE_SECONDS = 5.0
USED_EVERY = timedelta(minutes=1)
MAX_CACHED = 10_000
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM, _CHECK = 43, 6
_LENGTH = len(PREFIX) + _RANDOM + _CHECK
_CONTEXTS = "system/… is for a program, user/… for one that acts for a person (--user), patient/… for one about a patient (--patient)"


def new_bearer() -> str:
    """A new token of 256 random bits."""
    body = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
    return body + _check_of(body)


def _check_of(body: str) -> str:
    """So that a token that was cut short, or never was one, is refused without asking the database."""
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(_CHECK):
        number, digit = divmod(number, 62)
        digits = _ALPHABET[digit] + digits
    return digits


async def create_token(
    house: Gatehouse,
    actor: Actor,
    *,
    name: str,
    scopes: str | Sequence[str],
    roles: Sequence[str] = ("client",),
    account: str | None = None,
    patient: str | None = None,
    sites: frozenset[str] | None = None,
    expires_at: datetime | None = None,
    without_labels: Sequence[str] = (),
) -> tuple[str, TokenRow]:
    """Make a token; returns it (this once) and what is kept of it.

    With `account` it acts for that person, with their roles of the day; else for a program with `roles`. It never sees what has
    one of the labels named in `without_labels`. Raises Forbidden, Invalid (scope, role, name, expiry, label), NotFound (account).
    """
    require(granted_permissions(actor), Permission.TOKENS_MANAGE)
    words, now = tuple(scopes.split() if isinstance(scopes, str) else scopes), house.clock()
    _check(name, words, roles, account, patient, sites, expires_at, now)
    bearer = new_bearer()
    token = TokenRow(
        new_id(),
        name.strip(),
        words,
        () if account else tuple(roles),
        account,
        patient,
        sites,
        now,
        actor.id,
        expires_at,
        withheld=labels_named(without_labels),
    )
    async with house.log.transaction(house.pool) as conn:
        if account is not None and await account_sql.find_account(conn, account) is None:
            raise NotFound("There is no such user.")
        await sql.add_token(conn, token, _hash(bearer))
        await house.log.write(conn, event(actor, Action.TOKEN_CREATE, now, what=f"token {token.id}"))
    return bearer, token


async def list_tokens(house: Gatehouse, actor: Actor) -> list[TokenRow]:
    require(granted_permissions(actor), Permission.TOKENS_MANAGE)
    async with house.pool.connection() as conn:
        return await sql.list_tokens(conn)


def _check(
    name: str, scopes: Sequence[str], roles: Sequence[str], account: str | None, patient: str | None,
    sites: frozenset[str] | None, expires_at: datetime | None, now: datetime,
) -> None:  # fmt: skip
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise Invalid("A token needs a name of at most 100 characters.", path="name")
    check_scopes(scopes, person=account is not None, patient=patient is not None)
    for each in roles:
        if each == "system":
            raise Invalid("No token gets the role “system”.", path="roles")
        role(each)
    if any(not is_id(id_) for id_ in (*(sites or ()), *([patient] if patient else ()))):
        raise Invalid("A patient or site is named by its FHIR id.", path="patient")
    if expires_at is not None and expires_at <= now:
        raise Invalid("A token must expire later than now.", path="expires")


def check_scopes(scopes: Sequence[str], *, person: bool, patient: bool) -> None:
    """Raises Invalid for what is no scope, and for one that opens nothing: each is for the token of a program, of a person, or
    about a patient."""
    given = {each.context for each in parse_scopes(scopes)}
    if not given:
        raise Invalid("A token needs a scope that opens something, such as system/*.cruds.", path="scope")
    fitting = {"user" if person else "system", *(["patient"] if patient else [])}
    if closed := sorted(given - fitting):
        raise Invalid(f"{closed[0]}/… opens nothing for this token: {_CONTEXTS}.", path="scope")


class Tokens:
    """Looks tokens up; one per process."""

    def __init__(self, house: Gatehouse, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self._house = house
        self._ticks = ticks
        self._cache: dict[bytes, tuple[float, Actor, datetime | None]] = {}
        self._loading: dict[bytes, asyncio.Task[Actor]] = {}

    async def authenticate(self, bearer: str) -> Actor:
        """Who a bearer token speaks for. Raises Unauthenticated when it is not good, Unavailable without a database."""
        if len(bearer) != _LENGTH or not bearer.isascii():
            raise _not_good()
        hash_ = _hash(bearer)
        cached = self._cache.get(hash_)
        if cached is not None and self._ticks() - cached[0] < CACHE_SECONDS:
            if cached[2] is None or self._house.clock() < cached[2]:
                return cached[1]
            raise _not_good()
        if not bearer.startswith(PREFIX) or bearer[-_CHECK:] != _check_of(bearer[:-_CHECK]):
            raise _not_good()
        # A hundred requests that find the same entry stale share one look-up, and none cancels it for the others.
        task = self._loading.get(hash_)
        if task is None:
            task = self._loading[hash_] = asyncio.create_task(self._load(hash_))
            task.add_done_callback(lambda _: self._loading.pop(hash_, None))
        return await asyncio.shield(task)

    async def _load(self, hash_: bytes) -> Actor:
        self._cache.pop(hash_, None)
        now, ticks = self._house.clock(), self._ticks()
        async with self._house.pool.connection() as conn:
            token = await sql.find_token(conn, hash_, now)
            if token is None:
                raise _not_good()
            actor = _program(token)
            if token.account is not None:
                account = await account_sql.find_account(conn, token.account)
                if account is None or account.disabled_at is not None:
                    raise _not_good()
                actor = _person(token, actor_of(account))
            if token.last_used_at is None or now - token.last_used_at >= USED_EVERY:
                await sql.note_token_use(conn, token.id, now)
        if len(self._cache) >= MAX_CACHED:
            self._cache.clear()
        self._cache[hash_] = (ticks, actor, token.expires_at)
        return actor

    async def revoke(self, actor: Actor, token_id: str) -> None:
        """Raises Forbidden, or NotFound when there is no such token or it was revoked before."""
        require(granted_permissions(actor), Permission.TOKENS_MANAGE)
        now = self._house.clock()
        async with self._house.log.transaction(self._house.pool) as conn:
            if not await sql.revoke_token(conn, token_id, now):
                raise NotFound("There is no such token.")
            await self._house.log.write(conn, event(actor, Action.TOKEN_REVOKE, now, what=f"token {token_id}"))
        self._cache.clear()


def _program(token: TokenRow) -> Actor:
    return Actor(
        id=token.id,
        kind="client",
        display=token.name,
        roles=token.roles,
        sites=token.sites,
        patient=token.patient,
        scopes=token.scopes,
        withheld=token.withheld,
        via=token.id,
    )


def _person(token: TokenRow, account: Actor) -> Actor:
    """The person, narrowed to the token's scopes, and to its sites where it has any."""
    sites = (
        account.sites if token.sites is None else token.sites if account.sites is None else token.sites & account.sites
    )
    return Actor(
        id=account.id,
        kind="user",
        display=account.display,
        roles=account.roles,
        practitioner=account.practitioner,
        sites=sites,
        patient=token.patient,
        scopes=token.scopes,
        withheld=token.withheld,
        via=token.id,
    )


def _hash(bearer: str) -> bytes:
    return hashlib.sha256(bearer.encode()).digest()


def _not_good() -> Unauthenticated:
    return Unauthenticated("The token is not good: unknown, expired or revoked.")
