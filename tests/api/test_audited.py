"""One audit row for every request, whatever became of it, and no value in any."""

from __future__ import annotations

from osler.access.audit.entry import Action, Outcome
from osler.interfaces.api.shapes import shape_of
from tests.api.conftest import BASE, Api, bundle, entry, observation, patient


async def test_every_request_leaves_one_row(fresh_api: Api):
    api = fresh_api
    before = len(await api.audited())
    made = await api.made(patient())
    path = f"Patient/{made['id']}"
    asked: list[tuple[str, str, object, str, Action, Outcome]] = [
        ("GET", path, None, "Patient", Action.READ, Outcome.DONE),
        ("GET", f"{path}/_history/1", None, "Patient/_history", Action.READ, Outcome.DONE),
        ("GET", "Patient/nobody", None, "Patient", Action.READ, Outcome.NOT_FOUND),
        ("GET", "Patient?name:exact=Marsh&_count=1", None, "Patient?_count&name:exact", Action.SEARCH, Outcome.DONE),
        ("GET", "Patient?Marsh=1", None, "Patient??", Action.SEARCH, Outcome.INVALID),
        ("GET", f"{path}/Observation?code=x", None, "Patient/*/Observation?code", Action.SEARCH, Outcome.DONE),
        ("GET", f"{path}/$everything", None, "Patient/$everything", Action.SEARCH, Outcome.DONE),
        ("GET", f"{path}/_history", None, "Patient/_history", Action.HISTORY, Outcome.DONE),
        ("GET", "_history?_count=1", None, "_history?_count", Action.HISTORY, Outcome.DONE),
        ("PUT", path, made, "Patient", Action.UPDATE, Outcome.DONE),
        ("PUT", path, b"{", "Patient", Action.UPDATE, Outcome.INVALID),
        ("PUT", "Patient?identifier=1", patient(), "Patient?identifier", Action.UPDATE, Outcome.DONE),
        ("POST", "Observation", observation("Patient/nobody"), "Observation", Action.CREATE, Outcome.INVALID),
        ("POST", "", bundle("transaction", entry("POST", "Patient", patient())), "transaction", Action.TRANSACTION,
         Outcome.DONE),
        ("POST", "", patient(), "?", Action.TRANSACTION, Outcome.INVALID),
        ("DELETE", path, None, "Patient", Action.DELETE, Outcome.DONE),
        ("GET", path, None, "Patient", Action.READ, Outcome.NOT_FOUND),
        ("GET", "Foo/1", None, "?", Action.READ, Outcome.NOT_FOUND),
        ("DELETE", "metadata", None, "?", Action.UPDATE, Outcome.INVALID),
        ("GET", "Patient", "text/turtle", "Patient", Action.SEARCH, Outcome.INVALID),
    ]  # fmt: skip
    for method, where, body, *_ in asked:
        headers = {"accept": body} if isinstance(body, str) else {}
        await api.ask(method, where, None if isinstance(body, str) else body, **headers)
    await api.http.get(f"{BASE}/Patient/x")
    expected = [("Patient", Action.CREATE, Outcome.DONE), *((w, a, o) for *_, w, a, o in asked)]
    expected.append(("Patient", Action.READ, Outcome.UNAUTHENTICATED))
    assert (await api.audited())[before:] == expected


async def test_every_entry_of_a_batch_leaves_its_own_row(fresh_api: Api):
    before = len(await fresh_api.audited())
    whole = bundle(
        "batch", entry("POST", "Patient", patient()), entry("GET", "Patient/nobody"), entry("GET", "Foo"),
        entry("PUT", "Patient/1", patient()),
    )  # fmt: skip
    await fresh_api.post("", whole)
    rows = (await fresh_api.audited())[before:]
    assert sorted(rows) == sorted(
        [
            ("Patient", Action.CREATE, Outcome.DONE),
            ("Patient", Action.READ, Outcome.NOT_FOUND),
            ("?", Action.READ, Outcome.NOT_FOUND),
            ("Patient", Action.UPDATE, Outcome.INVALID),
        ]
    )


async def test_what_a_role_may_not_do_at_all_is_written_down(fresh_api: Api):
    token = await fresh_api.new_token("system/Patient.r")
    await fresh_api.ask("POST", "Patient", patient(), token=token)
    assert (await fresh_api.audited())[-1] == ("Patient", Action.CREATE, Outcome.FORBIDDEN)


async def test_the_patient_a_request_is_about_is_in_its_row(fresh_api: Api):
    api = fresh_api
    made = await api.made(patient())
    finding = await api.made(observation(f"Patient/{made['id']}"))
    await api.get(f"Observation?patient={made['id']}")
    await api.get(f"Observation?subject=Patient/{made['id']}")
    await api.get(f"Patient?_id={made['id']}")
    await api.get(f"Patient/{made['id']}/Observation")
    await api.get(f"Patient/{made['id']}/$everything")
    await api.get(f"Observation/{finding['id']}")
    async with api.app.state.context.gate.audit.pool.connection() as conn:
        rows = await conn.fetch("SELECT pat FROM audit ORDER BY at, num")
    about = api.app.state.context.gate.store.hasher.self_of("Patient", made["id"])
    assert {row["pat"] for row in rows[-8:]} == {about}


def test_a_shape_holds_no_word_that_is_not_the_standards():
    assert shape_of("Patient", [("name:exact", "x"), ("birthdate", "y")]) == "Patient?birthdate&name:exact"
    assert shape_of("Observation", [("subject:Patient.name", "x")]) == "Observation?subject:Patient.name"
    assert shape_of("Patient", [("_has:Observation:patient:code", "x")]) == "Patient?_has:Observation:patient:code"
    assert shape_of("Patient", [("Marsh", "x"), ("name:Marsh", "x"), ("Ada.name", "x")]) == "Patient??"
    assert shape_of("Patient", []) == "Patient"
    assert len(shape_of("Patient", [(name, "") for name in ("family", "given", "name") for _ in range(50)])) < 40
