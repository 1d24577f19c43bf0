"""What an installation decides, read from OSLER_… environment variables; a command's flags go over them.

Every setting has a line in docs/reference/settings.md; a test compares the two. What a practice decides (zones,
admin times, formulary) is data in the record and not here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "OSLER_"
MEBIBYTE = 1024 * 1024


class Settings(BaseSettings):
    """Frozen once read. A value that does not fit raises pydantic's ValidationError, which names the variable."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True)

    data_dir: Path = Field(default_factory=lambda: _usual_data_dir())
    """Where the bundled database, its keys and its logs live."""
    database_url: SecretStr | None = None
    """An external PostgreSQL (15 or newer) as a postgresql:// address. None: the bundled one, under data_dir."""
    wal_archive: Path | None = None
    """A folder that the bundled PostgreSQL copies its write-ahead log to. None: no archiving."""
    postgres_bin: Path | None = None
    """The folder of the PostgreSQL programs to run in place of the bundled ones. None: the bundled ones."""
    pool_size: int = Field(default=8, ge=2, le=200)
    """Database connections held by each worker process."""

    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """The port to listen on; 0 takes a free one."""
    workers: int = Field(default=1, ge=1, le=64)
    """Processes that answer requests."""
    base_url: str = ""
    """How the world reaches this server, such as https://osler.example.org. Empty: as each request names it."""
    cors_origins: tuple[str, ...] = ()
    """Origins whose pages may call the API from a browser, as a JSON list. `["*"]` is any, without credentials."""

    demo: bool = False
    """Whether the sign-in page lists the demo clinic's accounts. Set by `osler demo`; never for real patients."""
    zone: str = "UTC"
    """The time zone of dates that have none. Fixed when the database is made; later values are refused."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much is logged. No level writes patient data."""
    access_log: bool = True
    """Whether each request gets a line in the log. The audit trail is kept either way."""

    max_body_bytes: int = Field(default=50 * MEBIBYTE, ge=1024)
    """The largest request body; a larger one is answered 413 before it is read."""
    max_bundle_entries: int = Field(default=10_000, ge=1)
    """The most entries in a batch or transaction."""
    default_count: int = Field(default=20, ge=1)
    """Search results on a page when the client does not say."""
    max_count: int = Field(default=1_000, ge=1)
    """Search results on a page at most, whatever the client says."""
    profile_claims: Literal["single", "always", "never"] = "single"
    """Which resources are refused when they are not what they claim in meta.profile: those written by themselves, all
    of them, or none. R4's own rules hold always."""
    request_seconds: float = Field(default=30, gt=0)
    """How long the database may work for one request before it is answered as too costly."""

    idle_minutes: int = Field(default=15, ge=1)
    """Minutes without a sign of life after which a staff session locks."""
    session_hours: int = Field(default=12, ge=1)
    """Hours after which a staff session ends, used or not."""

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("not a time zone of the IANA database, such as America/Chicago") from error
        return name

    @field_validator("base_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("has to begin with http:// or https://")
        return url.rstrip("/")

    @field_validator("data_dir", "wal_archive", "postgres_bin")
    @classmethod
    def _absolute(cls, folder: Path | None) -> Path | None:
        return folder and folder.expanduser().absolute()


def _usual_data_dir() -> Path:
    """/var/lib/osler for root, else the user's folder for data (XDG base directories)."""
    if os.geteuid() == 0:
        return Path("/var/lib/osler")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "osler"


def unknown_names(environment: Mapping[str, str]) -> list[str]:
    """OSLER_… variables that no setting reads: most likely misspelled. OSLER_TEST_… belongs to the tests."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    ours = (name for name in environment if name.upper().startswith(PREFIX))
    return sorted(name for name in ours if name.upper() not in known and not name.startswith(f"{PREFIX}TEST_"))
