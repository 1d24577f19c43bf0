"""A headless Chromium and a clinic for it to look at. Without a Chromium these tests say so and are skipped."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.browser.clinic import Clinic

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync",
         "--disable-dev-shm-usage")  # fmt: skip
PATIENCE = 90_000
"""Milliseconds after which what a test waits for will never come: no measure of speed."""
expect.set_options(timeout=PATIENCE)


@dataclass
class Seat:
    """One browser tab in front of one clinic, and everything the browser complained of."""

    page: Page
    clinic: Clinic
    origin: str
    complaints: list[str]

    async def open(self, path: str) -> Page:
        await self.page.goto(self.origin + path)
        await self.page.wait_for_function("Boolean(customElements.get('osler-palette'))")
        return self.page


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        pytest.skip("no Chromium on this machine (set CHROMIUM, or run `make test`, which tries to get one)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS), timeout=2 * PATIENCE)
        yield browser
        await browser.close()


async def new_context(chromium: Browser) -> BrowserContext:
    context = await chromium.new_context(viewport={"width": 1600, "height": 1000})
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
async def seat(chromium: Browser) -> AsyncIterator[Seat]:
    clinic = Clinic()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(
            clinic.app(), log_level="error", lifespan="off", timeout_keep_alive=75, timeout_graceful_shutdown=5
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        context = await new_context(chromium)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield Seat(page, clinic, f"http://127.0.0.1:{listener.getsockname()[1]}", complaints)
        await context.close()
        server.should_exit = True
        await serving
