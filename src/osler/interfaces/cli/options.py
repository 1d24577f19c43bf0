"""Flags that several commands share, and how they go over the settings."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from osler.core.errors import NotFound
from osler.core.settings import PREFIX, Settings

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Where the record is kept.", envvar=f"{PREFIX}DATA_DIR", show_default=False),
]


def read_settings(**given: Any) -> Settings:
    """The settings of the environment, with the flags that were given over them. None is a flag that was not."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


def settings_of_record(data_dir: Path | None) -> Settings:
    """The settings, for a command that works on a record and makes none. Raises NotFound when there is none."""
    from osler.access.installation import holds_record

    settings = read_settings(data_dir=data_dir)
    if not holds_record(settings):
        raise NotFound(
            f"There is no record in {settings.data_dir}. Name another folder with --data-dir or {PREFIX}DATA_DIR; "
            "`osler serve` begins a new record."
        )
    return settings


def environment_of(settings: Settings, database_url: str) -> dict[str, str]:
    """This process's environment, with what its own flags decided, for processes that it starts."""
    decided = settings.model_dump(mode="json", include=settings.model_fields_set - {"database_url"}, exclude_none=True)
    flags = {
        PREFIX + name.upper(): each if isinstance(each, str) else json.dumps(each) for name, each in decided.items()
    }
    return {**os.environ, **flags, f"{PREFIX}DATA_DIR": str(settings.data_dir), f"{PREFIX}DATABASE_URL": database_url}
