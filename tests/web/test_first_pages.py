"""The first page of each role, addresses that lead nowhere, and refusals in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from osler.access.actors import SYSTEM
from osler.access.passwords import SHORTEST
from osler.access.roles import add_roles
from osler.access.users import create_user
from osler.demo.accounts import PASSWORD as DEMO_PASSWORD
from tests.practice import DELGADO, ORIGIN, PASSWORD, Practice


@pytest.mark.parametrize(
    ("login", "command", "other"),
    [("oyelaran", "osler audit show", "osler user"), ("keller", "osler user", "osler nothing")],
)
async def test_who_looks_nobody_up_is_told_what_the_role_can_do(
    practice: Practice, login: str, command: str, other: str
) -> None:
    async with practice.person(login) as person:
        page = await person.page("/")
        assert command in page
        assert other not in page
        assert 'href="/account"' in page
        assert 'href="/sign-out"' in page
        assert "data-palette" not in page
        assert "<osler-palette" not in page
        refused = await person.page("/patients", 403)
    assert "Your role does not look up patients." in refused
    assert "patient.search" not in refused


async def test_the_front_desk_reads_plain_words_at_a_chart(practice: Practice) -> None:
    async with practice.person("brandt") as desk:
        refused = await desk.page(f"/patients/{DELGADO}", 403)
    assert "Your role does not open charts." in refused
    assert "chart.read" not in refused


async def test_not_shown_is_not_nobody(practice: Practice, tmp_path: Path) -> None:
    """A practice's own role may look patients up without seeing who is booked."""
    (tmp_path / "records_desk.toml").write_text(
        'name = "records_desk"\ntitle = "Records desk"\npurposes = ["HOPERAT"]\npermissions = ["patient.search"]\n'
        '[[rules]]\nallow = ["view"]\ntypes = ["Patient"]\n'
    )
    add_roles(tmp_path)
    try:
        await create_user(
            practice.app.state.office.gatehouse, SYSTEM, login="records", password=PASSWORD, roles=("records_desk",)
        )
        async with practice.person("records") as person:
            page = await person.page("/")
    finally:
        add_roles(tmp_path / "none")
    assert "Nobody is booked" not in page
    assert "Your role does not show appointments." in page


async def test_an_address_that_leads_nowhere_has_a_page_with_a_way_back(practice: Practice) -> None:
    async with practice.person() as person:
        page = await person.page("/nowhere", 404)
        assert "There is no page at this address." in page
        assert 'href="/"' in page
        assert "data-palette" in page
        assert (await person.http.get("/patients/")).headers["location"].endswith("osler.test/patients")
        assert (
            (await person.http.get(f"{ORIGIN}//elsewhere.example/"))
            .headers["location"]
            .startswith("http://osler.test/")
        )
        assert (await person.http.get("/favicon.ico")).status_code == 204
    async with practice.browser() as http:
        stranger = await http.get("/nowhere/at/all")
        assert (stranger.status_code, stranger.headers["location"]) == (303, "/sign-in?next=/nowhere/at/all")


async def test_the_page_asks_for_as_many_characters_as_are_needed(practice: Practice) -> None:
    async with practice.person() as person:
        assert f"At least {SHORTEST} characters" in await person.page("/password")


async def test_the_demo_lists_its_accounts_and_keeps_the_password_whole(practice: Practice) -> None:
    async with practice.browser() as http:
        page = (await http.get("/sign-in")).text
    assert "<li>okafor (physician)</li>" in page
    assert "<li>brandt (front desk)</li>" in page
    assert f'<b class="clinical">{DEMO_PASSWORD}</b>' in page
