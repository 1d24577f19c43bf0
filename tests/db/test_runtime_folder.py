"""The folder of socket and settings beside a data folder: there as long as its server, and no longer."""

from __future__ import annotations

import os
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from osler.core.errors import Unavailable
from osler.store.embedded import DataFolder, EmbeddedServer, open_server, runtime
from osler.store.embedded.account import server_account
from osler.store.embedded.folders import make_folder
from osler.store.embedded.runtime import (
    hold_runtime_folder,
    remove_runtime_folder,
    runtime_folder,
    sweep_runtime_folders,
)
from tests.db.processes import SMALL, ask, eventually, holding


@pytest.fixture
def folder() -> Iterator[Path]:
    """One with a server's remains, short enough for the name of a socket."""
    with tempfile.TemporaryDirectory(prefix="osler-") as short:
        made = Path(short) / "r"
        for each in ("s", "mnt/pg", "mnt/log"):
            make_folder(made / each, 0o700)
        (made / "postgresql.conf").touch()
        yield made


def listen(folder: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(folder / "s/.s.PGSQL.5432"))
    listening.listen()
    return listening


async def test_it_ends_with_its_server_and_comes_again_with_the_next(data_dir: Path):
    for _ in range(2):
        async with open_server(data_dir, extra_settings=SMALL) as address:
            assert Path(address.host).is_dir()  # noqa: ASYNC240
        assert not Path(address.host).parent.exists()


async def test_who_takes_over_from_an_owner_that_left_makes_it_again_and_takes_it_away(data_dir: Path):
    async with holding(data_dir) as (owner, told), holding(data_dir, attached=True) as (heir, _):
        await ask(told["url"], "CREATE TABLE kept AS SELECT 7 AS number")
        assert await owner.leave() == 0
        assert await eventually(lambda: ask(told["url"], "SELECT number FROM kept")) == 7
        assert runtime_of(told["url"]).exists()
        assert await heir.leave() == 0
        assert not runtime_of(told["url"]).exists()


async def test_it_is_gone_too_when_the_server_could_not_start(data_dir: Path):
    server = EmbeddedServer(DataFolder.at(data_dir), extra_settings="no_such_setting = 1")
    runtime = server.runtime
    assert runtime.is_dir()
    with pytest.raises(Unavailable):
        await server.start()
    assert not runtime.exists()


def runtime_of(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0]).parent


def test_it_goes_with_what_a_killed_server_left(folder: Path):
    listen(folder).close()
    assert (folder / "s/.s.PGSQL.5432").exists()
    remove_runtime_folder(folder)
    assert not folder.exists()


def test_one_in_which_a_server_answers_stays_as_it_is(folder: Path):
    before = sorted(folder.rglob("*"))
    with listen(folder):
        remove_runtime_folder(folder)
        assert sorted(folder.rglob("*")) == sorted([*before, folder / "s/.s.PGSQL.5432"])


def test_nothing_below_a_mount_point_is_ever_removed(folder: Path):
    kept = folder / "mnt/pg/PG_VERSION"
    kept.write_text("18")
    remove_runtime_folder(folder)
    assert kept.read_text() == "18"


def test_one_that_is_gone_already_is_no_error(tmp_path: Path):
    remove_runtime_folder(tmp_path / "none")


