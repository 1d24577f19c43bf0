"""Staff sessions: kept in the database, known to the browser only by a random cookie.

The cookie is 256 random bits; the database holds its SHA-256. A process believes what it read of a session for at most
CACHE_SECONDS: that is how late a lock, sign-out or change of role made through another process can be noticed.

A form or script that changes something must send `csrf_token(cookie)` back, in the header `X-CSRF-Token` or the field
`_csrf`; other sites can make a browser send the cookie, but cannot read it, and so cannot know the token.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from osler.access.actors import Actor
from osler.access.audit.entry import Action
from osler.access.events import event
from osler.access.gatehouse import Gatehouse
from osler.core.errors import NotFound, Unauthenticated
from osler.store import accounts as account_sql
from osler.store import sessions as sql
from osler.store.accounts import AccountRow
from osler.store.sessions import SessionRow

COOKIE = "osler_session"
CACHE_SECONDS = 5.0
TOUCH_EVERY = timedelta(seconds=30)
MAX_CACHED = 10_000


class SessionLocked(Unauthenticated):
    """The session is there, but nobody has been at it for a while: it wants the PIN or password."""

    def __init__(self, session: Session) -> None:
        super().__init__("The session is locked.")
        self.session = session


@dataclass(frozen=True, slots=True)
class Session:
    id: str
    actor: Actor
    stage: str
    seen_at: datetime
    ends_at: datetime
    must_change: bool
    """The password was set by someone else: only the page that changes it should be shown."""
    has_pin: bool


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its owner or an administrator sees it in a list."""

    id: str
    stage: str
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str


class Sessions:
    """The sessions of one installation, as one process sees them."""

    def __init__(self, house: Gatehouse, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self._house = house
        self._ticks = ticks
        self._cache: dict[bytes, tuple[float, Session]] = {}

    async def authenticate(self, cookie: str, *, active: bool = True) -> Session:
        """The open session behind a cookie. `active=False` is for what the page does by itself (polling).

        Raises SessionLocked, or Unauthenticated when there is no such session (any more).
        """
        hash_ = cookie_hash(cookie)
        session, now = self._cached(hash_), self._house.clock()
        if (
            session is None
            or (active and now - session.seen_at >= TOUCH_EVERY)
            or now - session.seen_at >= self._house.idle
        ):
            session = await self._load(hash_, now, active=active)
        if session.ends_at <= now:
            raise _nobody()
        return session

    def _cached(self, hash_: bytes) -> Session | None:
        loaded, session = self._cache.get(hash_, (0.0, None))
        return session if session is not None and self._ticks() - loaded < CACHE_SECONDS else None

    async def _load(self, hash_: bytes, now: datetime, *, active: bool) -> Session:
        self._cache.pop(hash_, None)
        async with self._house.pool.connection() as conn:
            row = await sql.find_session(conn, hash_, now)
            account = await account_sql.find_account(conn, row.account) if row else None
            if row is None or account is None or account.disabled_at is not None or row.stage == "code":
                raise _nobody()
            session = session_of(row, account)
            if row.stage == "open" and now - row.seen_at >= self._house.idle:
                # The condition repeats in the statement: another tab may have shown a sign of life just now.
                locked = await sql.lock_session(
                    conn, row.id, seen_before=now - self._house.idle + timedelta(microseconds=1)
                )
                session = replace(session, stage="locked") if locked else session
                if locked:
                    await self._house.log.record(event(session.actor, Action.LOCK, now))
            if session.stage == "locked":
                raise SessionLocked(session)
            if active and now - row.seen_at >= TOUCH_EVERY:
                await sql.touch_session(conn, row.id, now)
                session = replace(session, seen_at=now)
        if len(self._cache) >= MAX_CACHED:
            self._cache.clear()
        self._cache[hash_] = (self._ticks(), session)
        return session

    def forget(self, cookie: str) -> None:
        """Read the session anew at its next use."""
        self._cache.pop(cookie_hash(cookie), None)

    async def lock(self, cookie: str) -> None:
        """Lock now (the person leaves the desk). Raises Unauthenticated without a session."""
        session = await self.authenticate(cookie, active=False)
        now = self._house.clock()
        async with self._house.log.transaction(self._house.pool) as conn:
            if await sql.lock_session(conn, session.id):
                await self._house.log.write(conn, event(session.actor, Action.LOCK, now))
        self.forget(cookie)

    async def sign_out(self, cookie: str) -> None:
        """End the session, locked or not. Nothing happens when there is none."""
        now = self._house.clock()
        self.forget(cookie)
        async with self._house.log.transaction(self._house.pool) as conn:
            row = await sql.find_session(conn, cookie_hash(cookie), now)
            account = await account_sql.find_account(conn, row.account) if row else None
            if row and account and await sql.end_session(conn, row.id, now):
                await self._house.log.write(conn, event(session_of(row, account).actor, Action.SIGN_OUT, now))

    async def list_open(self, account: str) -> list[OpenSession]:
        """Sessions of one person that have not ended, newest first."""
        async with self._house.pool.connection() as conn:
            rows = await sql.list_sessions(conn, account, self._house.clock())
        return [OpenSession(row.id, row.stage, row.created_at, row.seen_at, row.address, row.agent) for row in rows]

    async def end(self, actor: Actor, account: str, session_id: str) -> None:
        """End one of a person's sessions: one's own, or with the permission to manage users anybody's.

        Raises NotFound when the person has no such session.
        """
        require_self_or_manager(actor, account)
        now = self._house.clock()
        async with self._house.log.transaction(self._house.pool) as conn:
            if session_id not in {row.id for row in await sql.list_sessions(conn, account, now)}:
                raise NotFound("There is no such session.")
            await sql.end_session(conn, session_id, now)
            await self._house.log.write(conn, event(actor, Action.SESSION_END, now, n=1))
        self._cache.clear()


def session_of(row: SessionRow, account: AccountRow) -> Session:
    return Session(
        id=row.id,
        actor=actor_of(account, via=row.id),
        stage=row.stage,
        seen_at=row.seen_at,
        ends_at=row.ends_at,
        must_change=account.must_change,
        has_pin=account.pin is not None,
    )


def actor_of(account: AccountRow, *, via: str = "") -> Actor:
    return Actor(
        id=account.id,
        kind="user",
        display=account.display,
        roles=account.roles,
        practitioner=account.practitioner,
        sites=account.sites,
        via=via,
    )


def new_cookie() -> str:
    return secrets.token_urlsafe(32)


def cookie_hash(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode(errors="replace")).digest()


def cookie_attributes(*, https: bool) -> dict[str, object]:
    """Arguments of Starlette's `set_cookie` beside key and value. It ends with the browser or when the server says."""
    return {"httponly": True, "secure": https, "samesite": "lax", "path": "/"}


def csrf_token(cookie: str) -> str:
    """The token that a page of this session sends back with whatever changes something."""
    return hashlib.blake2b(cookie.encode(), digest_size=16, person=b"osler csrf").hexdigest()


def csrf_matches(cookie: str, presented: str) -> bool:
    return hmac.compare_digest(csrf_token(cookie).encode(), presented.encode(errors="replace"))


def require_self_or_manager(actor: Actor, account: str) -> None:
    from osler.access.compile import granted_permissions
    from osler.access.permissions import Permission, require

    if actor.kind != "user" or actor.id != account:
        require(granted_permissions(actor), Permission.USERS_MANAGE)


def _nobody() -> Unauthenticated:
    return Unauthenticated("Sign in first.")
