"""Cards keep their places: beside an open form, and in one column on a phone; messages do not pile up."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Seat

CARDS = ("problems", "medications", "vitals", "trend", "results", "notes")


async def places(page: Page) -> dict[str, tuple[int, int]]:
    """Where each card begins: its column by its left edge, its height on the page."""
    found: dict[str, tuple[int, int]] = {}
    for name in (*CARDS, "note-draft-1"):
        box = await page.locator(f"#{name}").bounding_box()
        assert box, name
        found[name] = (round(box["x"]), round(box["y"]))
    return found


def order(found: dict[str, tuple[int, int]]) -> list[str]:
    """Column by column, from the top."""
    return sorted(found, key=lambda name: found[name])


@pytest.mark.parametrize("width", [1600, 1366])
async def test_an_open_form_moves_no_card_to_another_place(seat: Seat, width: int) -> None:
    await seat.page.set_viewport_size({"width": width, "height": 900})
    page = await seat.open("/chart")
    before = order(await places(page))
    await page.locator("body").press("p")
    await expect(page.get_by_role("combobox", name="Problem")).to_be_focused()
    after = await places(page)
    if width == 1600:
        assert order(after) == before
    for one, other in (("problems", "medications"), ("vitals", "trend"), ("trend", "results")):
        assert after[one][0] == after[other][0]
        assert after[one][1] < after[other][1]
    assert after["problems"][0] < after["vitals"][0]


async def test_a_phone_shows_the_note_first_and_what_is_looked_up_last(seat: Seat) -> None:
    await seat.page.set_viewport_size({"width": 390, "height": 844})
    page = await seat.open("/chart")
    found = await places(page)
    shown = sorted(found, key=lambda name: found[name][1])
    assert shown == ["note-draft-1", "problems", "medications", "vitals", "trend", "results", "notes"]
    assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_the_newest_message_is_in_view_and_those_before_it_one_click_away(seat: Seat) -> None:
    page = await seat.open("/chart")
    for count, name in enumerate(("Gout", "Bunion", "Warts"), start=1):
        await page.locator("body").press("p")
        await page.get_by_role("combobox", name="Problem").fill(name)
        await page.get_by_role("button", name="Add problem").click()
        await expect(page.locator("osler-toast")).to_have_count(count)
        await expect(page.locator("#panel")).to_be_empty()
    first, last = page.locator("#toast-t1"), page.locator("#toast-t3")
    earlier = page.get_by_role("button", name="2 earlier messages")
    await expect(last).to_be_visible()
    await expect(first).to_be_hidden()
    await expect(earlier).to_have_attribute("aria-expanded", "false")
    await earlier.click()
    await expect(first).to_be_visible()
    await expect(earlier).to_have_attribute("aria-expanded", "true")
    await earlier.click()
    await expect(first).to_be_hidden()
    await last.get_by_role("button", name="Close message").click()
    await expect(page.locator("#toast-t2")).to_be_visible()
    await expect(page.get_by_role("button", name="1 earlier message")).to_be_visible()
    assert seat.complaints == []
