"""Signing in, out, locking, and who may open what."""

from __future__ import annotations

import pyotp
import pytest

from osler.access.sessions import COOKIE, csrf_token
from osler.access.users import begin_second_factor, confirm_second_factor
from tests.practice import DELGADO, PASSWORD, Person, Practice, present


async def test_without_signing_in_every_page_leads_to_the_door(practice: Practice) -> None:
    async with practice.browser() as http:
        for path in ("/", "/patients", f"/patients/{DELGADO}", f"/record/Patient/{DELGADO}", "/_ui"):
            answer = await http.get(path)
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")
        fragment = await http.get("/palette?q=x", headers={"osler-request": "fragment"})
        assert fragment.status_code == 401


async def test_a_wrong_password_keeps_the_name_and_says_only_that_it_is_wrong(practice: Practice) -> None:
    async with practice.browser() as http:
        answer = await http.post("/sign-in", data={"username": "whitaker", "password": "wrong", "next": "/"})
    assert answer.status_code == 422
    assert "not right" in answer.text
    assert 'value="whitaker"' in answer.text
    assert "wrong" not in answer.text.replace("wrong tries", "")


@pytest.mark.parametrize(
    "next_", ["//evil.example", "https://evil.example", "/\\evil", "/sign-out", "javascript:alert(1)"]
)
async def test_one_goes_on_only_to_a_page_of_ours(practice: Practice, next_: str) -> None:
    async with practice.browser() as http:
        answer = await http.post("/sign-in", data={"username": "okafor", "password": PASSWORD, "next": next_})
    assert answer.headers["location"] == "/"


async def test_the_cookie_is_kept_from_scripts(practice: Practice) -> None:
    async with practice.browser() as http:
        answer = await http.post("/sign-in", data={"username": "okafor", "password": PASSWORD, "next": "/"})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_signing_out_ends_the_session(practice: Practice) -> None:
    async with practice.person() as person:
        cookie = person.http.cookies[COOKIE]
        assert (await person.http.get("/sign-out")).headers["location"] == "/sign-in"
        person.http.cookies.set(COOKIE, cookie)
        assert (await person.http.get("/")).status_code == 303


async def test_a_locked_session_wants_the_password_and_goes_on_where_it_was(practice: Practice) -> None:
    async with practice.person() as person:
        locked = await person.http.get(f"/lock?next=/patients/{DELGADO}")
        assert "Dr Adaeze Okafor" in locked.text
        assert "DELGADO" not in locked.text
        away = await person.http.get(f"/patients/{DELGADO}")
        assert away.headers["location"] == f"/lock?next=/patients/{DELGADO}"
        wrong = await person.http.post("/unlock", data={"password": "no", "next": "/"})
        assert wrong.status_code == 422
        right = await person.http.post("/unlock", data={"password": PASSWORD, "next": f"/patients/{DELGADO}"})
        assert right.headers["location"] == f"/patients/{DELGADO}"
        assert "DELGADO" in (await person.page(f"/patients/{DELGADO}")).upper()


async def test_a_second_factor_is_asked_for_after_the_password(practice: Practice) -> None:
    house = practice.app.state.office.gatehouse
    async with practice.person("lindqvist") as person:
        session = await practice.app.state.office.sessions.authenticate(person.http.cookies[COOKIE])
        secret, _ = await begin_second_factor(house, session.actor)
        await confirm_second_factor(house, session.actor, pyotp.TOTP(secret).at(present()))
    async with practice.browser() as http:
        asked = await http.post("/sign-in", data={"username": "lindqvist", "password": PASSWORD, "next": "/"})
        assert 'name="code"' in asked.text
        assert (await http.get("/")).status_code == 303
        wrong = await http.post("/sign-in/code", data={"code": "000000", "next": "/"})
        assert wrong.status_code == 422


async def test_another_sites_page_cannot_write(okafor: Person) -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        answer = await okafor.http.post(f"/patients/{DELGADO}/allergies/none", headers=headers)
        assert answer.status_code == 403


async def test_a_client_that_does_not_say_where_it_comes_from_needs_the_token(practice: Practice) -> None:
    async with practice.person() as person:
        del person.http.headers["origin"]
        path = f"/patients/{DELGADO}/problems/add"
        assert (await person.http.post(path, data={"problem": ""})).status_code == 403
        token = csrf_token(person.http.cookies[COOKIE])
        assert (await person.http.post(path, data={"problem": "", "_csrf": token})).status_code == 422


async def test_roles_see_only_what_they_may(practice: Practice) -> None:
    async with practice.person("brandt") as desk:
        page = await desk.page(f"/patients/{DELGADO}", 403)
        assert "role" in page
        details = await desk.page(f"/patients/{DELGADO}/details")
        assert "Your role does not include the chart" in details
        assert "Not part of your role" in details
        assert "penicillin" not in details
        assert f"/patients/{DELGADO}/details" in await desk.page("/patients?q=delg")
        assert "follow-up" not in await desk.page("/")
        assert "penicillin" not in await desk.page("/record/AllergyIntolerance?patient=delgado", 403)
    async with practice.person("oyelaran") as auditor:
        await auditor.page("/patients", 403)


async def test_a_nurse_charts_but_does_not_sign(practice: Practice) -> None:
    async with practice.person("park") as nurse:
        assert "Add vital signs" in await nurse.page(f"/patients/{DELGADO}")
        answer = await nurse.http.post(
            f"/patients/{DELGADO}/notes/new/0123456789abcdefghjkmnpq/sign", data={"text": "x"}
        )
        assert answer.status_code == 403
