"""Hidden elements: left out of what is shown, kept by what is written, and of no influence on any answer."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

import pytest

from osler.access.show import put_back, shown, take_out
from osler.core.errors import Forbidden
from osler.fhir import json
from osler.store.stored import Stored
from tests.db.gate.conftest import NOW, Somebody, entry, observation, patient, rows
from tests.db.settled import settled

PHONE = [{"system": "phone", "value": "555-0100"}]
HIDDEN = frozenset(("Patient.telecom", "Patient.text"))


@pytest.fixture
async def ada(everyone: Somebody) -> None:
    await everyone.put(
        patient("p", telecom=PHONE, text={"status": "generated", "div": "<div>555-0100</div>"}, gender="female")
    )
    await everyone.put(observation("Patient/p", id="o", valueQuantity={"value": Decimal("1.10")}))


def told(resource: dict) -> bool:
    return any(tag.get("code") == "SUBSETTED" for tag in resource.get("meta", {}).get("tag", []))


async def test_they_are_in_no_answer_which_says_that_it_is_not_whole(ada, everyone: Somebody, somebody):
    clerk: Somebody = somebody("clerk")
    await everyone.put(patient("p", telecom=PHONE, gender="male"))
    await settled(clerk.gate.store.pool)
    answers = [
        await clerk.read("Patient", "p"),
        (await clerk.look(lambda r: r.read_version("Patient", "p", 1))).json(),
        *[each.json() for each in await clerk.look(lambda r: r.list_versions("Patient", "p"))],
        *[each.json() for _, each in await clerk.look(lambda r: r.list_changes("Patient"))],
        (await clerk.search("Patient", _id="p")).matches[0].json(),
        (await clerk.search("Observation", _include="Observation:subject")).included[0].json(),
        (await clerk.search("Patient", _revinclude="Observation:subject")).matches[0].json(),
        (await clerk.find_one("Patient", "_id=p")).json(),
    ]
    for answer in answers:
        assert "telecom" not in answer
        assert "text" not in answer
        assert told(answer)
    value = (await clerk.search("Patient", _revinclude="Observation:subject")).included[0].json()
    assert "valueQuantity" not in value
    assert not told(await everyone.read("Patient", "p"))
    await everyone.put(patient("q"))
    assert not told(await clerk.read("Patient", "q"))


async def test_they_cannot_be_searched_sorted_or_chained_by(ada, somebody):
    clerk: Somebody = somebody("clerk")
    for type_, params in (
        ("Patient", [("telecom", "555-0100")]), ("Patient", [("phone", "555-0100")]), ("Patient", [("phone:missing", "false")]),
        ("Observation", [("value-quantity", "1.1")]), ("Observation", [("_sort", "value-quantity")]),
        ("Observation", [("code-value-quantity", "8867-4$1.1")]), ("Observation", [("combo-code", "8867-4")]),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            await clerk.search(type_, *params)
    for type_, chain in (
        ("Observation", "subject:Patient.phone"),
        ("Patient", "_has:Observation:patient:value-quantity"),
    ):
        with pytest.raises(Forbidden):
            await clerk.ids(type_, (chain, "1"))
    assert await clerk.ids("Observation", code="8867-4") == {"o"}
    with pytest.raises(Forbidden):
        await clerk.find_one("Patient", "phone=555-0100")


async def test_who_edits_without_seeing_them_keeps_them(ada, everyone: Somebody, somebody):
    clerk: Somebody = somebody("clerk")
    seen = await clerk.read("Patient", "p")
    stored, _ = await clerk.put(seen | {"gender": "other", "telecom": [{"value": "mine"}], "_telecom": [{"id": "x"}]})
    assert "telecom" not in stored.json()
    whole = await everyone.read("Patient", "p")
    assert (whole["telecom"], whole["gender"], "_telecom" in whole) == (PHONE, "other", False)
    assert whole["text"]["div"] == "<div>555-0100</div>"
    assert not told(whole)
    patched = await clerk.patch("Patient", "p", lambda p: p | {"birthDate": "1980"})
    assert "telecom" not in patched.json()
    assert (await everyone.read("Patient", "p"))["telecom"] == PHONE
    result, _ = await clerk.put(observation("Patient/p", id="o", status="amended"))
    assert "valueQuantity" not in result.json()
    assert (await everyone.read("Observation", "o"))["valueQuantity"] == {"value": Decimal("1.10")}


async def test_what_a_patch_is_given_holds_none_of_them(ada, somebody):
    given: list[dict] = []
    await somebody("clerk").patch("Patient", "p", lambda p: given.append(p) or p)
    assert "telecom" not in given[0]


async def test_in_a_transaction_they_are_not_put_back_so_changes_are_refused_before_any_test_of_a_patch(
    ada, everyone, somebody
):
    clerk: Somebody = somebody("clerk")
    tried: list[dict] = []
    for refused in (
        entry("PUT", "Patient/p", patient("p")),
        entry("PATCH", "Patient/p", {"change": lambda p: tried.append(p) or p}),
        entry("PUT", "Observation/o", observation(id="o")),
        entry("PUT", "Patient?gender=female", patient()),
    ):
        with pytest.raises(Forbidden):
            await clerk.transact(refused)
    assert tried == []
    done = await clerk.transact(
        entry("POST", "Patient", patient(telecom=PHONE)),
        entry("PUT", "Group/g", {"resourceType": "Group", "id": "g", "type": "person", "actual": True}),
    )
    assert [done[n].status for n in (0, 1)] == ["created", "created"]
    assert await rows(everyone.gate, "SELECT max(ver) FROM resource") == [(1,)]


async def test_a_deleted_resource_that_is_brought_back_has_nothing_to_keep(ada, everyone: Somebody, somebody):
    await everyone.delete("Observation", "o")
    await everyone.delete("Patient", "p")
    await somebody("clerk").put(patient("p"))
    assert "telecom" not in await everyone.read("Patient", "p")


async def test_a_compartment_is_not_told_by_a_hidden_reference(ada, everyone, somebody, monkeypatch):
    from osler.access import compile as compile_module
    from tests.db.gate import conftest

    assert {
        each.id for each in (await somebody("clerk").search("Observation", compartment=("Patient", "p"))).matches
    } == {"o"}
    policy = conftest.load_policy(
        conftest._policy("x", "[[rules]]\nallow = ['view']\ntypes = ['*']\nhidden = ['Observation.performer']")
    )
    monkeypatch.setattr(compile_module, "role", lambda _: policy)
    with pytest.raises(Forbidden):
        await somebody("x").search("Observation", compartment=("Patient", "p"))
    assert {each.id for each in (await somebody("x").search("Patient", compartment=("Patient", "p"))).matches} == {"p"}


# -- pure ----------------------------------------------------------------------------------------------------------------


def stored(resource: dict) -> Stored:
    return Stored("Patient", "p", 1, NOW, json.encode(resource))


def test_nothing_hidden_or_nothing_there_leaves_the_bytes_as_they_are():
    whole = stored(patient("p"))
    assert shown(whole, frozenset()) is whole
    assert shown(whole, HIDDEN) is whole
    gone = Stored("Patient", "p", 2, NOW, b"", True)
    assert shown(gone, HIDDEN) is gone


@pytest.mark.parametrize(
    ("resource", "path", "left"),
    [
        ({"telecom": [1], "_telecom": [2], "x": 1}, "telecom", {"x": 1}),
        ({"valueQuantity": {}, "_valueString": {}, "value": 1, "valued": 1}, "value", {"valued": 1}),
        (
            {"name": [{"family": "a", "given": ["b"]}, {"family": "c"}, 5]},
            "name.family",
            {"name": [{"given": ["b"]}, {}, 5]},
        ),
        ({"component": [{"code": 1, "valueQuantity": 2}]}, "component.value", {"component": [{"code": 1}]}),
        ({"contact": {"name": {"text": "a"}}}, "contact.name.text", {"contact": {"name": {}}}),
        ({"a": 1}, "b.c", {"a": 1}),
        ({"a": "text"}, "a.c", {"a": "text"}),
    ],
)
def test_an_element_goes_in_every_form_it_is_written_in(resource, path, left):
    whole = {"resourceType": "Observation"} | deepcopy(resource)
    assert take_out(whole, frozenset((f"Observation.{path}", "Patient.x"))) == (resource != left)
    assert whole == {"resourceType": "Observation"} | left


def test_what_is_put_back_is_the_hidden_top_level_element_in_every_form():
    current = {"resourceType": "Observation", "valueQuantity": 1, "_valueQuantity": 2, "component": [3], "note": 4}
    sent = {"resourceType": "Observation", "valueString": 5, "component": [6], "status": 7, "note": 8}
    hidden = frozenset(("Observation.value", "Observation.component.code", "Patient.note"))
    assert put_back(sent, current, hidden) == {
        "resourceType": "Observation", "status": 7, "note": 8, "valueQuantity": 1, "_valueQuantity": 2, "component": [3],
    }  # fmt: skip


def test_our_own_tag_goes_and_others_stay():
    ours = json.decode(shown(stored(patient("p", telecom=PHONE)), HIDDEN).body)["meta"]["tag"][0]
    for meta, left in (
        ({"tag": [ours]}, {}),
        ({"tag": [{"code": "x"}, ours], "source": "s"}, {"meta": {"source": "s", "tag": [{"code": "x"}]}}),
        ({"source": "s"}, {"meta": {"source": "s"}}),
    ):
        assert put_back({"resourceType": "Patient", "meta": meta}, {}, HIDDEN) == {"resourceType": "Patient"} | left
    assert put_back({"resourceType": "Patient"}, {}, HIDDEN) == {"resourceType": "Patient"}


@pytest.mark.parametrize("meta", ["text", ["x"], {"tag": "x"}, {"tag": None}, None])
def test_what_has_yet_to_be_checked_may_be_of_any_shape(meta):
    put_back({"resourceType": "Patient", "meta": meta}, {}, HIDDEN)
