"""Pages as text: every component in every state, the security headers, and the traps of the front end."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from osler.interfaces.web import assets, page
from osler.interfaces.web.components.values import Value
from osler.interfaces.web.security import content_policy, new_nonce
from tests.browser.clinic import Clinic

WEB = Path(page.__file__).parent
PATHS = ("/_ui", "/chart", "/sign-in")


class Reader(HTMLParser):
    """All start tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


async def get(path: str, **headers: str) -> httpx.Response:
    async with client(Clinic()) as browser:
        return await browser.get(path, headers=headers)


def client(clinic: Clinic) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(clinic.app()), base_url="http://clinic.test")


@pytest.mark.parametrize("path", PATHS)
async def test_ids_are_unique(path: str) -> None:
    ids = Counter(attributes["id"] for _, attributes in Reader((await get(path)).text).tags if "id" in attributes)
    assert [name for name, times in ids.items() if times > 1] == []


@pytest.mark.parametrize("path", PATHS)
async def test_every_element_with_behaviour_carries_the_nonce_of_its_answer(path: str) -> None:
    answer = await get(path)
    nonce = re.search(r"script-src 'nonce-([^']+)'", answer.headers["content-security-policy"])
    assert nonce
    for tag, attributes in Reader(answer.text).tags:
        if any(name.startswith("hx-") for name in attributes):
            assert attributes.get("hx-nonce") == nonce[1], tag


@pytest.mark.parametrize("path", PATHS)
async def test_no_inline_script_style_or_handler(path: str) -> None:
    for tag, attributes in Reader((await get(path)).text).tags:
        assert tag != "style"
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert tag != "script" or attributes["src"]


@pytest.mark.parametrize("path", PATHS)
async def test_no_page_asks_the_browser_to_fetch_others_ahead(path: str) -> None:
    text = (await get(path)).text
    assert "speculationrules" not in text
    assert not re.search(r'rel="(prefetch|prerender)"', text)
    assert "hx-preload" not in text


async def test_each_answer_has_its_own_nonce_and_is_never_kept() -> None:
    first, second = await get("/chart"), await get("/chart")
    assert first.headers["content-security-policy"] != second.headers["content-security-policy"]
    assert first.headers["cache-control"] == "no-store"


async def test_fragments_carry_the_policy_too() -> None:
    assert "nonce-" in (await get("/patients/delgado/problems/add")).headers["content-security-policy"]


def test_the_policy_allows_only_ourselves() -> None:
    policy = content_policy(new_nonce())
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "trusted-types htmx osler" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_htmx_never_swaps_an_error_and_knows_its_extension_by_name() -> None:
    settings = re.search(r"<meta name=\"htmx-config\" content='([^']+)'", (await get("/chart")).text)
    assert settings
    config = json.loads(settings[1])
    assert config["noSwap"] == [204, 304, "4xx", "5xx"]
    assert config["extensions"] == "hx-csp"


async def test_an_error_is_one_message_for_a_fragment_and_a_page_for_a_person() -> None:
    clinic = Clinic()
    clinic.away = True
    async with client(clinic) as browser:
        data = {"problem": "Gout", "problem_code": ""}
        part = await browser.post("/patients/delgado/problems", data=data, headers={"HX-Request": "true"})
        whole = await browser.post("/patients/delgado/problems", data=data)
    assert part.status_code == whole.status_code == 503
    assert part.headers["osler-fragment"] == "message"
    assert "<html" not in part.text
    assert "<html" in whole.text


@pytest.mark.parametrize(
    "header", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.test"}]
)
async def test_a_write_sent_by_another_site_is_refused(header: dict[str, str]) -> None:
    async with client(Clinic()) as browser:
        assert (await browser.post("/undo/1", headers=header)).status_code == 403
        assert (await browser.get("/chart", headers=header)).status_code == 200


@pytest.mark.parametrize("header", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://clinic.test"}])
async def test_a_write_from_our_own_page_is_taken(header: dict[str, str]) -> None:
    async with client(Clinic()) as browser:
        assert (await browser.post("/undo/1", headers=header)).status_code == 200


async def test_assets_are_served_small_typed_and_for_ever() -> None:
    for name in ("app.css", "app.js", "icons.svg", "inter-latin-wght-normal.woff2"):
        answer = await get(assets.asset(name), **{"Accept-Encoding": "gzip, br"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers.get("content-encoding") == (None if name.endswith("woff2") else "br")
        plain = await get(assets.asset(name), **{"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers


@pytest.mark.parametrize("name", ["manifest.json", "app.css", "..%2Fpage.py", "app.css.br"])
async def test_only_built_files_are_served(name: str) -> None:
    assert (await get(f"/static/{name}")).status_code == 404


def test_every_icon_that_is_asked_for_is_in_the_sprite() -> None:
    named = set((WEB / "icons.txt").read_text().split())
    asked = set()
    for path in WEB.rglob("*.html"):
        asked |= set(re.findall(r'icon\("([a-z0-9-]+)"', path.read_text()))
    assert asked - named == set()


async def test_every_icon_on_a_page_is_in_the_sprite() -> None:
    sprite = (await get(assets.asset("icons.svg"))).text
    for path in PATHS:
        for name in set(re.findall(r'icons-[0-9A-F]+\.svg#([^"]+)"', (await get(path)).text)):
            assert f'id="{name}"' in sprite


async def test_theme_and_density_come_from_the_cookies() -> None:
    async with client(Clinic()) as browser:
        browser.cookies.update({"osler_theme": "dark", "osler_density": "compact"})
        text = (await browser.get("/chart")).text
    assert 'data-theme="dark"' in text
    assert 'data-density="compact"' in text
    assert "data-theme" not in (await get("/chart", Cookie="osler_theme=pink")).text


async def test_allergy_states_cannot_be_mistaken_for_each_other() -> None:
    text = (await get("/_ui")).text
    assert "<p>No known allergies</p>" in text
    assert "<p>Not asked" in text
    assert "reaction not recorded" in text


async def test_nothing_missing_is_written_as_a_dash_or_a_question_mark() -> None:
    assert not re.search(r"(?<!<kbd)>\s*[-?–—]\s*<", (await get("/_ui")).text)


def test_text_from_the_record_is_escaped() -> None:
    source = '{% from "components/values.html" import value %}{{ value(v) }}{{ icon("x", v.text) }}{{ hx(get=v.text) }}'
    token = page._nonce.set("n")
    try:
        drawn = page.environment().from_string(source).render(v=Value('<b>"', "<i>"))
    finally:
        page._nonce.reset(token)
    assert "<b>" not in drawn
    assert "<i>" not in drawn
