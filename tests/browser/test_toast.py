"""A message with undo stays until its time is over, with the time left in view."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.browser.conftest import Seat


async def test_it_counts_down_and_goes_when_the_time_is_over(seat: Seat) -> None:
    await seat.page.clock.install()
    page = await seat.open("/chart")
    await page.locator("body").press("p")
    await page.get_by_role("combobox", name="Problem").fill("Gout")
    await page.get_by_role("button", name="Add problem").click()
    toast, left = page.locator("osler-toast"), page.locator("osler-toast [data-left]")
    await expect(left).to_have_text(re.compile(r"1:00|0:[45]\d"))
    # From here on time stands still but for what the test lets pass.
    await page.clock.pause_at(await page.evaluate("Date.now()") / 1000 + 15)
    before = seconds_in(await left.inner_text())
    await page.clock.run_for(20_000)
    assert seconds_in(await left.inner_text()) == before - 20
    await page.clock.run_for((before - 20) * 1000 + 1_000)
    await expect(toast).to_have_count(0)


def seconds_in(text: str) -> int:
    minutes, seconds = text.split(":")
    return int(minutes) * 60 + int(seconds)


async def test_a_message_covers_no_row(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.locator("body").press("p")
    await page.get_by_role("combobox", name="Problem").fill("Gout")
    await page.get_by_role("button", name="Add problem").click()
    await expect(page.locator("osler-toast")).to_be_visible()
    await expect(page.locator("#panel")).to_be_empty()
    toast, main = await page.locator("osler-toast").bounding_box(), await page.locator("main").bounding_box()
    assert toast
    assert main
    assert toast["y"] + toast["height"] <= main["y"]


async def test_the_key_takes_back_the_newest_and_only_that_one_shows_it(seat: Seat) -> None:
    page = await seat.open("/chart")
    for name in ("Gout", "Bunion"):
        await page.locator("body").press("p")
        await page.get_by_role("combobox", name="Problem").fill(name)
        await page.get_by_role("button", name="Add problem").click()
        await expect(page.locator("osler-toast")).to_have_count(1 if name == "Gout" else 2)
        await expect(page.locator("#panel")).to_be_empty()
    first, second = page.locator("#toast-t1"), page.locator("#toast-t2")
    await expect(first.locator("kbd")).to_be_hidden()
    await expect(second.locator("kbd")).to_be_visible()
    await page.locator("body").press("u")
    await expect(second).to_have_count(0)
    await expect(first.locator("kbd")).to_be_visible()
    await page.locator("body").press("u")
    await expect(first).to_have_count(0)
    assert seat.clinic.undone == ["2", "1"]
    assert seat.complaints == []


async def test_enter_keeps_words_that_no_code_matches(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.locator("body").press("p")
    await page.get_by_role("combobox", name="Problem").press_sequentially("Writer's cramp")
    await expect(page.locator(".no-match")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.locator("#problems")).to_contain_text("Writer's cramp")
    await expect(page.locator("osler-toast")).to_have_count(1)
