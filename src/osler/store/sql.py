"""A statement being built: its arguments, numbered as they come."""

from __future__ import annotations

from typing import Any


class Sql:
    """Collects arguments. The text of a statement depends only on its shape, so that prepared statements are shared."""

    __slots__ = ("args",)

    def __init__(self) -> None:
        self.args: list[Any] = []

    def arg(self, value: Any, cast: str = "") -> str:
        """Adds an argument and gives its placeholder."""
        self.args.append(value)
        return f"${len(self.args)}::{cast}" if cast else f"${len(self.args)}"
