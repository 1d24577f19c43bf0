"""What the audit row of a page says: which resource a form has made or changed, and how many were shown."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.practice import DELGADO, Person, Practice, undo_of

NOW = {"taken_on": "01-Nov-2026", "taken_at": "10:20"}
FORMS: list[tuple[str, str, dict[str, str], str, int]] = [
    ("vitals/add", "Observation", {"heart_rate": "67", "respiration": "16", **NOW}, "code=8867-4", 3),
    ("problems/add", "Condition", {"problem": "Audited knee", "status": "active"}, "category=problem-list-item", 2),
    ("allergies/add", "AllergyIntolerance", {"substance": "Audited dust", "kind": "environment"}, "", 2),
]
"""Form, type, what is typed, how it is found again, and how many were written with who wrote them."""


@pytest.fixture
def patient(practice: Practice) -> str:
    return practice.patients[4]


async def newest(person: Person, type_: str, patient: str, more: str = "") -> str:
    page = await person.page(f"/record/{type_}?patient={patient}&_sort=-_lastUpdated&_count=1&{more}")
    return re.findall(rf"<h2>({type_}/[^<]+)</h2>", page)[0]


async def last(practice: Practice) -> dict[str, Any]:
    return (await practice.audited())[-1]


def named(practice: Practice, row: dict[str, Any]) -> tuple[int, int, int]:
    return row["target"], row["pat"], row["n"]


@pytest.mark.parametrize("beside_summary", [True, False])
@pytest.mark.parametrize(("form", "type_", "fields", "search", "written"), FORMS)
async def test_a_form_names_what_it_made_and_taking_it_back_names_it_again(
    practice: Practice, okafor: Person, patient: str, form: str, type_: str, fields: dict[str, str], search: str,
    written: int, beside_summary: bool,
) -> None:  # fmt: skip
    path, chart = f"/patients/{patient}/{form}", f"/patients/{patient}"
    hidden = await okafor.form(path)
    answer = await okafor.send(path, on=chart if beside_summary else f"{chart}/timeline", **fields, **hidden)
    assert answer.status_code == 200, answer.text
    row = await last(practice)
    made = await newest(okafor, type_, patient, search)
    whole = (practice.self_of(*made.split("/")), practice.self_of("Patient", patient), written)
    assert named(practice, row) == whole
    again = await okafor.send(path, on=chart, **fields, **hidden)
    assert again.status_code == 200
    assert named(practice, await last(practice)) == (*whole[:2], 0), "it was there already: nothing was written"
    await okafor.send(undo_of(again.text), on=chart)
    assert named(practice, await last(practice)) == whole


async def test_each_step_of_a_note_names_the_note(practice: Practice, okafor: Person, patient: str) -> None:
    chart = f"/patients/{patient}"
    draft = await okafor.http.post(f"{chart}/notes/new/n1/draft", data={"title": "Progress note", "text": "One."})
    note = draft.json()["version"].partition(".")[0]
    about = (practice.self_of("DocumentReference", note), practice.self_of("Patient", patient))
    assert named(practice, await last(practice)) == (*about, 2)
    fields = {"title": "Progress note", "text": "One two.", "version": "1"}
    assert (await okafor.http.post(f"{chart}/notes/{note}/draft", data=fields)).status_code == 200
    assert named(practice, await last(practice)) == (*about, 1)
    signed = await okafor.http.post(f"{chart}/notes/{note}/sign", data=fields | {"version": "2"})
    assert signed.status_code == 303, signed.text
    assert named(practice, await last(practice)) == (*about, 2)


@pytest.mark.parametrize("page", ["patients", "palette"])
async def test_a_search_counts_whom_it_showed_and_not_whom_it_looked_at(
    practice: Practice, okafor: Person, page: str
) -> None:
    await okafor.page(f"/patients/{DELGADO}")
    shown = await okafor.page(f"/{page}?q=delgado")
    people = set(re.findall(r'href="/patients/([\w-]+)"', shown))
    assert DELGADO in people
    row = await last(practice)
    assert row["n"] == len(people)


async def test_what_one_request_reads_twice_counts_once(practice: Practice, okafor: Person) -> None:
    gate = practice.app.state.context.gate
    office = practice.app.state.office
    session = await office.sessions.authenticate(okafor.http.cookies["osler_session"])
    async with gate.reading(session.actor) as records:
        for _ in range(3):
            await records.read("Patient", DELGADO)
    assert (await last(practice))["n"] == 1
