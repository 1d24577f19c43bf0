"""A statement being built: its arguments, numbered as they come."""

from __future__ import annotations

from typing import Any

from osler.core.errors import TooCostly

MOST_ARGUMENTS = 32_767
"""As many as PostgreSQL takes with one statement."""


class Sql:
    """Collects arguments. The text of a statement depends only on its shape, so that prepared statements are shared."""

    __slots__ = ("args",)

    def __init__(self) -> None:
        self.args: list[Any] = []

    def arg(self, value: Any, cast: str = "") -> str:
        """Adds an argument and gives its placeholder. Raises TooCostly for more than a statement can have."""
        if len(self.args) >= MOST_ARGUMENTS:
            raise TooCostly("This has too many values and parts to be answered at once; split it and ask in parts.")
        self.args.append(value)
        return f"${len(self.args)}::{cast}" if cast else f"${len(self.args)}"
