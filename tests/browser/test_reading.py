"""What a reader relies on: nothing hidden, nothing reversed, nothing overflowing, all by keyboard."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest
from playwright.async_api import Error, expect

from tests.browser.conftest import Seat

PLACES = """(text) => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const places = [];
  while (walker.nextNode()) {
    const node = walker.currentNode, start = node.data.indexOf(text);
    if (start < 0) continue;
    const range = document.createRange();
    for (const at of [start, start + text.length - 1]) {
      range.setStart(node, at); range.setEnd(node, at + 1);
      places.push(range.getBoundingClientRect().left);
    }
    return places;
  }
}"""


@pytest.mark.parametrize("text", ["< 30", "3.5–5.1", "18-Nov-2026", "1,000 mg tablet", "12.0–15.5"])
async def test_a_right_to_left_page_does_not_turn_clinical_text_around(seat: Seat, text: str) -> None:
    page = await seat.open("/chart?dir=rtl")
    first, last = await page.evaluate(PLACES, text)
    assert first < last


@pytest.mark.parametrize("width", [1600, 1100, 768, 390, 320])
@pytest.mark.parametrize("path", ["/chart", "/_ui"])
async def test_no_page_scrolls_sideways(seat: Seat, path: str, width: int) -> None:
    await seat.page.set_viewport_size({"width": width, "height": 900})
    page = await seat.open(path)
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


TOPS = """() => Object.fromEntries([...document.querySelectorAll("main .card[id], main .alert")]
  .map((card) => [card.id, card.getBoundingClientRect().top]))"""


@pytest.mark.parametrize("width", [390, 1024])
async def test_with_less_room_the_alert_and_the_note_come_first(seat: Seat, width: int) -> None:
    await seat.page.set_viewport_size({"width": width, "height": 844})
    tops = await (await seat.open("/chart")).evaluate(TOPS)
    in_order = sorted(tops, key=lambda each: tops[each])
    note = next(each for each in in_order if each.startswith("note-"))
    assert in_order.index(note) < in_order.index("problems") < in_order.index("medications")
    if width == 390:
        assert in_order.index("medications") < in_order.index("vitals") < in_order.index("results")


async def test_focus_never_rests_below_the_banner(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    for _ in range(40):
        await page.keyboard.press("Shift+Tab")
        hidden = await page.evaluate(
            """() => { const focused = document.activeElement;
            if (!focused.closest("main, .rail") || focused.closest(".rail")) return false;
            return focused.getBoundingClientRect().bottom <= document.querySelector(".head").getBoundingClientRect().bottom; }"""
        )
        assert not hidden


async def test_view_as_fhir_is_reached_and_shown_by_the_keyboard(seat: Seat) -> None:
    page = await seat.open("/chart")
    link = page.locator("#result-r2 .as-fhir")
    await link.focus()
    await expect(link).to_have_css("opacity", "1")
    await expect(link).to_have_attribute("href", "/record/Observation/r2")


async def test_every_key_is_listed_by_the_help(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.locator("body").press("?")
    await expect(page.locator("dialog.help")).to_contain_text("Add problem")
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog.help")).to_be_hidden()


async def test_the_theme_chosen_is_the_theme_of_the_next_page(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.locator("#user-menu > summary").click()
    await page.get_by_text("Dark", exact=True).click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_a_screen_left_alone_locks(seat: Seat) -> None:
    await seat.page.clock.install(time=0)
    await seat.page.clock.pause_at(1_000)  # from here on only as much time passes as is said
    page = await seat.open("/chart?lock=60")
    await page.clock.run_for(35_000)
    await expect(page.locator("#lock-warning")).to_contain_text("about to lock")
    await page.keyboard.press("Shift")
    await page.clock.run_for(2_000)
    await expect(page.locator("#lock-warning")).to_have_count(0)
    with contextlib.suppress(Error):  # the page may leave while its clock still runs
        await page.clock.run_for(61_000)
    await page.wait_for_url("**/lock?next=%2Fchart%3Flock%3D60")


@pytest.mark.skipif(
    not os.environ.get("OSLER_TEST_SCREENSHOTS"), reason="OSLER_TEST_SCREENSHOTS names no folder for pictures"
)
@pytest.mark.parametrize("width", [1600, 1100, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_take_pictures(seat: Seat, width: int, theme: str) -> None:
    folder = Path(os.environ["OSLER_TEST_SCREENSHOTS"])
    await seat.page.set_viewport_size({"width": width, "height": 1000 if width > 700 else 844})
    for path in ("/chart", "/_ui", "/sign-in"):
        page = await seat.open(f"{path}?theme={theme}")
        await page.wait_for_timeout(300)
        await page.screenshot(path=folder / f"{path.strip('/')}-{width}-{theme}.png", full_page=path == "/_ui")
