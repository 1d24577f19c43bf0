"""Settings come from the environment, refuse what does not fit, and are all documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from osler.core.settings import Settings, unknown_names

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "settings.md"


def test_a_variable_sets_and_an_argument_goes_over_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OSLER_PORT", "9001")
    assert Settings().port == 9001
    assert Settings(port=9002).port == 9002


def test_the_database_address_is_not_printed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OSLER_DATABASE_URL", "postgresql://osler:hunter2@db/osler")
    assert "hunter2" not in repr(Settings())


@pytest.mark.parametrize(
    ("name", "value"), [("zone", "Mars/Olympus"), ("port", 70_000), ("base_url", "osler.example.org"), ("workers", 0)]
)
def test_a_value_that_does_not_fit_is_refused_by_name(name: str, value: object):
    with pytest.raises(ValidationError, match=name):
        Settings(**{name: value})


def test_base_url_loses_its_slash_and_folders_become_absolute():
    settings = Settings(base_url="https://osler.example.org/", data_dir=Path("clinic"))
    assert settings.base_url == "https://osler.example.org"
    assert settings.data_dir.is_absolute()


def test_misspelled_variables_are_found():
    environment = {"OSLER_PROT": "1", "OSLER_PORT": "1", "OSLER_TEST_DATABASE_URL": "", "HOME": "/"}
    assert unknown_names(environment) == ["OSLER_PROT"]


def test_every_setting_is_documented_and_nothing_else():
    documented = re.findall(r"^\| `OSLER_([A-Z_]+)`", PAGE.read_text(), re.MULTILINE)
    assert [name.lower() for name in documented] == list(Settings.model_fields)
