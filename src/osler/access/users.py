"""Staff accounts: made by an administrator or on the command line; each change commits with its audit row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from osler.access import passwords, second_factor
from osler.access.actors import Actor
from osler.access.audit.entry import Action
from osler.access.compile import granted_permissions
from osler.access.events import event
from osler.access.gatehouse import Gatehouse
from osler.access.permissions import Permission, require
from osler.access.roles import staff_roles
from osler.access.sessions import require_self_or_manager
from osler.access.sign_in import fold_login
from osler.core.errors import Invalid, NotFound, Unauthenticated
from osler.core.ids import is_id, new_id
from osler.store import accounts as sql
from osler.store import sessions as session_sql
from osler.store.accounts import AccountRow
from osler.store.pool import Connection


@dataclass(frozen=True, slots=True)
class User:
    """An account without its secrets."""

    id: str
    login: str
    display: str
    roles: tuple[str, ...]
    practitioner: str | None
    sites: frozenset[str] | None
    has_second_factor: bool
    created_at: datetime
    disabled_at: datetime | None


async def create_user(
    house: Gatehouse,
    actor: Actor,
    *,
    login: str,
    password: str,
    roles: Sequence[str],
    display: str = "",
    practitioner: str | None = None,
    sites: frozenset[str] | None = None,
    must_change: bool = False,
) -> User:
    """Make an account. Raises Forbidden, Invalid (role, login or password will not do), Conflict (login taken)."""
    require(granted_permissions(actor), Permission.USERS_MANAGE)
    login, now = fold_login(login), house.clock()
    _check_profile(login, roles, practitioner, sites)
    passwords.check_strength(password, login=login)
    account = AccountRow(
        id=new_id(), login=login, display=display.strip() or login, roles=tuple(roles), practitioner=practitioner,
        sites=sites, password=await passwords.hash_password(password), must_change=must_change, pin=None,
        totp_secret=None, totp_pending=None, totp_step=0, created_at=now, disabled_at=None,
    )  # fmt: skip
    async with house.log.transaction(house.pool) as conn:
        await sql.add_account(conn, account)
        await house.log.write(conn, event(actor, Action.ACCOUNT_CREATE, now, what=f"account {account.id}"))
    return _user(account)


async def list_users(house: Gatehouse, actor: Actor) -> list[User]:
    require(granted_permissions(actor), Permission.USERS_MANAGE)
    async with house.pool.connection() as conn:
        return [_user(account) for account in await sql.list_accounts(conn)]


async def find_user(house: Gatehouse, login: str) -> User | None:
    async with house.pool.connection() as conn:
        account = await sql.find_account_by_login(conn, fold_login(login))
    return _user(account) if account else None


async def get_own_user(house: Gatehouse, actor: Actor) -> User:
    """One's own account. Raises Unauthenticated for anyone who has none."""
    return _user(await _own(house, actor))


async def require_password(house: Gatehouse, actor: Actor, given: str) -> None:
    """Raises Unauthenticated unless this is one's own password: asked again before what a screen left open must not allow."""
    if not await passwords.matches((await _own(house, actor)).password, given):
        raise Unauthenticated("The password is not right.")


async def change_profile(
    house: Gatehouse,
    actor: Actor,
    account_id: str,
    *,
    display: str,
    roles: Sequence[str],
    practitioner: str | None,
    sites: frozenset[str] | None,
) -> User:
    """What a person is called and may do; running sessions notice in seconds. Raises Forbidden, Invalid, NotFound."""
    require(granted_permissions(actor), Permission.USERS_MANAGE)
    now = house.clock()
    async with house.log.transaction(house.pool) as conn:
        account = await _account(conn, account_id)
        _check_profile(account.login, roles, practitioner, sites)
        display = display.strip() or account.login
        await sql.set_profile(conn, account_id, display=display, roles=roles, practitioner=practitioner, sites=sites)
        await house.log.write(conn, event(actor, Action.ACCOUNT_CHANGE, now, what=f"account {account_id}"))
    return _user(replace(account, display=display, roles=tuple(roles), practitioner=practitioner, sites=sites))


async def set_disabled(house: Gatehouse, actor: Actor, account_id: str, *, disabled: bool) -> None:
    """Close an account, which ends its sessions, or open it again. Accounts are never deleted: the audit names them."""
    require(granted_permissions(actor), Permission.USERS_MANAGE)
    now = house.clock()
    async with house.log.transaction(house.pool) as conn:
        await _account(conn, account_id)
        await sql.set_disabled(conn, account_id, now if disabled else None)
        if disabled:
            await session_sql.end_sessions(conn, account_id, now)
        what = f"account {account_id} {'closed' if disabled else 'opened'}"
        await house.log.write(conn, event(actor, Action.ACCOUNT_CHANGE, now, what=what))


async def reset_password(house: Gatehouse, actor: Actor, account_id: str, password: str) -> None:
    """Set a password for somebody else, which they must change; ends their sessions."""
    require(granted_permissions(actor), Permission.USERS_MANAGE)
    await _set_password(house, actor, account_id, password, must_change=True, keep="")


