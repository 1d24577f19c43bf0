"""What a command's flags decide reaches the processes that it starts."""

from __future__ import annotations

from pathlib import Path

from osler.core.settings import Settings
from osler.interfaces.cli.options import environment_of, read_settings


def test_flags_reach_the_workers_unchanged(monkeypatch):
    for name in ("OSLER_DATA_DIR", "OSLER_DATABASE_URL", "OSLER_WORKERS"):
        monkeypatch.delenv(name, raising=False)
    flags = {
        "data_dir": Path("/data"),
        "zone": "America/Chicago",
        "access_log": False,
        "cors_origins": ("https://a", "*"),
    }
    settings = read_settings(**flags, workers=None)
    environment = environment_of(settings, "postgresql:///osler")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    again = Settings()
    assert {name: getattr(again, name) for name in flags} == flags
    assert again.database_url
    assert again.database_url.get_secret_value() == "postgresql:///osler"
    assert "OSLER_WORKERS" not in environment
