"""The restore drill: write, back up, write more, lose everything, restore, compare."""

from __future__ import annotations

import asyncio
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from osler.core.errors import Invalid, NotFound, Unavailable
from osler.core.settings import Settings
from osler.store.backup import Backup, back_up, list_backups, restore, thin_out, verify_backup
from osler.store.embedded import Address, open_server
from osler.store.opening import reach_database
from tests.db.processes import SMALL, ask, until, until_so

ROWS = "SELECT coalesce(string_agg(number::text, ',' ORDER BY number), '') FROM kept"


def settings_of(data_dir: Path, archive: Path | None = None) -> Settings:
    return Settings(data_dir=data_dir, wal_archive=archive, database_url=None)


def make_small(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "postgresql.conf").write_text(SMALL + "\n")


async def write(url: str, *numbers: int) -> datetime:
    """Adds rows, and gives a moment after which nothing of them was written."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        await connection.executemany("INSERT INTO kept VALUES ($1)", [(each,) for each in numbers])
        await asyncio.sleep(0.05)
        return await connection.fetchval("SELECT clock_timestamp()")
    finally:
        await connection.close()


async def take(settings: Settings, url: str, to: Path | None = None, *, days_ago: int = 0) -> Backup:
    async with reach_database(settings) as address:
        assert address.to_url() == url
        return await back_up(settings, address, now=datetime.now(UTC) - timedelta(days=days_ago), to=to)


async def rows(data_dir: Path) -> str:
    async with open_server(data_dir, extra_settings=SMALL) as address:
        return await ask(address.to_url(), ROWS)


async def test_a_backup_taken_in_use_restores_what_was_committed_before_it(tmp_path: Path):
    make_small(tmp_path / "old")
    settings = settings_of(tmp_path / "old")
    async with open_server(settings.data_dir) as address:
        (settings.data_dir / "keys/audit").write_bytes(b"secret")
        await write(address.to_url(), 1, 2)
        backup = await take(settings, address.to_url())
        await write(address.to_url(), 3)
    shutil.copytree(backup.folder, tmp_path / "elsewhere")
    shutil.rmtree(settings.data_dir)

    used = await restore(tmp_path / "elsewhere", tmp_path / "new")
    assert used.at == backup.at
    assert await rows(tmp_path / "new") == "1,2"
    assert (tmp_path / "new/keys/audit").read_bytes() == b"secret"
    assert (tmp_path / "new/keys").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new/postgresql.conf").read_text() == SMALL + "\n"


async def test_with_archived_log_everything_or_any_moment_comes_back(tmp_path: Path):
    make_small(tmp_path / "old")
    archive = tmp_path / 'it\'s 100% "odd" $HOME; ö'
    settings = settings_of(tmp_path / "old", archive)
    async with open_server(settings.data_dir, archive=archive) as address:
        await write(address.to_url(), 1)
        backup = await take(settings, address.to_url(), tmp_path / "backups")
        moment = await write(address.to_url(), 2)
        await asyncio.sleep(0.05)
        await write(address.to_url(), 3)
    # An orderly end archives the last piece of log.
    assert any(len(each.name) == 24 for each in archive.iterdir())
    shutil.rmtree(settings.data_dir)

    await restore(backup.folder, tmp_path / "all", archive=archive)
    assert await rows(tmp_path / "all") == "1,2,3"
    await restore(tmp_path / "backups", tmp_path / "moment", archive=archive, to_time=moment)
    assert await rows(tmp_path / "moment") == "1,2"
    assert not (tmp_path / "moment/wal-restore").exists()

    # The restored record goes on archiving to the same folder, and can be restored in its turn.
    settings = settings_of(tmp_path / "all", archive)
    async with open_server(tmp_path / "all", archive=archive, extra_settings=SMALL) as address:
        await write(address.to_url(), 4)
    await restore(backup.folder, tmp_path / "again", archive=archive)
    assert await rows(tmp_path / "again") == "1,2,3,4"


async def test_a_moment_beyond_the_archive_is_said_and_leaves_nothing(tmp_path: Path):
    make_small(tmp_path / "old")
    archive = tmp_path / "wal"
    settings = settings_of(tmp_path / "old", archive)
    async with open_server(settings.data_dir, archive=archive) as address:
        await write(address.to_url(), 1)
        backup = await take(settings, address.to_url(), tmp_path / "backups")
    (tmp_path / "new").mkdir()
    later = datetime.now(UTC) + timedelta(days=1)
    with pytest.raises(Unavailable, match="before configured recovery target"):
        await restore(backup.folder, tmp_path / "new", archive=archive, to_time=later)
    assert list((tmp_path / "new").iterdir()) == []


async def test_what_cannot_be_restored_is_refused_before_anything_is_written(tmp_path: Path):
    make_small(tmp_path / "old")
    settings = settings_of(tmp_path / "old")
    async with open_server(settings.data_dir) as address:
        backup = await take(settings, address.to_url(), tmp_path / "backups")
    new = tmp_path / "new"
    with pytest.raises(Invalid, match="not empty"):
        await restore(backup.folder, settings.data_dir)
    with pytest.raises(NotFound, match="no complete backup"):
        await restore(tmp_path / "old/keys", new)
    with pytest.raises(Invalid, match="--wal-archive"):
        await restore(backup.folder, new, to_time=datetime.now(UTC))
    with pytest.raises(Invalid, match="an earlier backup is needed"):
        await restore(backup.folder, new, archive=tmp_path, to_time=backup.at - timedelta(hours=1))
    with (backup.folder / "base.tar.gz").open("r+b") as file:
        file.seek(1000)
        file.write(b"\0\1\2\3")
    with pytest.raises(Invalid, match=r"base\.tar\.gz has changed"):
        await restore(backup.folder, new)
    (backup.folder / "base.tar.gz").unlink()
    (backup.folder / "extra").touch()
    with pytest.raises(Invalid, match=r"base\.tar\.gz is missing; extra is not part of it"):
        verify_backup(backup)
    assert not new.exists()


async def test_a_backup_that_fails_leaves_none(tmp_path: Path):
    make_small(tmp_path / "old")
    settings = settings_of(tmp_path / "old")
    (tmp_path / "file").touch()
    async with open_server(settings.data_dir) as address:
        with pytest.raises(Unavailable, match="backup"):
            await back_up(settings, address, now=datetime.now(UTC), to=tmp_path / "file/below")
        with pytest.raises(Unavailable):
            await back_up(settings, address.with_database("nowhere"), now=datetime.now(UTC), to=tmp_path / "to")
    assert list_backups(tmp_path / "to") == []


async def test_a_backup_to_a_mount_that_is_not_there_makes_nothing(tmp_path: Path):
    mount = tmp_path / "mount"
    nobody = Address(url="postgresql://localhost:1/none")
    with pytest.raises(NotFound, match=f"there is no folder {mount}/x"):
        await back_up(settings_of(tmp_path / "old"), nobody, now=datetime.now(UTC), to=mount / "x/y")
    assert not mount.exists()


async def test_old_backups_are_thinned_out_and_the_newest_is_restored(tmp_path: Path):
    make_small(tmp_path / "old")
    settings = settings_of(tmp_path / "old")
    async with open_server(settings.data_dir) as address:
        for number in (1, 2):
            await write(address.to_url(), number)
            await take(settings, address.to_url(), tmp_path / "backups", days_ago=10 - number)
    assert [each.reason for each in list_backups(tmp_path / "backups")] == ["asked for"] * 2
    assert len(thin_out(tmp_path / "backups", keep=1)) == 1
    await restore(tmp_path / "backups", tmp_path / "new")
    assert await rows(tmp_path / "new") == "1,2"


@pytest.mark.skipif(os.geteuid() != 0, reason="root only")
async def test_an_archive_the_server_may_not_write_to_is_said_at_start(tmp_path: Path):
    (tmp_path / "wal").mkdir(mode=0o755)
    with pytest.raises(Unavailable, match="Writing to the WAL archive"):
        async with open_server(tmp_path / "data", archive=tmp_path / "wal"):
            pass


async def test_an_archived_segment_is_never_replaced(tmp_path: Path):
    archive = tmp_path / "wal"
    async with open_server(tmp_path / "data", archive=archive, extra_settings=SMALL) as address:
        admin = address.with_user("osler_admin").to_url()
        await write(address.to_url(), 1)
        name = await ask(admin, "SELECT pg_walfile_name(pg_current_wal_lsn())")
        (archive / name).write_bytes(b"of another database")
        await ask(admin, "SELECT pg_switch_wal()")
        failed = "SELECT failed_count FROM pg_stat_archiver"
        await until_so(lambda: ask(admin, failed))
        assert (archive / name).read_bytes() == b"of another database"
        (archive / name).unlink()
    await until(lambda: (archive / name).exists())
