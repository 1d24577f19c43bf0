"""Signing in and unlocking. A wrong login and a wrong password are the same answer in the same time."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from osler.access import passwords, second_factor, throttle
from osler.access.audit.entry import Action, Outcome
from osler.access.events import event, nobody
from osler.access.gatehouse import Gatehouse
from osler.access.sessions import actor_of, cookie_hash, new_cookie
from osler.core.errors import Unauthenticated
from osler.core.ids import new_id
from osler.store import accounts as account_sql
from osler.store import sessions as sql
from osler.store.accounts import AccountRow
from osler.store.pool import Connection
from osler.store.sessions import SessionRow

CODE_WITHIN = timedelta(minutes=5)
"""Between the password and the second factor."""
TRIES = 5
"""At a code, PIN or password of one session before it ends."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The cookie to set. When `needs_code`, it is good for `confirm_code` only."""

    cookie: str
    needs_code: bool
    must_change: bool


def fold_login(login: str) -> str:
    return unicodedata.normalize("NFKC", login).strip().casefold()


async def sign_in(
    house: Gatehouse, login: str, password: str, *, address: str, agent: str = "", before: str | None = None
) -> SignedIn:
    """Begin a session. `before` is the cookie the browser had, whose session ends: none outlives a sign-in.

    Raises Throttled, or Unauthenticated for a wrong login, a wrong password or a disabled account.
    """
    login, now = fold_login(login), house.clock()
    async with house.pool.connection() as conn:
        await throttle.attempt(conn, login, address, now)
        account = await account_sql.find_account_by_login(conn, login)
    right = await passwords.matches(account.password if account else None, password)
    if account is None or not right or account.disabled_at is not None:
        await _refused(house, account, address, now, "password")
        raise Unauthenticated("The login or the password is not right.")
    renewed = await passwords.hash_password(password) if passwords.is_outdated(account.password) else None
    needs_code = account.totp_secret is not None
    cookie, ends_at = new_cookie(), now + (CODE_WITHIN if needs_code else house.lifetime)
    stage = "code" if needs_code else "open"
    session = SessionRow(new_id(), account.id, stage, now, now, ends_at, 0, address[:64], _plain(agent))
    async with house.log.transaction(house.pool) as conn:
        if before:
            await _end(conn, before, now)
        if renewed:
            await account_sql.rehash_password(conn, account.id, account.password, renewed)
        await sql.add_session(conn, session, cookie_hash(cookie))
        if not needs_code:
            await throttle.succeeded(conn, login, address, now)
            await house.log.write(conn, event(actor_of(account, via=session.id), Action.SIGN_IN, now))
    return SignedIn(cookie, needs_code, account.must_change)


async def confirm_code(house: Gatehouse, cookie: str, code: str, *, address: str) -> SignedIn:
    """The second step: a code of the device or a recovery code. Gives a new cookie; the first one is void.

    Raises Throttled, or Unauthenticated when the code is wrong or the sign-in took too long.
    """
    now = house.clock()
    session, account = await _waiting(house, cookie, "code", now)
    async with house.pool.connection() as conn:
        await throttle.attempt(conn, account.login, address, now)
        await _try(conn, session, now)
        accepted = await second_factor.accept(conn, account, code, now)
    if not accepted:
        await _refused(house, account, address, now, "second factor")
        raise Unauthenticated("The code is not right, or was used before.")
    fresh = new_cookie()
    async with house.log.transaction(house.pool) as conn:
        if not await sql.open_session(conn, session.id, now, hash_=cookie_hash(fresh), ends_at=now + house.lifetime):
            raise Unauthenticated("Sign in again.")
        await throttle.succeeded(conn, account.login, address, now)
        await house.log.write(conn, event(actor_of(account, via=session.id), Action.SIGN_IN, now, what="second factor"))
    return SignedIn(fresh, needs_code=False, must_change=account.must_change)


async def unlock(
    house: Gatehouse, cookie: str, *, pin: str | None = None, password: str | None = None, address: str
) -> None:
    """Open a locked session again, with its work in place. After TRIES wrong ones it ends.

    The caller should `Sessions.forget(cookie)` afterwards. Raises Unauthenticated, Throttled.
    """
    now = house.clock()
    session, account = await _waiting(house, cookie, "locked", now)
    async with house.pool.connection() as conn:
        await throttle.attempt(conn, account.login, address, now)
        await _try(conn, session, now)
    stored, given = (account.password, password) if password is not None else (account.pin, pin or "")
    if not await passwords.matches(stored, given):
        await _refused(house, account, address, now, "unlock")
        raise Unauthenticated("That is not right.")
    async with house.log.transaction(house.pool) as conn:
        if not await sql.open_session(conn, session.id, now):
            raise Unauthenticated("Sign in again.")
        await throttle.succeeded(conn, account.login, address, now)
        await house.log.write(conn, event(actor_of(account, via=session.id), Action.UNLOCK, now))


async def _waiting(house: Gatehouse, cookie: str, stage: str, now: datetime) -> tuple[SessionRow, AccountRow]:
    async with house.pool.connection() as conn:
        session = await sql.find_session(conn, cookie_hash(cookie), now)
        account = await account_sql.find_account(conn, session.account) if session else None
    if session is None or account is None or account.disabled_at is not None or session.stage != stage:
        raise Unauthenticated("Sign in again.")
    return session, account


async def _try(conn: Connection, session: SessionRow, now: datetime) -> None:
    if await sql.count_miss(conn, session.id) > TRIES:
        await sql.end_session(conn, session.id, now)
        raise Unauthenticated("Too many wrong tries. Sign in again.")


async def _end(conn: Connection, cookie: str, now: datetime) -> None:
    session = await sql.find_session(conn, cookie_hash(cookie), now)
    if session is not None:
        await sql.end_session(conn, session.id, now)


async def _refused(house: Gatehouse, account: AccountRow | None, address: str, now: datetime, what: str) -> None:
    """The audit row of a refusal: by the account when there is one, never by what was typed."""
    actor = nobody(address) if account is None else actor_of(account, via=address[:64])
    await house.log.record(event(actor, Action.SIGN_IN, now, outcome=Outcome.UNAUTHENTICATED, what=what))


def _plain(agent: str) -> str:
    return "".join(letter for letter in agent[:200] if letter.isprintable())
