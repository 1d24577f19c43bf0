"""The commands on users, tokens and the audit, as a shell sees them."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from osler.access.opening import open_gatehouse
from osler.access.tokens import Tokens
from osler.core.errors import Conflict, Invalid, NotFound, Unauthenticated
from osler.core.settings import Settings
from osler.interfaces.cli.main import app
from osler.store.embedded import Address


@pytest.fixture
def shell(database: Address, data_dir: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs a command on this file's database; gives its result, raises what it raised."""
    monkeypatch.setenv("OSLER_DATABASE_URL", database.to_url())
    monkeypatch.setenv("OSLER_DATA_DIR", str(data_dir))

    async def run(*words: str, given: str = "") -> Result:
        result = await asyncio.to_thread(CliRunner().invoke, app, words, input=given)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


async def test_a_token_is_printed_alone_listed_used_and_revoked(shell, pool):
    made = await shell("token", "create", "--name", "bench", "--scope", "system/*.cruds", "--days", "3", "--site", "s1")
    bearer = made.stdout.strip()
    assert made.stdout == bearer + "\n"
    async with open_gatehouse(Settings()) as house:
        actor = await Tokens(house).authenticate(bearer)
        assert (actor.display, actor.roles, actor.sites) == ("bench", ("client",), frozenset(("s1",)))
    listed = (await shell("token", "list")).stdout
    assert listed.count("\n") == 1
    assert "system/*.cruds" in listed
    assert "expires" in listed
    assert bearer not in listed
    await shell("token", "revoke", listed.split("\t")[0])
    assert "revoked" in (await shell("token", "list")).stdout
    async with open_gatehouse(Settings()) as house:
        with pytest.raises(Unauthenticated):
            await Tokens(house).authenticate(bearer)


async def test_a_token_may_be_made_without_labels(shell, pool):
    await shell("token", "create", "--name", "n", "--scope", "system/*.rs", "--without-labels", "hiv, PSY")
    assert "without psychiatry, hiv" in (await shell("token", "list")).stdout
    await shell("token", "create", "--name", "m", "--scope", "system/*.rs", "--without-labels", "all")
    assert "without all" in (await shell("token", "list")).stdout
    with pytest.raises(Invalid, match="no label"):
        await shell("token", "create", "--name", "n", "--scope", "system/*.rs", "--without-labels", "hav")


@pytest.mark.parametrize(
    ("words", "days"), [((), 365), (("--days", "3"), 3), (("--days", "0"), None), (("--no-expiry",), None)]
)
async def test_a_token_ends_after_a_year_unless_told_otherwise(shell, pool, words: tuple[str, ...], days: int | None):
    made = await shell("token", "create", "--name", "n", "--scope", "system/*.cruds", *words)
    assert re.fullmatch(r"osl_\w{49}\n", made.stdout)
    assert ("never ends" in made.stderr) == (days is None)
    async with pool.connection() as conn:
        row = await conn.fetchrow("SELECT created_at, expires_at FROM api_token ORDER BY created_at DESC LIMIT 1")
    if days is None:
        assert row["expires_at"] is None
    else:
        assert abs(row["expires_at"] - row["created_at"] - timedelta(days=days)) < timedelta(minutes=5)


@pytest.mark.parametrize("words", [("--days", "5", "--no-expiry"), ("--days", "-1"), ("--days", "99999999999")])
async def test_an_end_that_cannot_be_is_refused(shell, words: tuple[str, ...]):
    made = await shell("token", "create", "--name", "n", "--scope", "system/*.cruds", *words)
    assert made.exit_code == 2
    assert made.stdout == ""


async def test_a_token_for_nobody_or_without_scope_is_refused(shell, pool):
    with pytest.raises(NotFound):
        await shell("token", "create", "--name", "x", "--scope", "user/*.rs", "--user", "nobody")
    with pytest.raises(Invalid):
        await shell("token", "create", "--name", "x", "--scope", "everything")


async def test_the_first_administrator_is_made_on_the_command_line(shell, pool):
    made = await shell("user", "create", "ada", "--role", "administrator", given="correct horse battery\n")
    assert made.stdout == ""
    desk = await shell("user", "create", "--role", "front-desk", "--name", "Fred", "--generate", given="fred\n")
    assert len(desk.stdout.strip().splitlines()[-1]) == 23
    listed = (await shell("user", "list")).stdout.splitlines()
    assert [line.split("\t")[:3] for line in listed] == [
        ["ada", "administrator", "ada"],
        ["fred", "front_desk", "Fred"],
    ]
    await shell("user", "disable", "fred")
    assert "disabled" in (await shell("user", "list")).stdout
    await shell("user", "enable", "fred")
    assert "disabled" not in (await shell("user", "list")).stdout
    await shell("user", "password", "fred", "--generate", "--drop-second-factor")
    for words in (("disable", "nobody"), ("password", "nobody", "--generate")):
        with pytest.raises(NotFound):
            await shell("user", *words)
    with pytest.raises(Invalid):
        await shell("user", "create", "eve", "--role", "nurse")
    with pytest.raises(Conflict, match="osler user password ada"):
        await shell("user", "create", "Ada", "--role", "nurse", given="correct horse battery\n")


async def test_the_audit_shows_what_the_commands_did_and_verifies(shell, pool, data_dir):
    await shell("user", "create", "ada", "--role", "auditor", given="correct horse battery\n")
    shown = (await shell("audit", "show")).stdout
    assert "account_create" in shown
    for words in (("--user", "ada"), ("--patient", "p1"), ("--token", "t1")):
        assert "account_create" not in (await shell("audit", "show", *words)).stdout
    with pytest.raises(NotFound):
        await shell("audit", "show", "--user", "nobody")
    clean = await shell("audit", "verify")
    assert clean.exit_code == 0
    assert clean.stdout.startswith("clean: 5 rows")
    assert (data_dir / "audit.anchor").exists()
    assert sorted(path.name for path in (data_dir / "keys").iterdir()) == ["audit.key"]

    async with pool.connection() as conn:
        for statement in ("DISABLE TRIGGER USER", "ENABLE TRIGGER USER"):
            await conn.execute(f"ALTER TABLE audit {statement}")
            if statement.startswith("DISABLE"):
                await conn.execute("UPDATE audit SET n = n + 1 WHERE writer = (SELECT min(writer) FROM audit)")
    found = await shell("audit", "verify")
    assert found.exit_code == 1
    assert "Row 1 of writer" in found.stdout
    assert "is not as it was written" in found.stdout
    assert "1 faults" in found.stdout