async def change_password(house: Gatehouse, actor: Actor, *, current: str, new: str, session: str = "") -> None:
    """Change one's own password; ends one's other sessions. Raises Unauthenticated when `current` is wrong."""
    account = await _own(house, actor)
    if not await passwords.matches(account.password, current):
        raise Unauthenticated("The current password is not right.")
    if current == new:
        raise Invalid("The new password is the old one.", path="password")
    await _set_password(house, actor, account.id, new, must_change=False, keep=session)


async def set_pin(house: Gatehouse, actor: Actor, pin: str | None) -> None:
    """Set one's own PIN, which only unlocks one's own locked session; None takes it away."""
    account = await _own(house, actor)
    if pin is not None:
        passwords.check_pin(pin)
    hashed = None if pin is None else await passwords.hash_password(pin)
    now = house.clock()
    async with house.log.transaction(house.pool) as conn:
        await sql.set_pin(conn, account.id, hashed)
        await house.log.write(conn, event(actor, Action.PASSWORD_CHANGE, now, what="PIN"))


async def begin_second_factor(house: Gatehouse, actor: Actor) -> tuple[str, str]:
    """Start enrolling one's own device: (secret, otpauth address to show). Nothing changes until it is confirmed."""
    account = await _own(house, actor)
    secret = second_factor.new_secret()
    async with house.pool.connection() as conn:
        await sql.set_totp_pending(conn, account.id, secret)
    return secret, second_factor.enrolment_address(secret, account.login)


async def confirm_second_factor(house: Gatehouse, actor: Actor, code: str) -> list[str]:
    """Finish enrolling with a code of the device. Returns recovery codes, to be shown this once. Raises Invalid."""
    account, now = await _own(house, actor), house.clock()
    step = second_factor.step_of(account.totp_pending, code.strip(), now) if account.totp_pending else None
    if step is None:
        raise Invalid("The code is not right. Check the device's clock and try the next one.", path="code")
    codes = second_factor.new_recovery_codes()
    async with house.log.transaction(house.pool) as conn:
        await sql.set_totp(
            conn, account.id, account.totp_pending, [second_factor.recovery_hash(account.id, c) for c in codes]
        )
        await sql.use_totp_step(conn, account.id, step)
        await house.log.write(conn, event(actor, Action.SECOND_FACTOR_CHANGE, now, what="second factor on"))
    return codes


async def remove_second_factor(house: Gatehouse, actor: Actor, account_id: str) -> None:
    """Take the second factor away: one's own or, as an administrator, somebody's who lost the device."""
    require_self_or_manager(actor, account_id)
    now = house.clock()
    async with house.log.transaction(house.pool) as conn:
        await _account(conn, account_id)
        await sql.set_totp(conn, account_id, None, [])
        what = f"second factor of account {account_id} off"
        await house.log.write(conn, event(actor, Action.SECOND_FACTOR_CHANGE, now, what=what))


async def _set_password(
    house: Gatehouse, actor: Actor, account_id: str, password: str, *, must_change: bool, keep: str
) -> None:
    now = house.clock()
    async with house.pool.connection() as conn:
        account = await _account(conn, account_id)
    passwords.check_strength(password, login=account.login)
    hashed = await passwords.hash_password(password)
    async with house.log.transaction(house.pool) as conn:
        await sql.set_password(conn, account_id, hashed, must_change=must_change)
        await session_sql.end_sessions(conn, account_id, now, but=keep)
        await house.log.write(conn, event(actor, Action.PASSWORD_CHANGE, now, what=f"account {account_id}"))


def _check_profile(login: str, roles: Sequence[str], practitioner: str | None, sites: frozenset[str] | None) -> None:
    if not (2 <= len(login) <= 64) or not login.isprintable() or any(letter.isspace() for letter in login):
        raise Invalid("A login has 2 to 64 characters and no spaces.", path="login")
    if not roles:
        raise Invalid("A user needs a role.", path="roles")
    for name in roles:
        if name not in staff_roles():
            raise Invalid(f"There is no role “{name}” for a user. Roles: {', '.join(staff_roles())}.", path="roles")
    for id_ in (*(sites or ()), *([practitioner] if practitioner else ())):
        if not is_id(id_):
            raise Invalid("A practitioner or site is named by its FHIR id.", path="practitioner")


async def _own(house: Gatehouse, actor: Actor) -> AccountRow:
    if actor.kind != "user":
        raise Unauthenticated("Sign in first.")
    async with house.pool.connection() as conn:
        return await _account(conn, actor.id)


async def _account(conn: Connection, account_id: str) -> AccountRow:
    account = await sql.find_account(conn, account_id)
    if account is None:
        raise NotFound("There is no such user.")
    return account


def _user(account: AccountRow) -> User:
    return User(
        account.id, account.login, account.display, account.roles, account.practitioner, account.sites,
        account.totp_secret is not None, account.created_at, account.disabled_at,
    )  # fmt: skip
