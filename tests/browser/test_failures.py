"""A request that fails changes nothing on the page but the message region (htmx 4 would swap 4xx and 5xx by itself)."""

from __future__ import annotations

from playwright.async_api import Route, expect

from tests.browser.conftest import Seat


async def test_a_refusal_leaves_card_and_form_as_they_were_and_says_so(seat: Seat) -> None:
    page = await seat.open("/chart")
    before = await page.locator("#problems").inner_text()
    await page.locator("body").press("p")
    await page.get_by_role("combobox", name="Problem").fill("Gout")
    seat.clinic.away = True
    await page.get_by_role("button", name="Add problem").click()
    await expect(page.locator("#messages")).to_contain_text("The record is away for a moment.")
    assert await page.locator("#problems").inner_text() == before
    await expect(page.get_by_role("combobox", name="Problem")).to_have_value("Gout")
    await expect(page.get_by_role("button", name="Add problem")).to_be_enabled()


async def test_an_error_that_is_not_ours_is_said_in_our_words(seat: Seat) -> None:
    page = await seat.open("/chart")

    async def gateway(route: Route) -> None:
        await route.fulfill(status=502, body="<h1>Bad Gateway</h1>", content_type="text/html")

    await page.route("**/problems/add", gateway)
    await page.locator("body").press("p")
    await expect(page.locator("#messages")).to_contain_text("The server answered 502")
    assert "Bad Gateway" not in await page.inner_text("body")


async def test_no_network_is_said_once(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.route("**/problems/add", lambda route: route.abort())
    await page.locator("body").press("p")
    await page.locator("body").press("p")
    await expect(page.get_by_text("The server cannot be reached.")).to_have_count(1)
