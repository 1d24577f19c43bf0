"""How the installation is: what the doctor finds, who has accounts, which tokens are good, what was done last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from osler.access.audit.entry import Outcome
from osler.access.audit.explore import AuditLine, list_by_time
from osler.access.installation import Finding
from osler.access.permissions import Permission
from osler.access.tokens import TokenRow, list_tokens
from osler.access.users import User, list_users
from osler.interfaces.web.components import format
from osler.interfaces.web.desk import ROLES, Desk

_LATEST = 12
_LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Overview:
    """Each part is None for whoever may not see it. Lines are (name, words)."""

    wrong: tuple[Finding, ...] | None = None
    well: tuple[Finding, ...] = ()
    people: tuple[tuple[str, str], ...] | None = None
    tokens: tuple[tuple[str, str], ...] | None = None
    audit: tuple[tuple[str, str], ...] | None = None


async def overview(desk: Desk) -> Overview:
    """What of it the person's roles open. Looking at the audit is itself in the audit."""
    house, now = desk.office.gatehouse, desk.now
    wrong = well = people = tokens = audit = None
    if desk.may(Permission.MAINTENANCE):
        findings = await desk.office.look_over()
        wrong = tuple(each for each in findings if not each.good)
        well = tuple(each for each in findings if each.good)
    if desk.may(Permission.USERS_MANAGE):
        people = tuple(_user(each) for each in await list_users(house, desk.actor))
    if desk.may(Permission.TOKENS_MANAGE):
        found = await list_tokens(house, desk.actor)
        good = (each for each in found if not each.revoked_at and (not each.expires_at or each.expires_at > now))
        tokens = tuple(_token(each, desk) for each in good)
    if desk.may(Permission.AUDIT_READ):
        lines = await list_by_time(house, desk.actor, since=now - _LOOK_BACK, until=now, limit=_LATEST)
        audit = tuple(_line(each, desk) for each in lines)
    return Overview(wrong, well or (), people, tokens, audit)


def _user(user: User) -> tuple[str, str]:
    roles = ", ".join(ROLES.get(each, each) for each in user.roles)
    notes = ("closed" if user.disabled_at else "", "second factor" if user.has_second_factor else "")
    return user.login, format.dotted(user.display, roles, *notes)


def _token(token: TokenRow, desk: Desk) -> tuple[str, str]:
    ends = f"ends {format.day(token.expires_at, desk.zone).text}" if token.expires_at else "never ends"
    used = f"last used {format.moment(token.last_used_at, desk.zone).text}" if token.last_used_at else "never used"
    return token.name, format.dotted(" ".join(token.scopes), ends, used)


def _line(line: AuditLine, desk: Desk) -> tuple[str, str]:
    action = line.action.name.lower().replace("_", " ") if line.action else ""
    ended = line.outcome.name.lower().replace("_", " ") if line.outcome not in (None, Outcome.DONE) else ""
    return format.moment(line.at, desk.zone).text, format.dotted(
        line.display, action, line.resource or line.what, ended
    )
