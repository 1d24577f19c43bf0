"""axe finds nothing wrong in any component state, in both themes and at three widths."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Seat

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async ([tags, off]) => {
  const rules = Object.fromEntries(off.map(id => [id, {enabled: false}]));
  const found = await axe.run(document, {runOnly: tags, rules});
  return found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(" ")} | ${n.failureSummary.split("\\n")[1]}`));
}"""


async def violations(seat: Seat, path: str) -> list[str]:
    # The gallery shows the same card many times over: there, and only there, its landmarks cannot all be distinct.
    off = ["landmark-unique"] if path == "/_ui" else []
    if not AXE.exists():
        pytest.skip("axe-core is not there: the front end was built without its development packages")
    page = await seat.open(path)
    session = await page.context.new_cdp_session(page)
    await session.send("Page.setBypassCSP", {"enabled": True})
    await page.reload()
    await page.wait_for_function("Boolean(customElements.get('osler-palette'))")
    await page.evaluate(AXE.read_text())
    return await page.evaluate(RUN, [TAGS, off])


@pytest.mark.parametrize("path", ["/_ui", "/chart", "/sign-in"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing(seat: Seat, path: str, theme: str) -> None:
    await seat.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    assert await violations(seat, path) == []


@pytest.mark.parametrize("width", [1100, 390])
async def test_axe_finds_nothing_on_smaller_screens(seat: Seat, width: int) -> None:
    await seat.page.set_viewport_size({"width": width, "height": 844})
    assert await violations(seat, "/chart") == []
