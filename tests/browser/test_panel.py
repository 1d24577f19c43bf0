"""Adding a problem: the panel beside the page, the typeahead, faults, the changed card, undo."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.conftest import Seat


async def open_form(seat: Seat) -> Page:
    page = await seat.open("/chart")
    await page.locator("body").press("p")
    await expect(page.get_by_role("combobox", name="Problem")).to_be_focused()
    return page


async def test_its_key_opens_the_form_with_the_first_field_focused(seat: Seat) -> None:
    await open_form(seat)


async def test_the_panel_lies_beside_the_page_and_covers_nothing(seat: Seat) -> None:
    page = await open_form(seat)
    main, panel = await page.locator("main").bounding_box(), await page.locator("#panel").bounding_box()
    assert main
    assert panel
    assert main["x"] + main["width"] <= panel["x"]


async def test_a_fault_comes_back_in_the_panel_with_the_field_focused(seat: Seat) -> None:
    page = await open_form(seat)
    await page.get_by_role("button", name="Add problem").click()
    await expect(page.locator(".form-error")).to_contain_text("Say which problem")
    await expect(page.get_by_role("combobox", name="Problem")).to_be_focused()


async def test_choosing_posts_text_and_code_and_the_card_shows_it(seat: Seat) -> None:
    page = await open_form(seat)
    await page.keyboard.type("hyper")
    await expect(page.get_by_role("option", name="Portal hypertension")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-chosen]")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.locator("#problem-new")).to_contain_text("Portal hypertension [sct|1]")
    await expect(page.locator("#panel")).to_be_hidden()
    await expect(page.locator("#problems-tool-1")).to_be_focused()
    assert seat.complaints == []


async def test_changing_the_text_by_hand_gives_the_code_up(seat: Seat) -> None:
    page = await open_form(seat)
    await page.keyboard.type("asth")
    await expect(page.get_by_role("option", name="Asthma")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-chosen]")).to_be_visible()
    await page.keyboard.type(" of childhood")
    await page.get_by_role("button", name="Add problem").click()
    await expect(page.locator("#problem-new")).to_contain_text("Asthma of childhood []")


async def test_escape_does_not_throw_away_what_was_typed(seat: Seat) -> None:
    page = await open_form(seat)
    await page.get_by_role("textbox", name="Since").fill("2024")
    await page.keyboard.press("Escape")
    await expect(page.locator("#panel")).to_be_visible()
    await expect(page.get_by_role("link", name="Cancel")).to_be_focused()


async def test_escape_closes_the_panel_and_gives_the_focus_back(seat: Seat) -> None:
    page = await open_form(seat)
    await page.keyboard.press("Escape")
    await expect(page.locator("#panel")).to_be_hidden()
    await expect(page.locator("#problems-tool-1")).to_be_focused()


async def test_undo_takes_it_back(seat: Seat) -> None:
    page = await open_form(seat)
    await page.keyboard.type("Gout")
    await page.get_by_role("button", name="Add problem").click()
    await expect(page.locator("#problem-new")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator("#problem-new")).to_have_count(0)
    await expect(page.locator("osler-toast")).to_have_count(0)


async def test_a_single_letter_key_does_nothing_while_one_types(seat: Seat) -> None:
    page = await seat.open("/chart")
    await page.locator("textarea").press("p")
    await page.wait_for_timeout(150)
    await expect(page.locator("#panel")).to_be_hidden()


async def test_undo_has_a_key_and_gives_the_focus_back(seat: Seat) -> None:
    page = await open_form(seat)
    await page.keyboard.type("Gout")
    await page.get_by_role("button", name="Add problem").click()
    await expect(page.locator("#problems-tool-1")).to_be_focused()
    await expect(page.locator("osler-toast .undo[data-key=u]")).to_be_visible()
    await page.keyboard.press("u")
    await expect(page.locator("#problem-new")).to_have_count(0)
    await expect(page.locator("osler-toast")).to_have_count(0)
    await expect(page.locator("#problems-tool-1")).to_be_focused()


async def test_a_message_closed_by_the_keyboard_gives_the_focus_back(seat: Seat) -> None:
    page = await open_form(seat)
    await page.keyboard.type("Gout")
    await page.get_by_role("button", name="Add problem").click()
    await expect(page.locator("#problems-tool-1")).to_be_focused()
    await page.get_by_role("button", name="Close message").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#problems-tool-1")).to_be_focused()
