"""Releases go into the record whole or not at all, reach every process as files, and can be taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from osler.access.actors import SYSTEM, Actor
from osler.access.house import House, open_house
from osler.access.knowledge import go_back, list_releases, release_bytes
from osler.core.errors import Forbidden, Invalid, NotFound, Unavailable
from osler.core.settings import Settings
from osler.interfaces.cli.main import app
from osler.operations.knowledge.current import Knowledge
from osler.operations.knowledge.loading import Summary, load_file
from osler.store import releases as releases_sql
from osler.store.embedded import Address
from osler.terminology.catalog import Catalog
from osler.terminology.loading import Options
from tests.conftest import copied_database
from tests.unit.terminology.loading import excerpts as made

MANUFACTURERS = ("MSD", "PFR", "SKB", "SEQ")


def manufacturers(path: Path, *codes: str, on: str = "9/2/2026", name: str = "Maker") -> Path:
    entries = [
        {"MVX_CODE": code, "Manufacturer Name": f"{name} {code}", "Notes": "", "Status": "Active", "Last Updated": on}
        for code in codes
    ]
    return made.plain(path, made.pairs("MVXCodes", "MVXInfo", *entries))


@pytest.fixture(scope="module")
async def database(postgres: Address, template: str) -> AsyncIterator[Address]:
    async with copied_database(postgres, template) as address:
        yield address


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
async def module_house(database: Address, folder: Path) -> AsyncIterator[House]:
    settings = Settings(data_dir=folder, database_url=database.to_url())
    async with open_house(settings, database, sealing=False) as house:
        yield house


@pytest.fixture
async def house(module_house: House) -> House:
    async with module_house.store.pool.connection() as conn:
        await conn.execute("TRUNCATE knowledge_piece, knowledge_release")
    return module_house


async def load(house: House, path: Path, kind: str = "mvx", **more: bool) -> Summary:
    return await load_file(house.gatehouse, SYSTEM, kind, path, options=Options(), **more)


async def test_a_release_is_stored_once_however_often_it_is_loaded(house: House, tmp_path: Path):
    path = manufacturers(tmp_path / "mvx.xml", *MANUFACTURERS)
    first = await load(house, path, may_shrink=True)
    again = await load(house, path, may_shrink=True)
    assert (first.changed, again.changed) == (True, False)
    assert first.against.startswith("the built-in version")
    assert again.difference.same == again.count == 4
    (row,) = await list_releases(house.store.pool)
    assert (row.kind, row.name, row.version, row.count) == ("mvx", "mvx", "2026-09-02", 4)


async def test_the_summary_tells_what_changes(house: House, tmp_path: Path):
    await load(house, manufacturers(tmp_path / "mvx.xml", *MANUFACTURERS), may_shrink=True)
    entries = [*MANUFACTURERS[1:], "NEW"]
    summary = await load(house, manufacturers(tmp_path / "mvx.xml", *entries, on="10/1/2026"))
    assert (summary.difference.added, summary.difference.removed, summary.difference.same) == (1, 1, 3)
    assert summary.against == "version 2026-09-02"


async def test_a_release_that_leaves_most_out_is_refused_unless_that_is_meant(house: House, tmp_path: Path):
    await load(house, manufacturers(tmp_path / "mvx.xml", *MANUFACTURERS), may_shrink=True)
    small = manufacturers(tmp_path / "mvx.xml", "MSD", on="10/1/2026")
    with pytest.raises(Invalid, match="leaves out 3 of the 4 rows"):
        await load(house, small)
    assert len(await list_releases(house.store.pool)) == 1
    assert (await load(house, small, may_shrink=True)).changed


async def test_going_back_undoes_one_load_after_the_other(house: House, tmp_path: Path):
    for on in ("9/1/2026", "9/2/2026", "9/3/2026"):
        await load(house, manufacturers(tmp_path / "mvx.xml", *MANUFACTURERS, on=on), may_shrink=True)
    change = await go_back(house.gatehouse, SYSTEM, "mvx")
    assert change.before is not None
    assert change.release is not None
    assert (change.before.version, change.release.version) == ("2026-09-03", "2026-09-02")
    assert (await go_back(house.gatehouse, SYSTEM, "mvx")).release is not None
    assert (await go_back(house.gatehouse, SYSTEM, "mvx")).release is None
    with pytest.raises(NotFound):
        await go_back(house.gatehouse, SYSTEM, "mvx")
    # Loading it again puts the stored one to use.
    assert (
        await load(house, manufacturers(tmp_path / "mvx.xml", *MANUFACTURERS, on="9/3/2026"), may_shrink=True)
    ).changed
    assert len(await list_releases(house.store.pool)) == 3


async def test_with_several_packages_in_use_going_back_asks_which(house: House, tmp_path: Path):
    other = {**made.GUIDE, "package/package.json": made.MANIFEST | {"name": "other.guide"}}
    await load(house, made.package(tmp_path / "a.tgz", made.GUIDE), "ig")
    await load(house, made.package(tmp_path / "b.tgz", other), "ig")
    with pytest.raises(NotFound, match=r"other\.guide, test\.guide"):
        await go_back(house.gatehouse, SYSTEM, "ig")
    change = await go_back(house.gatehouse, SYSTEM, "ig", "test.guide")
    assert change.before is not None
    assert change.before.name == "test.guide"


async def test_nobody_else_may_load(house: House, tmp_path: Path):
    nurse = Actor("n", "user", "Nora Nurse", ("nurse",))
    path = manufacturers(tmp_path / "mvx.xml", *MANUFACTURERS)
    with pytest.raises(Forbidden):
        await load_file(house.gatehouse, nurse, "mvx", path, options=Options(), may_shrink=True)
    with pytest.raises(Forbidden):
        await go_back(house.gatehouse, nurse, "mvx")
    assert await list_releases(house.store.pool) == []


async def test_each_load_leaves_its_audit_rows(house: House, tmp_path: Path):
    async with house.store.pool.connection() as conn:
        before = await conn.fetchval("SELECT count(*) FROM audit")
    await load(house, manufacturers(tmp_path / "mvx.xml", *MANUFACTURERS), may_shrink=True)
    async with house.store.pool.connection() as conn:
        assert await conn.fetchval("SELECT count(*) FROM audit") == before + 3


async def test_a_failure_while_storing_leaves_nothing(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async def fail(*_: object) -> None:
        raise Unavailable("away")

    monkeypatch.setattr(releases_sql, "put_to_use", fail)
    with pytest.raises(Unavailable):
        await load(house, manufacturers(tmp_path / "mvx.xml", *MANUFACTURERS), may_shrink=True)
    assert await list_releases(house.store.pool) == []


async def test_long_bodies_come_back_whole_and_damage_is_seen(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(releases_sql, "PIECE", 50)
    await load(house, manufacturers(tmp_path / "mvx.xml", *MANUFACTURERS), may_shrink=True)
    (row,) = await list_releases(house.store.pool)
    assert len(await release_bytes(house.store.pool, row)) == row.size > 100
    async with house.store.pool.connection() as conn:
        await conn.execute("UPDATE knowledge_piece SET data = 'x' WHERE number = 1")
    with pytest.raises(Unavailable, match="Load its file again"):
        await release_bytes(house.store.pool, row)


async def test_a_process_takes_over_what_comes_into_use_and_lets_go_of_the_rest(house: House, tmp_path: Path):
    known = Knowledge(house, tmp_path / "known", lambda: Catalog(()), grace=0)
    assert await known.refresh()
    assert known.catalog.of("mvx") is None
    assert not await known.refresh()
    await load(house, manufacturers(tmp_path / "mvx.xml", *MANUFACTURERS), may_shrink=True)
    await load(house, made.package(tmp_path / "a.tgz", made.GUIDE), "ig")
    assert await known.refresh()
    release = known.catalog.of("http://hl7.org/fhir/sid/mvx", on=date(2026, 11, 1))
    assert release is not None
    assert (release.count, [each.code for each in release.match("maker msd", 5)][:1]) == (4, ["MSD"])
    assert [(head.name, head.version) for head, _ in known.packages("ig")] == [("test.guide", "1.2.0")]
    assert list(known.resources("ig")) == [made.PROFILE]
    assert list(known.resources("vsac")) == []
    # A second process of the same machine finds the files there.
    other = Knowledge(house, tmp_path / "known", lambda: Catalog(()))
    files = sorted(path.stat().st_mtime_ns for path in (tmp_path / "known").iterdir())
    await other.refresh()
    assert sorted(path.stat().st_mtime_ns for path in (tmp_path / "known").iterdir()) == files
    await go_back(house.gatehouse, SYSTEM, "mvx")
    assert await known.refresh()
    assert known.catalog.of("mvx") is None
    assert release.find("MSD") is not None  # who holds the old one may go on reading
    await known.refresh()
    assert sorted(path.suffix for path in (tmp_path / "known").iterdir()) == [".lock", ".resources"]


async def test_a_watching_process_hears_of_a_change(house: House, tmp_path: Path):
    known, heard = Knowledge(house, tmp_path / "known", lambda: Catalog(())), asyncio.Event()
    await known.refresh()
    watching = asyncio.create_task(known.watch(heard.set, seconds=0.01))
    await load(house, manufacturers(tmp_path / "mvx.xml", *MANUFACTURERS), may_shrink=True)
    await asyncio.wait_for(heard.wait(), 120)
    watching.cancel()
    assert known.catalog.of("mvx") is not None


@pytest.fixture
def shell(house: House, database: Address, folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs `osler load …` on this file's database; gives its result, raises what it raised."""
    monkeypatch.setenv("OSLER_DATABASE_URL", database.to_url())
    monkeypatch.setenv("OSLER_DATA_DIR", str(folder))

    async def run(*words: str) -> Result:
        result = await asyncio.to_thread(CliRunner().invoke, app, ["load", *words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


async def test_the_commands(shell, tmp_path: Path):
    path = str(manufacturers(tmp_path / "mvx.xml", *MANUFACTURERS))
    told = (await shell("mvx", path, "--may-shrink", "--effective", "2026-10-01")).stdout
    assert "Manufacturers of vaccines (MVX) 2026-10-01, in force from 2026-10-01: 4 rows" in told
    assert "added" in told
    assert "nothing was changed" in (await shell("mvx", path, "--may-shrink", "--effective", "2026-10-01")).stdout
    assert "in use" in (await shell("list")).stdout
    assert "what comes with Osler counts again" in (await shell("back", "mvx")).stdout
    assert "not in use" in (await shell("list")).stdout
    with pytest.raises(Invalid, match=r"mvx\.xml is CDC's list of manufacturers; load it with `osler load mvx`"):
        await shell("cvx", path)
    with pytest.raises(Forbidden, match="license"):
        await shell("cpt", path)
