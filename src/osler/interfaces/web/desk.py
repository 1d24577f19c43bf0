"""A signed-in person's request: who asks, the way to the record, and the frame around what they are shown."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, TypeVar

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from osler.access.actors import Actor
from osler.access.audit.entry import Action
from osler.access.compile import granted_permissions
from osler.access.permissions import Permission
from osler.access.records import Records
from osler.access.sessions import COOKIE, Session
from osler.interfaces.web import page
from osler.interfaces.web.components.shell import NavItem, OpenChart, Page, TopBar, UserBadge
from osler.interfaces.web.components.states import Toast
from osler.interfaces.web.office import Office

Result = TypeVar("Result")
ROLES = {"physician": "Physician", "nurse": "Nurse", "front_desk": "Front desk", "biller": "Biller", "auditor": "Auditor",
         "administrator": "Administrator"}  # fmt: skip


@dataclass(slots=True)
class Desk:
    """One request by one person. `now` is the same from its beginning to its end."""

    request: Request
    office: Office
    session: Session
    now: datetime
    typed: FormData | None = None
    """What was posted."""

    @property
    def actor(self) -> Actor:
        return self.session.actor

    @property
    def zone(self) -> tzinfo:
        return self.office.zone

    @property
    def local(self) -> datetime:
        """Now, in the zone that is shown."""
        return self.now.astimezone(self.zone)

    @property
    def cookie(self) -> str:
        return self.request.cookies.get(COOKIE, "")

    @property
    def patient(self) -> str:
        """Id of the patient that the address names."""
        return self.request.path_params["patient"]

    def value(self, name: str) -> str:
        """A field as it was typed, without blanks around it; empty when it was not sent."""
        found = (self.typed or {}).get(name, "")
        return found.strip() if isinstance(found, str) else ""

    def may(self, needed: Permission) -> bool:
        return needed in granted_permissions(self.actor)

    @contextlib.asynccontextmanager
    async def reading(self, what: str, action: Action = Action.READ) -> AsyncIterator[Records]:
        """Records to read with; one audit row when the block ends."""
        async with self.office.gate.reading(self.actor, action=action, what=what) as records:
            yield records

    async def write(
        self, work: Callable[[Records], Awaitable[Result]], what: str, action: Action = Action.CREATE
    ) -> Result:
        """Runs `work` in one transaction, with one audit row; it may be run again from its start."""
        return await self.office.gate.write(self.actor, work, action=action, what=what)

    def frame(
        self, title: str, here: str = "", *, toasts: Sequence[Toast] = (), open_charts: Sequence[OpenChart] = ()
    ) -> Page:
        """What surrounds a page. `here` is the address of the main place it belongs to."""
        return Page(
            title,
            self._bar(here),
            lock_after=int(self.office.gatehouse.idle.total_seconds()),
            toasts=tuple(toasts),
            open_charts=tuple(open_charts),
        )

    def _bar(self, here: str) -> TopBar:
        places = [NavItem("Today", "/", "calendar", here == "/")] if self.may(Permission.SCHEDULE_READ) else []
        if self.may(Permission.PATIENT_SEARCH):
            places.append(NavItem("Patients", "/patients", "users", here == "/patients"))
        roles = ", ".join(ROLES.get(role, role) for role in self.actor.roles)
        menu = (
            NavItem("Account", "/account", "settings"),
            NavItem("Lock", "/lock", "lock"),
            NavItem("Sign out", "/sign-out", "log-out"),
        )
        user = UserBadge(self.actor.display, roles, menu)
        find = self.may(Permission.PATIENT_SEARCH)
        return TopBar(self.office.site, tuple(places), user, self.office.environment, find)

    def page(self, template: str, frame: Page, *, status: int = 200, **models: Any) -> Response:
        return page.page(self.request, template, frame, status=status, **models)

    def fragment(self, template: str, *, status: int = 200, **models: Any) -> Response:
        return page.fragment(self.request, template, status=status, **models)

    @property
    def in_panel(self) -> bool:
        """Whether the answer goes into the side panel of the page that asks."""
        return page.wants_fragment(self.request)
