"""One's own account: setting up one-time codes, the recovery codes, turning them off."""

from __future__ import annotations

import re
from html import unescape

from pyotp.totp import TOTP

from tests.practice import PASSWORD, Person, Practice, present


def field(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found
    return unescape(found[1])


async def begin(person: Person) -> tuple[str, str]:
    """The address to photograph, and its secret."""
    answer = await person.http.post("/account/codes", data={"password": PASSWORD})
    assert answer.status_code == 200
    assert '<svg class="qr"' in answer.text
    address = field(answer.text, "address")
    secret = re.search(r"secret=([A-Z2-7]+)", address)
    assert secret
    assert secret[1] in answer.text.replace(" ", "")
    return address, secret[1]


async def turn_on(person: Person) -> tuple[str, list[str]]:
    """The secret and the recovery codes."""
    address, secret = await begin(person)
    code = TOTP(secret).at(present())
    answer = await person.http.post(
        "/account/codes/confirm", data={"code": f"{code[:3]} {code[3:]}", "address": address}
    )
    assert answer.status_code == 200, answer.text
    return secret, re.findall(r"<code class=\"clinical\">([a-z2-9]{5}-[a-z2-9]{5})</code>", answer.text)


async def test_codes_are_set_up_asked_for_and_turned_off(practice: Practice) -> None:
    login = await somebody(practice)
    async with practice.person(login) as person:
        assert "the password alone opens your account" in await person.page("/account")
        _, recovery = await turn_on(person)
        assert len(recovery) == 10
        assert "asked for at every sign-in" in await person.page("/account")
        assert recovery[0] not in await person.page("/account")
    async with practice.browser() as http:
        asked = await http.post("/sign-in", data={"username": login, "password": PASSWORD, "next": "/"})
        assert "One-time code" in asked.text
        done = await http.post("/sign-in/code", data={"code": recovery[0], "next": "/"})
        assert done.status_code == 303
        wrong = await http.post("/account/codes/remove", data={"password": "not it"})
        assert wrong.status_code == 422
        assert "The password is not right." in wrong.text
        assert (await http.post("/account/codes/remove", data={"password": PASSWORD})).status_code == 303
        assert "the password alone opens your account" in (await http.get("/account")).text


async def test_a_screen_left_open_does_not_let_a_stranger_set_up_a_device(practice: Practice) -> None:
    async with practice.person(await somebody(practice)) as person:
        answer = await person.http.post("/account/codes", data={"password": "guess"})
        assert answer.status_code == 422
        assert "otpauth" not in answer.text


async def test_a_wrong_code_shows_the_same_picture_again(practice: Practice) -> None:
    async with practice.person(await somebody(practice)) as person:
        address, _ = await begin(person)
        answer = await person.http.post("/account/codes/confirm", data={"code": "000000", "address": address})
        assert answer.status_code == 422
        assert field(answer.text, "address") == address
        assert "The code is not right" in answer.text
        strange = await person.http.post("/account/codes/confirm", data={"code": "1", "address": "https://elsewhere"})
        assert strange.status_code == 303


async def somebody(practice: Practice) -> str:
    """An account of its own for each test."""
    from osler.access.actors import SYSTEM
    from osler.access.users import create_user
    from osler.core.ids import new_id

    login = f"person-{new_id()}"
    house = practice.app.state.office.gatehouse
    await create_user(house, SYSTEM, login=login, password=PASSWORD, roles=("nurse",), display="A Nurse")
    return login
