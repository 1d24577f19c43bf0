"""Ctrl-K finds and opens the right patient by the keyboard alone."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import Seat


async def test_ctrl_k_three_letters_and_enter_open_a_chart(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("war")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/patients/agnes")


async def test_an_enter_pressed_before_the_answer_waits_for_it(seat: Seat) -> None:
    seat.clinic.palette_delay = 0.4
    page = await seat.open("/chart")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("ward")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/patients/agnes")


async def test_nothing_typed_lists_recent_patients(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.keyboard.press("Control+k")
    await expect(page.locator(".palette .heading")).to_have_text("Recent")


async def test_arrows_move_the_choice_and_the_input_says_which(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("del")
    field = page.get_by_role("combobox", name="Name, date of birth")
    await expect(field).to_have_attribute("aria-activedescendant", "hit-0")
    await page.keyboard.press("ArrowDown")
    await expect(field).to_have_attribute("aria-activedescendant", "hit-1")
    await expect(page.locator("#hit-1")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("ArrowDown")
    await expect(field).to_have_attribute("aria-activedescendant", "hit-0")


async def test_nothing_found_is_said_and_enter_goes_nowhere(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("zzz")
    await expect(page.locator(".palette-none")).to_contain_text("Nothing matches")
    await page.keyboard.press("Enter")
    assert page.url.endswith("/chart")


async def test_escape_closes_it_and_the_focus_goes_back(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.locator(".find").focus()
    await page.keyboard.press("Control+k")
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog.palette")).to_be_hidden()
    await expect(page.locator(".find")).to_be_focused()
