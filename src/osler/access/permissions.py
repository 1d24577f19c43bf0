"""The doors inside Osler: a closed set of permissions, and the rule that every route names one.

Permissions say which pages and functions a role may use at all; what it sees there is the business of the policy's
rules. `@permission(...)` marks a handler; `check_routes` refuses to start a server that has an unmarked one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import TypeVar

from osler.core.errors import Forbidden, Unauthenticated


class Permission(Enum):
    PUBLIC = "public"
    """Anyone, also without signing in: health checks, metadata, the sign-in page itself."""
    SIGNED_IN = "signed-in"
    """Anyone who is signed in: sign-out, one's own sessions and password."""
    FHIR = "fhir.use"
    SCHEDULE_READ = "schedule.read"
    SCHEDULE_WRITE = "schedule.write"
    PATIENT_SEARCH = "patient.search"
    PATIENT_REGISTER = "patient.register"
    CHART_READ = "chart.read"
    CHART_WRITE = "chart.write"
    NOTE_SIGN = "note.sign"
    ORDER_PLACE = "order.place"
    DOSE_GIVE = "dose.give"
    INBOX = "inbox.use"
    BILLING_READ = "billing.read"
    BILLING_WRITE = "billing.write"
    REPORTS = "reports.read"
    AUDIT_READ = "audit.read"
    USERS_MANAGE = "users.manage"
    TOKENS_MANAGE = "tokens.manage"
    SETTINGS_MANAGE = "settings.manage"
    MAINTENANCE = "maintenance.run"


_MARK = "__osler_permission__"
Endpoint = TypeVar("Endpoint", bound=Callable[..., object])


def permission(needed: Permission) -> Callable[[Endpoint], Endpoint]:
    """Name the permission a route handler (function or class) needs."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, needed)
        return endpoint

    return mark


def permission_of(endpoint: object) -> Permission:
    """The permission named for a handler. Raises LookupError when there is none: the route must not be registered.

    For a class only its own mark counts: a handler class does not inherit openness from its base.
    """
    found = vars(endpoint).get(_MARK) if isinstance(endpoint, type) else getattr(endpoint, _MARK, None)
    if not isinstance(found, Permission):
        name = getattr(endpoint, "__qualname__", repr(endpoint))
        raise LookupError(f"{name} names no permission: mark it with @permission(...)")
    return found


def check_routes(routes: Iterable[object]) -> None:
    """Go through a Starlette route tree and raise LookupError at the first handler without a permission.

    Mounts are entered; a mounted application without routes of its own (static files) must be marked itself.
    """
    for route in routes:
        inner: list[object] = list(getattr(route, "routes", None) or [])
        if inner:
            check_routes(inner)
            continue
        endpoint: object = getattr(route, "endpoint", None) or getattr(route, "app", None)
        permission_of(endpoint)


def require(granted: frozenset[Permission] | None, needed: Permission) -> None:
    """Let pass or raise. `granted` is what `granted_permissions(actor)` gave, None when nobody is signed in."""
    if needed is Permission.PUBLIC:
        return
    if granted is None:
        raise Unauthenticated("Sign in first.")
    if needed is not Permission.SIGNED_IN and needed not in granted:
        raise Forbidden(f"Your role does not include “{needed.value}”.")
