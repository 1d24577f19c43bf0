"""A clinician at a browser: finds the patient, charts, takes back, and loses nothing. By the keyboard alone."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, Page, expect

from osler.store.embedded import Address
from tests.browser.conftest import new_context
from tests.browser.test_axe_gallery import AXE, RUN, TAGS
from tests.conftest import copied_database
from tests.practice import DELGADO, PASSWORD, Practice, open_practice

LOADED = "Boolean(customElements.get('osler-palette'))"


@dataclass
class Room:
    """A clinician's browser tab."""

    page: Page
    origin: str
    practice: Practice
    complaints: list[str]

    async def open(self, path: str) -> Page:
        await self.page.goto(self.origin + path)
        await self.page.wait_for_function(LOADED)
        return self.page


@pytest.fixture(scope="module")
async def clinic(
    chromium: Browser, postgres: Address, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Practice, str]]:
    folder: Path = tmp_path_factory.mktemp("clinic")
    async with copied_database(postgres, template) as address, open_practice(address, folder) as practice:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            config = uvicorn.Config(
                practice.app, log_level="error", lifespan="off", timeout_keep_alive=75, timeout_graceful_shutdown=5
            )
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            yield practice, f"http://127.0.0.1:{listener.getsockname()[1]}"
            server.should_exit = True
            await serving


@pytest.fixture
async def room(chromium: Browser, clinic: tuple[Practice, str]) -> AsyncIterator[Room]:
    practice, origin = clinic
    context = await new_context(chromium)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{origin}/sign-in")
    await expect(page.locator("#username")).to_be_focused()
    await page.keyboard.type("okafor")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{origin}/")
    yield Room(page, origin, practice, complaints)
    await context.close()


async def test_control_k_four_letters_and_enter_open_the_right_patient(room: Room) -> None:
    page = await room.open("/")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("delg")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{room.origin}/patients/{DELGADO}")
    await expect(page.locator(".banner h1")).to_contain_text("DELGADO")
    assert room.complaints == []


async def test_vital_signs_by_the_keyboard_alone_and_undone(room: Room) -> None:
    # Not the showpiece: the demo writes her readings of today ahead of the day, and before nine they are the newest.
    page = await room.open(f"/patients/{room.practice.patients[1]}")
    await page.keyboard.press("v")
    await expect(page.locator("#add-vitals-systolic")).to_be_focused()
    await page.keyboard.type("133")
    await page.keyboard.press("Tab")
    await page.keyboard.type("79")
    await page.keyboard.press("Enter")
    tile = page.locator("#vitals-pressure")
    await expect(tile).to_contain_text("133/79")
    await expect(page.locator("osler-toast")).to_contain_text("Vital signs saved")
    await expect(page.locator("#panel")).to_be_empty()
    await page.keyboard.press("u")
    await expect(tile.filter(has_text="133/79")).to_have_count(0)
    assert room.complaints == []


async def test_a_problem_is_chosen_from_the_codes_the_record_knows(room: Room) -> None:
    page = await room.open(f"/patients/{room.practice.patients[3]}")
    await page.keyboard.press("p")
    await expect(page.locator("#add-problem-problem")).to_be_focused()
    await page.keyboard.type("hyperten")
    await expect(page.locator("[role=option]").first).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-chosen]")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.locator("osler-toast")).to_contain_text("Problem saved")
    assert room.complaints == []


async def test_an_allergy_changes_the_banner_at_once(room: Room) -> None:
    page = await room.open(f"/patients/{room.practice.patients[2]}")
    await expect(page.locator(".allergy-box")).to_contain_text("No known allergies")
    await page.keyboard.press("a")
    await expect(page.locator("#add-allergy-substance")).to_be_focused()
    await page.keyboard.type("Latex")
    await page.locator("#add-allergy-reaction").fill("hives")
    await page.get_by_role("button", name="Add allergy").click()
    await expect(page.locator(".allergy-box")).to_contain_text("Latex")
    await expect(page.locator(".allergy-box")).not_to_contain_text("No known allergies")
    await expect(page.locator("#panel")).to_be_empty()
    await expect(page.locator("osler-toast")).to_be_visible()
    await page.keyboard.press("u")
    await expect(page.locator(".allergy-box")).to_contain_text("No known allergies")


async def test_a_note_saves_itself_survives_the_tab_and_is_signed(room: Room) -> None:
    chart = f"/patients/{room.practice.patients[4]}"
    page = await room.open(chart)
    await page.keyboard.press("n")
    await page.wait_for_url(f"{room.origin}{chart}?note=new")
    editor = page.locator("textarea[name=text]")
    await editor.fill("Seen today. Well.")
    await expect(page.locator("[data-saved]")).to_contain_text("saved ")
    await room.open(chart)
    await expect(page.locator("textarea[name=text]")).to_have_value("Seen today. Well.")
    await page.locator("textarea[name=text]").press("Control+Enter")
    await expect(page.locator("osler-toast")).to_contain_text("Note saved")
    await expect(page.locator("#notes")).to_contain_text("Signed")
    assert room.complaints == []


