"""The bundled server: quick, unprivileged, private, gone with its owner, back after any kill."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import time
from pathlib import Path

import asyncpg
import pytest

from osler.core.errors import Unavailable, Unsupported
from osler.store.embedded import Address, DataFolder, EmbeddedServer, open_server
from osler.store.embedded.attach import take_ownership
from osler.store.embedded.binaries import binaries_for, newest
from osler.store.embedded.cluster import UNFINISHED, binaries_argument
from osler.store.embedded.server import ensure_database
from tests.db.processes import SMALL, Holder, ask, eventually, holding, is_alive, kill, until, working_in

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="root only")


@pytest.mark.slow
async def test_a_new_data_folder_is_made_and_an_old_one_opened_with_what_it_has(tmp_path: Path):
    """Which is to take less than three seconds, and one; how long it took is printed, for a busy machine is not at fault."""
    began = time.monotonic()
    async with open_server(tmp_path / "data") as address:
        cold = time.monotonic() - began
        await ask(address.to_url(), "CREATE TABLE kept AS SELECT 7 AS number")
    began = time.monotonic()
    async with open_server(tmp_path / "data") as address:
        print("cold and warm start, seconds:", round(cold, 2), round(time.monotonic() - began, 2))
        assert await ask(address.to_url(), "SELECT number FROM kept") == 7


async def test_durability_is_on_and_the_log_writes_no_values(data_dir: Path):
    wanted = {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "listen_addresses": "",
        "log_statement": "none",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "server_encoding": "UTF8",
    }
    async with open_server(data_dir, extra_settings=SMALL) as address:
        connection = await asyncpg.connect(**address.connect_args())
        found = {name: await connection.fetchval("SELECT current_setting($1)", name) for name in wanted}
        await connection.execute("CREATE TABLE person (name text PRIMARY KEY)")
        await connection.execute("INSERT INTO person VALUES ('Mark-Of-A-Patient')")
        for statement in (
            "INSERT INTO person VALUES ('Mark-Of-A-Patient')",
            "SELECT 'Mark-Of-A-Patient'::int",
            "SELECT 'Mark-Of-A-Patient' FROM",
            "DO $$ BEGIN RAISE EXCEPTION 'Mark-Of-A-Patient'; END $$",
        ):
            with pytest.raises(asyncpg.PostgresError):
                await connection.execute(statement)
        await connection.close()
    assert found == wanted

    def logged() -> str:
        return "".join(each.read_text() for each in (data_dir / "log").rglob("*.log"))

    # The process that writes the log outlives the server by as long as it takes to write the last of it.
    await until(lambda: "database system is shut down" in logged())
    assert "Mark-Of-A-Patient" not in logged()


async def test_the_application_is_not_a_superuser(data_dir: Path):
    async with open_server(data_dir, extra_settings=SMALL) as address:
        assert await ask(address.to_url(), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


@as_root
async def test_started_by_root_it_runs_as_another_user_even_below_a_closed_folder(tmp_path: Path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = [(each, each.stat().st_mode) for each in (closed, *closed.parents)]
    async with holding(closed / "data") as (holder, told):
        for pid in working_in(closed / "data/pg"):
            assert os.stat(f"/proc/{pid}").st_uid != 0
        assert is_alive(holder.postmaster)
        assert await ask(told["url"], "SELECT 1") == 1
    assert [(each, each.stat().st_mode) for each in (closed, *closed.parents)] == before
    assert stat.S_IMODE((closed / "data/keys").stat().st_mode) == 0o700


@as_root
async def test_another_user_of_the_machine_does_not_get_in(data_dir: Path):
    async with open_server(data_dir, extra_settings=SMALL) as address:
        for folder in (address.host, data_dir / "pg", data_dir / "keys"):
            done = await asyncio.to_thread(
                subprocess.run, ["ls", str(folder)], capture_output=True, text=True, user="daemon"
            )
            assert "Permission denied" in done.stderr


async def test_any_folder_name_will_do(tmp_path: Path):
    async with open_server(tmp_path / 'it\'s 100% "odd" $HOME; {pg} Straße\\', extra_settings=SMALL) as address:
        assert await ask(address.to_url(), "SELECT 1") == 1


async def test_a_second_command_attaches_to_the_server_of_the_first(data_dir: Path):
    async with holding(data_dir) as (_, first), holding(data_dir, attached=True) as (_, second):
        assert (first["owns"], second["owns"]) == (True, False)
        assert second["url"] == first["url"]
        assert await ask(second["url"], "SELECT 1") == 1


async def test_of_several_started_at_once_one_owns_the_server(data_dir: Path):
    holders = [Holder(data_dir) for _ in range(4)]
    try:
        told = [await each.ready() for each in holders]
    finally:
        for each in holders:
            each.kill()
    assert sum(each["owns"] for each in told) == 1
    assert len({each["url"] for each in told}) == 1
    await until(lambda: not working_in(data_dir / "pg"))


def test_what_is_in_a_new_data_folder_is_made_by_its_owner_alone(data_dir: Path):
    for _ in range(2):
        handle = take_ownership(DataFolder.at(data_dir))
        assert handle is not None
        assert take_ownership(DataFolder.at(data_dir)) is None
        os.close(handle)
    assert os.listdir(data_dir) == ["owner.lock"]


async def test_an_attached_process_takes_over_when_the_owner_ends(data_dir: Path):
    async with holding(data_dir) as (owner, told), holding(data_dir):
        await ask(told["url"], "CREATE TABLE kept AS SELECT 7 AS number")
        old = owner.postmaster
        owner.kill()
        await until(lambda: not is_alive(old))
        assert await eventually(lambda: ask(told["url"], "SELECT number FROM kept")) == 7


async def test_the_server_ends_when_its_owner_is_killed(data_dir: Path):
    async with holding(data_dir) as (holder, _):
        postmaster = holder.postmaster
        holder.kill()
        await until(lambda: not is_alive(postmaster))
        await until(lambda: not working_in(data_dir / "pg"))


async def test_a_killed_postmaster_is_started_again_with_everything_committed(data_dir: Path):
    async with holding(data_dir) as (holder, told):
        await ask(told["url"], "CREATE TABLE kept AS SELECT 7 AS number")
        kill(holder.postmaster)
        began = time.monotonic()
        assert await eventually(lambda: ask(told["url"], "SELECT number FROM kept")) == 7
        print("back after", round(time.monotonic() - began, 2), "s")


async def test_a_killed_session_ends_no_other_for_long(data_dir: Path):
    async with holding(data_dir) as (_, told):
        await ask(told["url"], "CREATE TABLE kept AS SELECT 7 AS number")
        victim = await asyncpg.connect(told["url"])
        kill(await victim.fetchval("SELECT pg_backend_pid()"))
        assert await eventually(lambda: ask(told["url"], "SELECT number FROM kept")) == 7


async def test_it_starts_after_everything_was_killed_at_once(data_dir: Path):
    async with holding(data_dir) as (holder, told):
        await ask(told["url"], "CREATE TABLE kept AS SELECT 7 AS number")
        victims = working_in(data_dir / "pg")
        for pid in (holder.process.pid, *victims):
            kill(pid)
    async with holding(data_dir) as (_, told):
        assert await ask(told["url"], "SELECT number FROM kept") == 7


async def test_a_server_killed_while_it_starts_is_started_again(data_dir: Path, monkeypatch: pytest.MonkeyPatch):
    struck: list[int] = []

    async def struck_first(admin: Address) -> None:
        if not struck:
            struck.append(int((data_dir / "pg/postmaster.pid").read_text().split()[0]))
            kill(struck[0])
        await ensure_database(admin)

    monkeypatch.setattr("osler.store.embedded.server.ensure_database", struck_first)
    async with open_server(data_dir, extra_settings=SMALL) as address:
        assert await ask(address.to_url(), "SELECT 1") == 1
    assert struck


async def test_a_number_in_postmaster_pid_that_now_belongs_to_another_program_is_no_obstacle(data_dir: Path):
    async with open_server(data_dir, extra_settings=SMALL):
        lines = (data_dir / "pg/postmaster.pid").read_text().splitlines()
    (data_dir / "pg/postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    async with open_server(data_dir, extra_settings=SMALL) as address:
        assert await ask(address.to_url(), "SELECT 1") == 1


async def test_a_second_postmaster_on_the_same_data_is_refused(data_dir: Path):
    async with holding(data_dir) as (holder, _):
        server = EmbeddedServer(DataFolder.at(data_dir))
        launch = server.launch(newest()).with_folders(pg=server.data.cluster)
        argv = [binaries_argument(newest(), "postgres"), "-D", "{pg}", "-c", "port=5433"]
        with pytest.raises(Unavailable, match=r'lock file "postmaster.pid" already exists'):
            await asyncio.to_thread(launch.run, argv, doing="A second server")
        assert is_alive(holder.postmaster)


async def test_a_folder_left_by_an_interrupted_first_start_is_swept(data_dir: Path):
    left = data_dir / f"{UNFINISHED}1"
    left.mkdir(parents=True)
    (left / "PG_VERSION").write_text("18\n")
    async with open_server(data_dir, extra_settings=SMALL) as address:
        assert await ask(address.to_url(), "SELECT 1") == 1
    assert not left.exists()


async def test_the_administrators_own_settings_are_used(data_dir: Path):
    data_dir.mkdir()  # noqa: ASYNC240
    (data_dir / "postgresql.conf").write_text("work_mem = 3MB\n")
    async with open_server(data_dir, extra_settings=SMALL) as address:
        assert await ask(address.to_url(), "SHOW work_mem") == "3MB"


async def test_settings_that_postgresql_refuses_are_said(data_dir: Path):
    with pytest.raises(Unavailable, match="no_such_thing"):
        async with open_server(data_dir, extra_settings="no_such_thing = 1"):
            pass
    assert not DataFolder.at(data_dir).state_file.exists()


async def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot be written"):
        async with open_server(tmp_path / "file/data"):
            pass


def test_programs_that_are_not_installed_are_said():
    with pytest.raises(Unsupported, match="PostgreSQL 9 is needed"):
        binaries_for(9)
