"""Opening the installation's database: bundled or external, checked, backed up before it is changed, migrated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from osler import app
from osler.access.house import open_house
from osler.core.errors import Invalid, Unavailable, Unsupported
from osler.core.settings import Settings
from osler.store import diagnosis, opening
from osler.store import migrate as migrate_module
from osler.store.backup import back_up, list_backups, restore, restore_dump
from osler.store.backup.places import last_backup
from osler.store.diagnosis import diagnose
from osler.store.embedded import Address
from osler.store.embedded.folders import DataFolder
from osler.store.migrate import Migration
from osler.store.opening import bring_up_to_date, check_server, open_database, reach_database
from tests.conftest import application
from tests.db.processes import SMALL, ask, eventually, holding, kill

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ONE = Migration(1, "one", "CREATE TABLE one (id int)")
TWO = Migration(2, "two", "CREATE TABLE two (id int)")


def external(address: Address, data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir, database_url=address.to_url())


async def test_a_new_database_is_migrated_and_an_old_one_backed_up_first(data_dir: Path, monkeypatch):
    data_dir.mkdir()  # noqa: ASYNC240
    (data_dir / "postgresql.conf").write_text(SMALL + "\n")
    settings = Settings(data_dir=data_dir, database_url=None)
    for known, backups in (([ONE], 0), ([ONE], 0), ([ONE, TWO], 1)):
        monkeypatch.setattr(migrate_module, "packaged_migrations", lambda known=known: known)
        async with open_database(settings, now=NOW) as address:
            assert await ask(address.to_url(), "SELECT count(*) FROM migration") == len(known)
        assert len(list_backups(data_dir / "backups")) == backups
    assert list_backups(data_dir / "backups")[0].migration == 1


async def test_a_newer_version_does_not_change_the_database_under_a_running_older_one(data_dir: Path, monkeypatch):
    settings = Settings(data_dir=data_dir, database_url=None)
    monkeypatch.setattr(migrate_module, "packaged_migrations", lambda: [ONE])
    async with holding(data_dir):
        async with open_database(settings, now=NOW):
            pass
        monkeypatch.setattr(migrate_module, "packaged_migrations", lambda: [ONE, TWO])
        with pytest.raises(Unavailable, match="An older version of Osler is running"):
            async with open_database(settings, now=NOW):
                pass


async def test_when_the_backup_before_a_migration_fails_nothing_is_migrated(bare_database: Address, monkeypatch):
    monkeypatch.setattr(migrate_module, "packaged_migrations", lambda: [ONE])
    await bring_up_to_date(bare_database, now=NOW)
    monkeypatch.setattr(migrate_module, "packaged_migrations", lambda: [ONE, TWO])

    async def fail() -> None:
        raise Unavailable("no room")

    with pytest.raises(Unavailable, match="no room"):
        await bring_up_to_date(bare_database, now=NOW, before=fail)
    assert await ask(bare_database.to_url(), "SELECT to_regclass('two') IS NULL")


async def test_a_server_that_is_killed_while_its_database_is_migrated_is_waited_for(data_dir: Path, monkeypatch):
    sound, struck = migrate_module.migrate, list[int]()

    async def killed_first(connection: Any, **more: Any) -> Any:
        if not struck:
            struck.append(connection.get_server_pid())
            kill(struck[0])
        return await sound(connection, **more)

    monkeypatch.setattr(opening, "migrate", killed_first)
    data_dir.mkdir()  # noqa: ASYNC240
    (data_dir / "postgresql.conf").write_text(SMALL + "\n")
    async with open_database(Settings(data_dir=data_dir, database_url=None), now=NOW) as address:
        assert await eventually(lambda: ask(address.to_url(), "SELECT count(*) FROM migration")) > 0
    assert struck


async def test_an_external_server_is_used_as_it_is(bare_database: Address, data_dir: Path):
    async with open_database(external(bare_database, data_dir), now=NOW) as address:
        assert address.url == bare_database.to_url()
        assert await ask(address.url, "SELECT count(*) FROM migration") > 0
    assert not data_dir.exists()  # noqa: ASYNC240


async def test_a_process_that_starts_waits_for_a_database_that_is_away(
    fresh_database: Address, data_dir: Path, monkeypatch
):
    asked: list[Address] = []

    def away_twice(settings: Settings, address: Address, **more: Any):
        asked.append(address)
        if len(asked) < 3:
            raise Unavailable("The database is away.") from ConnectionRefusedError()
        return open_house(settings, address, **more)

    monkeypatch.setattr(app, "open_house", away_twice)
    monkeypatch.setattr(app, "_LOOK_AGAIN", 0)
    async with app.open_record(external(fresh_database, data_dir)):
        assert len(asked) == 3


async def test_a_process_does_not_wait_for_tables_that_nobody_makes(
    bare_database: Address, data_dir: Path, monkeypatch
):
    def without_tables(*_: Any, **__: Any):
        raise Unavailable("The database has no Osler tables yet.")

    monkeypatch.setattr(app, "open_house", without_tables)
    with pytest.raises(Unavailable, match="no Osler tables"):
        async with app.open_record(external(bare_database, data_dir)):
            pass


async def test_a_server_that_is_too_old_is_refused(bare_database: Address, monkeypatch):
    monkeypatch.setattr(opening, "OLDEST_MAJOR", 99)
    with pytest.raises(Unsupported, match="Osler needs 99 or newer"):
        await check_server(bare_database)


async def test_a_database_that_is_not_in_utf8_is_refused(postgres: Address):
    connection = await asyncpg.connect(**postgres.connect_args())
    try:
        await connection.execute("CREATE DATABASE odd ENCODING SQL_ASCII TEMPLATE template0 LOCALE 'C'")
        with pytest.raises(Unsupported, match="keeps text as SQL_ASCII"):
            await check_server(postgres.with_database("odd"))
    except asyncpg.InvalidParameterValueError:
        pytest.skip("this server makes only UTF-8 databases")
    finally:
        await connection.execute("DROP DATABASE IF EXISTS odd WITH (FORCE)")
        await connection.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://osler:hunter2@127.0.0.1:1/osler", "cannot be reached"),
        ("postgresql://osler:hunter2@/osler?host=/nowhere", "cannot be reached"),
        ("mysql://osler:hunter2@127.0.0.1/osler", "not a postgresql:// address"),
        ("postgresql://osler:hunter2@127.0.0.1:notaport/osler", "not a postgresql:// address"),
    ],
)
async def test_an_external_server_that_cannot_be_reached_is_said_without_its_password(url: str, words: str, data_dir):
    with pytest.raises(Unavailable, match=words) as caught:
        async with reach_database(Settings(data_dir=data_dir, database_url=url)):
            pass
    assert "hunter2" not in caught.value.message


async def test_a_database_that_is_not_there_is_said(bare_database: Address):
    with pytest.raises(Unavailable, match="the database is not"):
        await check_server(bare_database.with_database("nowhere"))


async def test_an_external_database_is_dumped_and_restored(fresh_database: Address, postgres, tmp_path: Path):
    settings = external(fresh_database, tmp_path / "data")
    await ask(fresh_database.to_url(), "CREATE TABLE kept AS SELECT 7 AS number")
    async with reach_database(settings) as address:
        backup = await back_up(settings, address, now=NOW, to=tmp_path / "backups")
    assert (backup.kind, backup.at) == ("dump", NOW)
    with pytest.raises(Invalid, match="not empty"):
        await restore_dump(backup.folder, settings)
    await ask(fresh_database.to_url(), "DROP SCHEMA public CASCADE")
    await ask(application(fresh_database).to_url(), "CREATE SCHEMA public")
    await restore_dump(backup.folder, settings)
    assert await ask(fresh_database.to_url(), "SELECT number FROM kept") == 7


async def test_the_doctor_finds_nothing_wrong_with_a_new_installation_but_the_missing_backup(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(
        diagnosis, "_LITTLE_ROOM", 0
    )  # how full this machine's disk is says nothing of the installation
    data_dir.mkdir(mode=0o755)  # noqa: ASYNC240
    (data_dir / "postgresql.conf").write_text(SMALL + "\n")
    settings = Settings(data_dir=data_dir, database_url=None)
    async with open_database(settings, now=NOW):
        findings = await diagnose(settings, now=NOW)
    assert [each.subject for each in findings if not each.good] == ["backup"]
    (data_dir / "keys").chmod(0o755)
    findings = await diagnose(settings, now=datetime(2027, 6, 1, tzinfo=UTC))
    assert {each.subject for each in findings if not each.good} == {"backup", "keys", "partitions"}


async def test_the_doctor_knows_backups_outside_the_data_folder(data_dir: Path, tmp_path: Path):
    data_dir.mkdir()  # noqa: ASYNC240
    (data_dir / "postgresql.conf").write_text(SMALL + "\n")
    settings, elsewhere = Settings(data_dir=data_dir, database_url=None), tmp_path / "elsewhere"

    async def told(now: datetime) -> tuple[bool, str]:
        [found] = [each for each in await diagnose(settings, now=now) if each.subject == "backup"]
        return found.good, found.message

    async with open_database(settings, now=NOW) as address:
        made = await back_up(settings, address, now=NOW, to=elsewhere)
        assert await told(NOW) == (True, f"the newest is of 2026-11-21 12:00 UTC in {elsewhere}")
        later = await told(NOW + timedelta(days=8))
        assert later == (False, f"the newest is of 2026-11-21 12:00 UTC in {elsewhere}; that is 8 days ago")
        made.folder.rename(tmp_path / "taken-off")
        assert await told(NOW) == (
            True,
            f"the newest is of 2026-11-21 12:00 UTC in {elsewhere}, which is not there now",
        )
        (elsewhere / "something-else").touch()
        assert not (await told(NOW))[0], "the place is there, and the backup in it is gone"


async def test_a_restored_record_knows_the_backup_it_came_from(data_dir: Path, tmp_path: Path):
    data_dir.mkdir()  # noqa: ASYNC240
    (data_dir / "postgresql.conf").write_text(SMALL + "\n")
    settings, elsewhere = Settings(data_dir=data_dir, database_url=None), tmp_path / "elsewhere"
    async with open_database(settings, now=NOW) as address:
        await back_up(settings, address, now=NOW, to=elsewhere)
    await restore(elsewhere, tmp_path / "new")
    last = last_backup(DataFolder.at(tmp_path / "new"))
    assert last is not None
    assert (last.at, last.place) == (NOW, elsewhere)