async def test_a_write_that_fails_leaves_the_form_and_says_so(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    from osler.access.gate import Gate
    from osler.core.errors import Unavailable

    page = await room.open(f"/patients/{DELGADO}")
    await page.keyboard.press("p")
    await page.locator("#add-problem-problem").fill("Words not to be lost")

    async def away(*_: object, **__: object) -> None:
        raise Unavailable("The database cannot be reached.")

    with monkeypatch.context() as patched:
        patched.setattr(Gate, "write", away)
        await page.get_by_role("button", name="Add problem").last.click()
        await expect(page.locator("#messages")).to_contain_text("away for a moment")
    await expect(page.locator("#add-problem-problem")).to_have_value("Words not to be lost")
    await expect(page.locator("#problems")).not_to_contain_text("Words not to be lost")
    await page.get_by_role("button", name="Add problem").last.click()
    await expect(page.locator("#problems")).to_contain_text("Words not to be lost")


PAGES = ("/", "/patients?q=del", f"/patients/{DELGADO}", f"/patients/{DELGADO}/problems", f"/patients/{DELGADO}/medications",
         f"/patients/{DELGADO}/allergies", f"/patients/{DELGADO}/vitals", f"/patients/{DELGADO}/results",
         f"/patients/{DELGADO}/timeline", f"/patients/{DELGADO}/notes", f"/patients/{DELGADO}/details",
         f"/patients/{DELGADO}/vitals/add", f"/record/Patient/{DELGADO}", "/password", "/account", "PROBLEM", "NOTE")  # fmt: skip


async def _paths(room: Room) -> list[str]:
    """Every page; of the problems and notes one each."""
    page = await room.open(f"/patients/{DELGADO}")
    problem = await page.locator(".problems a.name").first.get_attribute("href")
    note = await page.locator(".note-list a.name").last.get_attribute("href")
    named = {"PROBLEM": f"{problem}?bp=All", "NOTE": note}
    return [named.get(path) or path for path in PAGES]


@pytest.mark.parametrize(("theme", "width"), [("light", 1600), ("dark", 390)])
async def test_axe_finds_nothing_on_any_page_and_none_scrolls_sideways(room: Room, theme: str, width: int) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not there: the front end was built without its development packages")
    session = await room.page.context.new_cdp_session(room.page)
    await session.send("Page.setBypassCSP", {"enabled": True})
    await room.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    await room.page.set_viewport_size({"width": width, "height": 900})
    found: dict[str, object] = {}
    for path in await _paths(room):
        page = await room.open(path)
        await page.evaluate(AXE.read_text())
        violations = await page.evaluate(RUN, [TAGS, []])
        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if violations or wide > 0:
            found[path] = [*violations, wide]
    assert found == {}


@pytest.mark.parametrize("width", [1280, 1024, 768])
async def test_no_page_scrolls_sideways_at_widths_between(room: Room, width: int) -> None:
    await room.page.set_viewport_size({"width": width, "height": 900})
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    found = {path: await (await room.open(path)).evaluate(wide) for path in await _paths(room)}
    assert not any(found.values()), found


FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect();
  const head = document.querySelector(".head")?.getBoundingClientRect().bottom ?? 0;
  const outline = getComputedStyle(one);
  const inside = Boolean(one.closest("main"));
  return {
    name: `${one.tagName} ${one.id || one.className} ${(one.textContent || "").trim().slice(0, 30)}`,
    seen: box.width > 0 && box.height > 0 && (!inside || one.matches(".skip") || box.bottom > head),
    marked: outline.outlineStyle !== "none" || one.matches("main, h2, textarea, .input, .rail"),
  };
}"""


@pytest.mark.parametrize("path", ["/", "/account", f"/patients/{DELGADO}/results", "PROBLEM"])
async def test_every_stop_of_the_tab_key_is_seen_and_marked(room: Room, path: str) -> None:
    paths = dict(zip(PAGES, await _paths(room), strict=True))
    page = await room.open(paths[path])
    stops: list[str] = []
    for _ in range(60):
        await page.keyboard.press("Tab")
        stop = await page.evaluate(FOCUSED)
        if stop is None or stop["name"] in stops[:1]:
            break
        stops.append(stop["name"])
        assert stop["seen"], stop
        assert stop["marked"], stop
    assert len(stops) > 8