@pytest.fixture
def base(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runtime folders are made, with nothing in it."""
    made = folder.parent / "base"
    made.parent.chmod(0o711)
    make_folder(made, 0o711)
    monkeypatch.setattr(runtime, "_runtime_bases", lambda: [made])
    return made


def remains(base: Path, name: str = "0123456789", *, seconds: float = 3600.0) -> Path:
    """What a server that was killed so long ago left behind."""
    for each in ("s", "mnt/pg"):
        make_folder(base / name / each, 0o700)
    (base / name / "postgresql.conf").touch()
    listen(base / name).close()
    for each in (base / name, *(base / name).iterdir()):
        os.utime(each, (time.time() - seconds, time.time() - seconds))
    return base / name


def test_what_a_killed_server_left_is_swept(base: Path):
    remains(base)
    sweep_runtime_folders(base)
    assert list(base.iterdir()) == []


def test_what_is_held_is_not_swept_until_it_is_let_go(base: Path, tmp_path: Path):
    server = EmbeddedServer(DataFolder.at(tmp_path))
    server.hold_runtime()
    remains(base, server.runtime.name)
    server.hold_runtime()  # as at every start of the server anew
    sweep_runtime_folders(base)
    assert server.runtime.is_dir()
    server.let_go_of_runtime()
    sweep_runtime_folders(base)
    assert list(base.iterdir()) == []


def test_what_was_used_a_moment_ago_is_not_swept(base: Path):
    young = remains(base, seconds=60)
    sweep_runtime_folders(base)
    assert young.is_dir()
    assert (young / "s/.s.PGSQL.5432").exists()


def test_one_in_which_a_server_answers_is_not_swept(base: Path):
    old = remains(base)
    (old / "s/.s.PGSQL.5432").unlink()
    with listen(old):
        os.utime(old / "s", (0, 0))
        sweep_runtime_folders(base)
        assert (old / "postgresql.conf").exists()
        assert (old / "s/.s.PGSQL.5432").exists()


def test_links_and_other_things_are_left_as_they_are(base: Path):
    elsewhere = remains(base.parent / "elsewhere", "aaaaaaaaaa")
    (base / "bbbbbbbbbb").symlink_to(elsewhere, target_is_directory=True)
    (base / "cccccccccc").touch()
    (base / "another program's").mkdir()
    for each in base.iterdir():
        os.utime(each, (0, 0), follow_symlinks=False)
    before = sorted(elsewhere.rglob("*"))
    sweep_runtime_folders(base)
    assert {each.name for each in base.iterdir()} == {"bbbbbbbbbb", "cccccccccc", "another program's"}
    assert sorted(elsewhere.rglob("*")) == before


def test_what_a_link_among_the_remains_leads_to_stays(base: Path, tmp_path: Path):
    (tmp_path / "kept").touch()
    (remains(base) / "s/link").symlink_to(tmp_path, target_is_directory=True)
    os.utime(base / "0123456789/s", (0, 0))
    sweep_runtime_folders(base)
    assert list(base.iterdir()) == []
    assert (tmp_path / "kept").exists()


def test_a_folder_swept_while_it_was_being_taken_is_made_anew(base: Path, tmp_path: Path, monkeypatch):
    root, account = tmp_path, server_account(tmp_path / "pg")
    name = runtime_folder(root, account).name
    remains(base, name)
    opened = runtime._open

    def open_while_it_is_swept(folder: Path) -> int | None:
        monkeypatch.setattr(runtime, "_open", opened)
        handle = opened(folder)
        sweep_runtime_folders(base)
        assert not folder.exists()
        return handle

    monkeypatch.setattr(runtime, "_open", open_while_it_is_swept)
    folder, handle = hold_runtime_folder(root, account)
    os.close(handle)
    assert (folder / "s").is_dir()
    assert not (folder / "postgresql.conf").exists()


def test_not_all_is_swept_at_one_start(base: Path, monkeypatch):
    monkeypatch.setattr(runtime, "_MOST", 2)
    for n in range(5):
        remains(base, f"{n:010}")
    left: list[int] = []
    for _ in range(3):
        sweep_runtime_folders(base)
        left.append(len(list(base.iterdir())))
    assert left == [3, 1, 0]


async def test_a_server_that_starts_sweeps_and_leaves_the_one_beside_it_alone(base: Path, tmp_path: Path):
    async with open_server(tmp_path / "one", extra_settings=SMALL) as one:
        for each in (Path(one.host).parent, *Path(one.host).parent.iterdir()):
            os.utime(each, (0, 0))
        old = remains(base)
        async with open_server(tmp_path / "two", extra_settings=SMALL) as two:
            assert not old.exists()
            for address in (one, two):
                connection = await asyncpg.connect(**address.connect_args())
                assert await connection.fetchval("SELECT 1") == 1
                await connection.close()
