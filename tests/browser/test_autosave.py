"""Charting never loses a keystroke."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import Seat
from tests.db.processes import until


async def test_text_reaches_the_server_by_itself(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.locator("textarea").fill("New text")
    await expect(page.locator("[data-saved]")).to_contain_text("saved 09:27:00")
    assert seat.clinic.drafts["draft-1"][0] == "New text"
    assert await page.evaluate("Object.keys(localStorage).filter(key => key.includes('draft'))") == []


async def test_a_page_that_dies_between_comes_back_with_the_text(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.route("**/draft", lambda _: None)  # never answered: what the page says on coming back stays
    await page.locator("textarea").fill("Written just before")
    await page.reload()
    await expect(page.locator("textarea")).to_have_value("Written just before")
    await expect(page.locator("[data-saved]")).to_contain_text("Your unsaved text is back")


async def test_leaving_the_page_sends_what_is_left(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.locator("textarea").fill("Last words")
    await page.goto(f"{seat.origin}/sign-in")
    await until(lambda: "draft-1" in seat.clinic.drafts)
    assert seat.clinic.drafts["draft-1"][0] == "Last words"


async def test_while_the_server_is_away_the_browser_keeps_it_and_tries_again(seat: Seat) -> None:
    page = await seat.open("/chart")
    seat.clinic.away = True
    await page.locator("textarea").fill("Kept here")
    await expect(page.locator("[data-saved]")).to_contain_text("kept in this browser")
    seat.clinic.away = False
    await expect(page.locator("[data-saved]")).to_contain_text("saved")
    assert seat.clinic.drafts["draft-1"][0] == "Kept here"


async def test_a_second_writer_sees_both_texts_and_nothing_is_overwritten(seat: Seat) -> None:
    page = await seat.open("/chart")
    seat.clinic.drafts["draft-1"] = ("Text of another", 9)
    await page.locator("textarea").fill("Mine")
    await expect(page.locator(".conflict")).to_contain_text("J. Park, MA changed this draft")
    assert seat.clinic.drafts["draft-1"][0] == "Text of another"
    await page.get_by_role("button", name="Keep both").click()
    await expect(page.locator("[data-saved]")).to_contain_text("saved 09:27:00")
    assert seat.clinic.drafts["draft-1"][0] == "Text of another\n\nMine"
