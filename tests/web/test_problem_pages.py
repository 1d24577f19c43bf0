"""One problem with what it is followed by, results by panel, and the charts open beside them."""

from __future__ import annotations

import re

import pytest

from tests.practice import DELGADO, Person, Practice

SECTIONS = ("problems", "medications", "allergies", "vitals", "results", "notes", "timeline")


async def problem(person: Person, name: str) -> str:
    found = re.search(rf'href="(/patients/{DELGADO}/problems/[^"]+)">{name}', await person.page(f"/patients/{DELGADO}"))
    assert found
    return found[1]


async def test_a_problem_shows_the_course_of_what_matters_to_it(okafor: Person) -> None:
    text = await okafor.page(f"{await problem(okafor, 'Type 2 diabetes')}?bp=All")
    titles = re.findall(r'id="trend[^"]*-title"[^>]*>([^<]+)<', text)
    assert titles[0] == "Hemoglobin A1c"
    assert "goal &lt; 7" in text
    assert "metFORMIN" in text
    assert "Notes that mention it" in text


async def test_hypertension_is_followed_by_the_pressure_and_its_window_is_chosen(okafor: Person) -> None:
    address = await problem(okafor, "Hypertension")
    text = await okafor.page(f"{address}?bp=3+mo")
    assert 'id="trend-title"' in text
    assert f'href="{address}?bp=All"' in text


async def test_what_nothing_is_known_to_follow_says_so(okafor: Person) -> None:
    assert "Nothing that follows this problem" in await okafor.page(await problem(okafor, "Osteoarthritis"))


async def test_results_stand_by_panel_with_days_as_columns(okafor: Person) -> None:
    text = await okafor.page(f"/patients/{DELGADO}/results")
    panels = re.findall(r'<th scope="rowgroup">([^<]+)<', text)
    assert "Lipid panel" in panels
    lipids = text[text.index(">Lipid panel<") :].partition("</tbody>")[0]
    assert "LDL cholesterol" in lipids
    assert "Hemoglobin" not in lipids
    assert 'id="test-2823-3"' in text
    assert f'href="/patients/{DELGADO}/results#test-2823-3"' in await okafor.page(f"/patients/{DELGADO}")


@pytest.mark.parametrize("section", SECTIONS)
async def test_the_open_charts_stay_in_view_on_every_page_of_a_chart(
    practice: Practice, okafor: Person, section: str
) -> None:
    other = practice.patients[2]
    await okafor.page(f"/patients/{other}")
    text = await okafor.page(f"/patients/{DELGADO}/{section}")
    strip = text[text.index('class="open-charts"') :].partition("</nav>")[0]
    assert f'href="/patients/{other}"' in strip
    assert f'href="/patients/{DELGADO}" aria-current="page"' in strip
