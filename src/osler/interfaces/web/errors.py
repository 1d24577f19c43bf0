"""What goes wrong, in the words of the pages: one table from the errors of Osler to what a person reads and can do."""

from __future__ import annotations

from osler.access.throttle import Throttled
from osler.core.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    OslerError,
    TooCostly,
    Unauthenticated,
    Unavailable,
    Unsupported,
    VersionConflict,
)
from osler.interfaces.web.components.states import ErrorView
from osler.interfaces.web.components.values import Action

_TABLE: tuple[tuple[type[OslerError], int, str], ...] = (
    (Throttled, 429, "Too many attempts."),
    (Unauthenticated, 401, "Sign in again."),
    (Forbidden, 403, "Your role does not open this."),
    (Gone, 410, "This was deleted."),
    (NotFound, 404, "Not found."),
    (VersionConflict, 409, "Someone else changed this."),
    (Conflict, 409, "That is not possible now."),
    (Invalid, 422, "Not saved."),
    (TooCostly, 422, "That is too much at once."),
    (Unsupported, 422, "Osler does not do this yet."),
    (Unavailable, 503, "The record is away for a moment."),
)
_HOME = Action("Back to the first page", "/", "house")


def error_view(error: OslerError) -> ErrorView:
    """Status, words, and the way on."""
    status, title = next(
        ((code, words) for kind, code, words in _TABLE if isinstance(error, kind)), (500, "That did not work.")
    )
    faults = tuple(f"{fault.path}: {fault.message}" if fault.path else fault.message for fault in error.faults)
    message = error.message
    if status == 503:
        message += " Nothing was changed; try again in a moment."
    several = faults if len(faults) > 1 else ()
    actions = (Action("Sign in", "/sign-in", "log-in", "primary"),) if status == 401 else (_HOME,)
    return ErrorView(status, title, message, several, actions=actions)
