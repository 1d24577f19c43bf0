"""A command that works on a record makes none where there is none, and says where it looked."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from osler.core.errors import NotFound
from osler.core.settings import Settings
from osler.interfaces.cli.exit_codes import exit_code
from osler.interfaces.cli.main import app
from osler.interfaces.cli.options import settings_of_record


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("OSLER_DATABASE_URL", raising=False)
    monkeypatch.setenv("OSLER_DATA_DIR", str(tmp_path / "none"))
    return tmp_path / "none"


@pytest.mark.parametrize(
    "words",
    [
        "token list", "token revoke t1", "user list", "user password ada", "user disable ada", "user enable ada",
        "audit verify", "audit show", "backup", "upgrade", "export", "worker", "doctor", "load list", "load back rxnorm",
        "load rxnorm nothing.zip",
    ],
)  # fmt: skip
def test_no_other_command_begins_a_record(folder: Path, words: str):
    error = CliRunner().invoke(app, words.split()).exception
    assert isinstance(error, NotFound)
    assert exit_code(error) == 66
    assert str(folder) in error.message
    assert "--data-dir or OSLER_DATA_DIR" in error.message
    assert not folder.exists()


@pytest.mark.parametrize("cluster", ["pg", "pg.upgraded"])
def test_a_cluster_is_a_record_also_after_an_upgrade_cut_short(folder: Path, cluster: str):
    (folder / "keys").mkdir(parents=True)
    with pytest.raises(NotFound):
        settings_of_record(None)
    (folder / cluster).mkdir()
    assert settings_of_record(None) == Settings(data_dir=folder)


def test_with_an_external_database_the_folder_need_not_be_there(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OSLER_DATABASE_URL", "postgresql:///osler")
    assert settings_of_record(None).data_dir == folder
