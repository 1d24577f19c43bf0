"""Flags that several commands share, and how they go over the settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from osler.core.settings import PREFIX, Settings

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Where the record is kept.", envvar=f"{PREFIX}DATA_DIR", show_default=False),
]


def read_settings(**given: Any) -> Settings:
    """The settings of the environment, with the flags that were given over them. None is a flag that was not."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


def environment_of(settings: Settings, database_url: str) -> dict[str, str]:
    """This process's environment, with what its own flags decided, for processes that it starts."""
    return {
        **os.environ,
        f"{PREFIX}DATA_DIR": str(settings.data_dir),
        f"{PREFIX}DATABASE_URL": database_url,
    }
