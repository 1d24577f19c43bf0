"""A message with undo stays until its time is over, with the time left in view."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import Seat


async def test_it_counts_down_and_goes_when_the_time_is_over(seat: Seat) -> None:
    await seat.page.clock.install()
    page = await seat.open("/chart")
    await page.locator("body").press("p")
    await page.get_by_role("combobox", name="Problem").fill("Gout")
    await page.get_by_role("button", name="Add problem").click()
    toast = page.locator("osler-toast")
    await expect(toast).to_contain_text("1:00")
    await page.clock.run_for(45_000)
    await expect(toast).to_contain_text("0:15")
    await page.clock.run_for(16_000)
    await expect(toast).to_have_count(0)


async def test_a_message_covers_no_row(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.locator("body").press("p")
    await page.get_by_role("combobox", name="Problem").fill("Gout")
    await page.get_by_role("button", name="Add problem").click()
    toast, main = await page.locator("osler-toast").bounding_box(), await page.locator("main").bounding_box()
    assert toast
    assert main
    assert toast["y"] + toast["height"] <= main["y"]
