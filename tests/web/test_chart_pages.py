"""Reading charts: the summary, its sections, FHIR, search, and one audit row for each."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest

from tests.practice import DELGADO, NEW, NO_ALLERGIES, Person, Practice
from tests.web.test_pages import Reader

SECTIONS = ("", "/problems", "/medications", "/allergies", "/vitals", "/results", "/timeline", "/notes")


async def test_the_summary_says_what_the_record_says(okafor: Person) -> None:
    page = await okafor.page(f"/patients/{DELGADO}")
    text = unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))
    for words in (
        "DELGADO, Maria Elena", "14-Mar-1964 (62 y)", "4820 1193", "penicillin — anaphylaxis HIGH RISK", "Full code", "Spanish",
        "Type 2 diabetes with CKD", "metFORMIN 1,000 mg tablet", "1,000 mg — oral — twice daily with meals", "Blood pressure",
        "144/84", "Potassium", "5.6 mmol/L", "goal < 7", "At goal", "Since last visit", "Progress note",
    ):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize("section", SECTIONS)
async def test_every_section_opens_with_unique_ids_and_one_audit_row(
    practice: Practice, okafor: Person, section: str
) -> None:
    before = len(await practice.audited())
    page = await okafor.page(f"/patients/{DELGADO}{section}")
    ids = Counter(attributes["id"] for _, attributes in Reader(page).tags if "id" in attributes)
    assert [name for name, times in ids.items() if times > 1] == []
    rows = (await practice.audited())[before:]
    assert len(rows) == 1
    assert rows[0]["pat"] == practice.self_of("Patient", DELGADO)


@pytest.mark.parametrize("section", SECTIONS)
async def test_a_chart_that_is_not_there_is_not_found(okafor: Person, section: str) -> None:
    assert "Not found" in await okafor.page(f"/patients/nobody{section}", 404)


async def test_not_asked_and_none_known_look_different(practice: Practice, okafor: Person) -> None:
    assert "Not asked" in await okafor.page(f"/patients/{practice.patients[NEW]}")
    none = await okafor.page(f"/patients/{practice.patients[NO_ALLERGIES]}")
    assert "No known allergies" in none
    assert "Not asked" not in none


async def test_every_link_of_the_summary_leads_somewhere(okafor: Person) -> None:
    page = await okafor.page(f"/patients/{DELGADO}")
    links = {attributes["href"] for tag, attributes in Reader(page).tags if tag == "a" and attributes.get("href")}
    inside = sorted(
        {link.split("#")[0] for link in links if link and link[0] == "/" and link not in ("/sign-out", "/lock")}
    )
    assert len(inside) > 30
    for link in inside:
        answer = await okafor.http.get(link)
        assert answer.status_code == 200, link


async def test_the_record_is_shown_as_fhir_with_its_digits_and_links(okafor: Person) -> None:
    page = await okafor.page("/record/Observation?patient=delgado&code=4548-4&_sort=-date")
    assert '<span class="json-number">8.4</span>' in page
    assert f'href="/record/Patient/{DELGADO}"' in page
    assert "Back to the chart" in page


async def test_what_is_in_the_record_is_never_markup(practice: Practice, okafor: Person) -> None:
    patient, evil = practice.patients[NEW], "<img src=x onerror=alert(1)>"
    form = await okafor.form(f"/patients/{patient}/problems/add")
    answer = await okafor.send(
        f"/patients/{patient}/problems/add", on=f"/patients/{patient}", problem=evil, status="active", **form
    )
    assert answer.status_code == 200
    id_ = re.search(r'id="problem-([^"]+)"', answer.text[answer.text.index("&lt;img") - 600 :])
    for path in ("", "/problems"):
        page = await okafor.page(f"/patients/{patient}{path}")
        assert evil not in page
        assert "&lt;img" in page
    assert evil not in await okafor.page(f"/record/Condition?patient={patient}")
    assert id_


@pytest.mark.parametrize(
    "query", ["delg", "Delgado, Maria", "14-Mar-1964", "3/14/64", "48201193", "(716) 555-0119", "delgdo", "elena"]
)
async def test_a_patient_is_found_in_many_ways(okafor: Person, query: str) -> None:
    page = await okafor.http.get("/palette", params={"q": query}, headers={"osler-request": "fragment"})
    assert f'href="/patients/{DELGADO}"' in page.text


async def test_the_palette_without_words_offers_today_and_after_a_chart_that_chart(practice: Practice) -> None:
    async with practice.person() as person:
        fresh = (await person.http.get("/palette?q=")).text
        assert "Today" in fresh
        assert "Recent" not in fresh
        await person.page(f"/patients/{practice.patients[NO_ALLERGIES]}")
        again = (await person.http.get("/palette?q=")).text
        assert again.index("Recent") < again.index("Today")


async def test_commands_are_found_by_their_beginning(okafor: Person) -> None:
    page = (await okafor.http.get("/palette", params={"q": ">add v", "patient": DELGADO})).text
    assert f"/patients/{DELGADO}/vitals/add" in page
    assert "problems/add" not in page


async def test_the_first_page_lists_today(okafor: Person) -> None:
    page = await okafor.page("/")
    assert re.search(r"<time[^>]*>\d\d:[024]0</time>", page)
    assert "<b>DELGADO</b>, Maria Elena" in page


async def test_the_window_of_the_chart_is_chosen_by_the_address(okafor: Person) -> None:
    assert "5 years" in await okafor.page(f"/patients/{DELGADO}?bp=5+y")
    assert "12 months" in await okafor.page(f"/patients/{DELGADO}?bp=nonsense")
