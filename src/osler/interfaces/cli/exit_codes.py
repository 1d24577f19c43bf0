"""What each error means to a shell: the numbers of BSD's sysexits.h, which mail and cron understand."""

from __future__ import annotations

from osler.core import errors

_CODES: tuple[tuple[type[errors.OslerError], int], ...] = (
    (errors.Invalid, 65),
    (errors.Conflict, 65),
    (errors.NotFound, 66),
    (errors.Unsupported, 69),
    (errors.Unavailable, 75),
    (errors.Unauthenticated, 77),
    (errors.Forbidden, 77),
)


def exit_code(error: errors.OslerError) -> int:
    """The first match; 1 for everything else."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), 1)
