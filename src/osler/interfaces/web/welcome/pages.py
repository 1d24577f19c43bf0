"""The first page of those whose work is not in the charts: how things are, what they can do, and where."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from osler.access.permissions import Permission
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.welcome.overview import overview


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that a role may do; `command` is typed on the server, `--help` after it says more."""

    text: str
    command: str


_TASKS = (
    (Permission.AUDIT_READ, Task("See who did what to whose record", "osler audit show")),
    (Permission.AUDIT_READ, Task("Check that no entry of the audit was changed or lost", "osler audit verify")),
    (Permission.USERS_MANAGE, Task("Add people, set their passwords, turn accounts off", "osler user")),
    (Permission.TOKENS_MANAGE, Task("Let other programs use the record", "osler token")),
    (Permission.MAINTENANCE, Task("Back up the record; “osler restore” brings it back", "osler backup")),
    (Permission.MAINTENANCE, Task("Load code systems and drug data", "osler load")),
    (Permission.MAINTENANCE, Task("See whether all is well", "osler doctor")),
)


async def show(desk: Desk) -> Response:
    """For roles that do not look up patients."""
    tasks = tuple(task for needed, task in _TASKS if desk.may(needed))
    return desk.page("welcome/welcome.html", desk.frame("Osler", "/"), tasks=tasks, view=await overview(desk))
