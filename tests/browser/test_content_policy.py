"""The pages obey their own policy, and what is slipped into them gets nowhere."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Seat

ASSIGN = """(how) => {
  try {
    if (how === "innerHTML") document.body.innerHTML = "<b>x</b>";
    if (how === "insert") document.body.insertAdjacentHTML("beforeend", "<b>x</b>");
    if (how === "policy") window.trustedTypes.createPolicy("other", { createHTML: (text) => text });
    return "";
  } catch (error) { return error.name; }
}"""


async def test_gallery_chart_and_sign_in_break_no_rule(seat: Seat) -> None:
    for path in ("/_ui", "/chart", "/sign-in"):
        await seat.open(path)
    assert seat.complaints == []


@pytest.mark.parametrize("how", ["innerHTML", "insert", "policy"])
async def test_markup_from_a_string_is_refused_outside_our_two_policies(seat: Seat, how: str) -> None:
    page = await seat.open("/chart")
    assert await page.evaluate(ASSIGN, how) == "TypeError"


async def test_an_element_without_the_nonce_has_no_behaviour(seat: Seat) -> None:
    page = await seat.open("/chart")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.evaluate(
        """() => { const button = document.createElement("button"); button.id = "slipped"; button.textContent = "x";
        button.setAttribute("hx-get", "/patients/stolen"); document.querySelector("main").prepend(button);
        window.htmx.process(button); }"""
    )
    await page.locator("#slipped").click()
    await page.wait_for_timeout(200)
    assert not [url for url in asked if "stolen" in url]
    await expect(page.locator("#slipped")).not_to_have_attribute("hx-get", "/patients/stolen")
