"""The folder of socket and settings beside a data folder: there as long as its server, and no longer."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from osler.core.errors import Unavailable
from osler.store.embedded import DataFolder, EmbeddedServer, open_server
from osler.store.embedded.folders import make_folder
from osler.store.embedded.runtime import remove_runtime_folder
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
