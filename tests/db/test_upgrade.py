"""`osler upgrade`: from an older major version to the current one, with a backup, and safe against interruption."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from osler.core.errors import Unavailable
from osler.core.settings import Settings
from osler.store.backup import list_backups
from osler.store.backup.upgrade import upgrade
from osler.store.embedded import DataFolder, open_server, server
from osler.store.embedded.attach import take_ownership
from osler.store.embedded.binaries import CURRENT_MAJOR, Binaries, installed
from osler.store.embedded.cluster import UPGRADED
from tests.db.processes import SMALL, ask

OLDER = sorted(major for major in installed() if 15 <= major < CURRENT_MAJOR)
NOW = datetime(2026, 11, 21, tzinfo=UTC)


async def make_old(monkeypatch: pytest.MonkeyPatch, data_dir: Path, binaries: Binaries) -> Settings:
    """A data folder as an earlier version of Osler would have made it."""
    DataFolder.at(data_dir).root.mkdir()
    DataFolder.at(data_dir).own_settings.write_text(SMALL + "\n")
    with monkeypatch.context() as patch:
        patch.setattr(server, "newest", lambda: binaries)
        async with open_server(data_dir) as address:
            await ask(address.to_url(), "CREATE TABLE kept AS SELECT 7 AS number, 'ß' AS name")
    assert DataFolder.at(data_dir).cluster_major() == binaries.major
    return Settings(data_dir=data_dir, database_url=None)


@pytest.mark.slow
@pytest.mark.parametrize("major", OLDER[-1:])
async def test_an_older_version_becomes_the_current_one_with_its_data(monkeypatch, data_dir: Path, major: int):
    settings = await make_old(monkeypatch, data_dir, installed()[major])
    steps: list[str] = []
    await upgrade(settings, now=NOW, tell=steps.append)
    data = DataFolder.at(data_dir)
    assert data.cluster_major() == CURRENT_MAJOR
    assert (data.root / f"pg.old-{major}").is_dir()
    assert [each.postgresql for each in list_backups(data.backups)] == [major]
    assert [each.split()[0] for each in steps][:2] == ["Backup", "PostgreSQL"]
    async with open_server(data_dir) as address:
        assert await ask(address.to_url(), "SELECT name FROM kept WHERE number = 7") == "ß"
        assert await ask(address.to_url(), "SELECT count(*) FROM migration") > 0
        assert await ask(address.to_url(), "SHOW data_checksums") == "on"
    steps.clear()
    await upgrade(settings, now=NOW, tell=steps.append)
    assert steps == ["The database is up to date"]


@pytest.mark.parametrize("major", OLDER[-1:])
async def test_an_older_version_still_runs_until_it_is_upgraded(monkeypatch, data_dir: Path, major: int):
    await make_old(monkeypatch, data_dir, installed()[major])
    async with open_server(data_dir) as address:
        assert await ask(address.to_url(), "SELECT number FROM kept") == 7
    assert DataFolder.at(data_dir).cluster_major() == major


@pytest.mark.parametrize("at", ["before the old one moved", "between the two moves"])
async def test_an_upgrade_cut_short_leaves_one_whole_database(data_dir: Path, at: str):
    async with open_server(data_dir, extra_settings=SMALL) as address:
        await ask(address.to_url(), "CREATE TABLE kept AS SELECT 7 AS number")
    data = DataFolder.at(data_dir)
    if at == "between the two moves":
        data.cluster.rename(data.root / UPGRADED)
    else:
        (data.root / UPGRADED).mkdir()
    async with open_server(data_dir, extra_settings=SMALL) as address:
        assert await ask(address.to_url(), "SELECT number FROM kept") == 7
    assert not (data.root / UPGRADED).exists()


async def test_a_data_folder_in_use_is_not_upgraded(data_dir: Path):
    async with open_server(data_dir, extra_settings=SMALL):
        assert take_ownership(DataFolder.at(data_dir)) is None
        with pytest.raises(Unavailable, match="stop it"):
            await upgrade(Settings(data_dir=data_dir, database_url=None), now=NOW, tell=print)
