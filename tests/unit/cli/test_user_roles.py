"""A role that does not exist is said before a login or a password is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from osler.access.roles import add_roles
from osler.core.errors import Invalid
from osler.interfaces.cli import users
from osler.interfaces.cli.main import app


class Asked(Exception):
    """The password was asked for."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def asked() -> str:
        raise Asked

    monkeypatch.setattr(users, "_asked", asked)
    monkeypatch.setenv("OSLER_DATA_DIR", str(tmp_path / "none"))
    yield tmp_path / "none"
    add_roles(tmp_path / "nothing")


@pytest.mark.parametrize("words", ["user create", "user create eve", "user create eve --role nurse --role wizard"])
def test_an_unknown_role_or_none_is_said_with_those_that_there_are(folder: Path, words: str):
    error = CliRunner().invoke(app, words.split()).exception
    assert isinstance(error, Invalid)
    assert "physician, nurse, front_desk, biller, auditor, administrator" in error.message
    assert ("no role “wizard”" in error.message) == ("wizard" in words)
    assert not folder.exists()


def test_known_roles_and_the_practice_s_own_go_on_to_the_password(folder: Path):
    text = (Path(users.__file__).parents[2] / "access/builtin/nurse.toml").read_text()
    (folder / "roles").mkdir(parents=True)
    (folder / "roles/wizard.toml").write_text(text.replace('"nurse"', '"wizard"', 1))
    for role in ("front-desk", "wizard"):
        assert isinstance(CliRunner().invoke(app, ["user", "create", "eve", "--role", role]).exception, Asked)
