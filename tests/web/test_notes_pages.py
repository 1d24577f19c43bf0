"""Notes through the pages: drafts that save themselves, signing, addenda, withdrawal."""

from __future__ import annotations

import re

import httpx
import pytest

from osler.core.ids import new_id
from tests.practice import Person, Practice, undo_of


@pytest.fixture
def chart(practice: Practice) -> str:
    return f"/patients/{practice.patients[5]}"


async def draft(
    person: Person, address: str, text: str, version: str = "", title: str = "Progress note"
) -> httpx.Response:
    return await person.http.post(
        f"{address}/draft",
        data={"text": text, "version": version, "title": title},
        headers={"osler-request": "fragment"},
    )


async def begun(person: Person, chart: str, text: str = "First words.") -> tuple[str, str]:
    """Address and version of a new draft."""
    answer = await draft(person, f"{chart}/notes/new/{new_id()}", text)
    id_, _, version = answer.json()["version"].rpartition(".")
    return f"{chart}/notes/{id_}", version


async def test_a_draft_is_kept_from_the_first_words_and_begun_once(okafor: Person, chart: str) -> None:
    address = f"{chart}/notes/new/{new_id()}"
    first, again = await draft(okafor, address, "One"), await draft(okafor, address, "One, two")
    ids = {answer.json()["version"].rpartition(".")[0] for answer in (first, again)}
    assert len(ids) == 1
    assert re.fullmatch(r"\d\d:\d\d:\d\d", first.json()["saved"])
    page = await okafor.page(chart)
    assert "One, two</textarea>" in page
    await okafor.send(f"{chart}/notes/{ids.pop()}/withdraw", on=chart, reason="not needed")


async def test_two_editors_see_both_texts_and_nothing_is_overwritten(okafor: Person, chart: str) -> None:
    note, version = await begun(okafor, chart)
    assert (await draft(okafor, note, "Saved elsewhere.", version)).status_code == 200
    parted = await draft(okafor, note, "Typed here.", version)
    assert parted.status_code == 409
    assert "Saved elsewhere." in parted.text
    now = re.search(r'data-version="([^"]+)"', parted.text)
    assert now
    assert (await draft(okafor, note, "Both.", now[1])).status_code == 200
    signing = await okafor.http.post(
        f"{note}/sign", data={"text": "Stale.", "version": version, "title": "Progress note"}
    )
    assert signing.status_code == 409
    assert "Stale.</textarea>" in signing.text
    assert "Both." in signing.text
    await okafor.send(f"{note}/withdraw", on=chart, reason="done")


async def test_a_signed_note_is_final_and_signing_twice_is_once(okafor: Person, chart: str) -> None:
    note, version = await begun(okafor, chart)
    fields = {"text": "Seen and well.", "version": version, "title": "Nursing note"}
    first = await okafor.http.post(f"{note}/sign", data=fields)
    assert first.status_code == 303
    after = await okafor.page(first.headers["location"])
    assert "Note saved" in after
    again = await okafor.http.post(f"{note}/sign", data=fields)
    assert again.headers.get("location") == note
    page = await okafor.page(note)
    assert "Signed by Dr Adaeze Okafor" in page
    assert "Nursing note" in page
    assert (await draft(okafor, note, "Changed afterwards.")).status_code == 409
    assert "Changed afterwards." not in await okafor.page(note)


async def test_an_empty_note_is_not_signed(okafor: Person, chart: str) -> None:
    note, version = await begun(okafor, chart)
    answer = await okafor.http.post(f"{note}/sign", data={"text": "  ", "version": version, "title": "Progress note"})
    assert answer.status_code == 422
    assert "Write the note before signing it" in answer.text
    await okafor.send(f"{note}/withdraw", on=chart, reason="empty")


async def test_a_draft_is_its_author_s(okafor: Person, park: Person, chart: str) -> None:
    note, version = await begun(okafor, chart)
    assert (await draft(park, note, "Someone else's words.", version)).status_code == 403
    assert "<textarea" not in await park.page(chart)
    await okafor.send(f"{note}/withdraw", on=chart, reason="done")


async def test_an_addendum_stands_below_and_a_withdrawn_note_says_why(okafor: Person, chart: str) -> None:
    note, version = await begun(okafor, chart, "Original text.")
    await okafor.http.post(
        f"{note}/sign", data={"text": "Original text.", "version": version, "title": "Progress note"}
    )
    form = await okafor.form(f"{note}/addendum")
    added = await okafor.send(f"{note}/addendum", on=note, text="Added later.", **form)
    assert added.headers["hx-redirect"].startswith(note)
    page = await okafor.page(note)
    assert "Original text." in page
    assert "Addendum by Dr Adaeze Okafor" in page
    assert "Amended" in page
    form = await okafor.form(f"{note}/withdraw")
    await okafor.send(f"{note}/withdraw", on=note, reason="wrong patient", **form)
    page = await okafor.page(note)
    assert "Entered in error: wrong patient" in page
    assert "Original text." in page


async def test_undoing_a_signature_gives_the_text_back_as_a_draft(okafor: Person, chart: str) -> None:
    note, version = await begun(okafor, chart, "Too early.")
    signed = await okafor.http.post(
        f"{note}/sign", data={"text": "Too early.", "version": version, "title": "Progress note"}
    )
    page = await okafor.page(signed.headers["location"])
    assert (await okafor.send(undo_of(page), on=chart)).status_code == 200
    assert "Entered in error: undo" in await okafor.page(note)
    again = await okafor.page(chart)
    assert "Too early.</textarea>" in again
    draft_id = re.search(r'data-draft="([^"]+)"', again)
    assert draft_id
    await okafor.send(f"{chart}/notes/{draft_id[1]}/withdraw", on=chart, reason="done")
