"""Look-up, validation, translation, subsumption and closure."""

from __future__ import annotations

from typing import Any

import pytest

from osler.core.errors import Invalid, NotFound, TooCostly, Unsupported
from osler.fhir.structure import faults
from osler.terminology.valuesets import Asked, Translating
from osler.terminology.valuesets.operations import closure
from osler.terminology.valuesets.operations.closure import Code, Table, as_concept_map, since
from tests.unit.terminology.valuesets.conftest import CODES, DRINKS, FOOD, NOW, code_system, terminology, value_set

T = terminology()


def properties(answer: dict[str, Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for each in answer["parameter"]:
        if each["name"] == "property":
            parts = {part["name"]: next(v for k, v in part.items() if k != "name") for part in each["part"]}
            found.setdefault(parts["code"], []).append(parts["value"])
    return found


def test_look_up_tells_all_there_is():
    answer = T.lookup("apple", FOOD, languages=("es",))
    assert faults(answer) == []
    told = {each["name"]: each.get("valueString") for each in answer["parameter"]}
    assert (told["name"], told["version"], told["display"]) == ("Food", "2", "Manzana")
    assert properties(answer) == {"color": ["green"], "weight": [100], "inactive": [False], "parent": ["fruit"]}
    assert properties(T.lookup("fruit", FOOD))["child"] == ["apple", "pear", "tomato"]
    assert "What grows on trees." in str(T.lookup("fruit", FOOD))


def test_look_up_can_be_narrowed_to_properties():
    answer = T.lookup("apple", FOOD, properties=["color", "lang.es"])
    assert properties(answer) == {"color": ["green"]}
    assert str(answer).count("'designation'") == 1


def test_look_up_by_the_code_as_the_system_compares_it(catalog):
    assert T.lookup("tea", DRINKS)["parameter"][1]["valueString"] == "Tea"
    with pytest.raises(NotFound):
        T.lookup("APPLE", FOOD)
    with pytest.raises(NotFound, match="2"):
        T.lookup("apple", FOOD, "7")
    released = terminology(releases=catalog)
    assert "Asthma" in str(released.lookup("B", CODES, "1"))
    with pytest.raises(NotFound, match="part"):
        released.lookup("B", CODES)


@pytest.mark.parametrize(
    ("asked", "result"),
    [
        (Asked("apple", FOOD), True),
        (Asked("apple", FOOD, display="APPLE"), True),
        (Asked("apple", FOOD, display="manzana"), True),
        (Asked("apple", FOOD, display="pear"), False),
        (Asked("nothing", FOOD), False),
        (Asked("apple", DRINKS), False),
        (Asked("apple", "http://gone.test"), False),
        (Asked("food", FOOD), False),
        (Asked("salt", FOOD), True),
    ],
)
def test_codes_are_in_a_value_set_or_not(asked: Asked, result: bool):
    verdict = T.validate_in_value_set([asked], value_set("http://v.test", {"system": FOOD}))
    assert verdict.result is result
    assert faults(verdict.parameters()) == []
    assert result or verdict.message


def test_abstract_codes_are_right_where_that_is_asked_for():
    assert T.validate_in_value_set(
        [Asked("food", FOOD)], value_set("http://v.test", {"system": FOOD}), abstract=True
    ).result


def test_the_system_of_a_code_alone_is_inferred():
    one = value_set("http://v.test", {"system": FOOD}, {"system": DRINKS})
    assert T.validate_in_value_set([Asked("pear")], one, infer_system=True).result is True
    assert T.validate_in_value_set([Asked("pear")], one).result is False
    assert T.validate_in_value_set([Asked("nothing")], one, infer_system=True).result is False


def test_one_right_coding_is_enough_and_what_cannot_be_told_is_not_confirmed(catalog):
    one = value_set("http://v.test", {"system": FOOD}, {"system": CODES})
    asked = [Asked("x", FOOD), Asked("pear", FOOD)]
    assert terminology(releases=catalog).validate_in_value_set(asked, one).display == "Pear"
    unsure = terminology(releases=catalog).validate_in_value_set([Asked("x", FOOD), Asked("Q", CODES)], one)
    assert unsure.result is None
    assert unsure.parameters()["parameter"][0]["valueBoolean"] is False
    assert "Not checked" in unsure.message


def test_codes_are_in_a_system_or_not(catalog):
    assert T.validate_in_system([Asked("pear")], FOOD).result is True
    assert T.validate_in_system([Asked("pear", DRINKS)], FOOD).result is False
    assert T.validate_in_system([Asked("pear")], "http://gone.test").result is None
    assert terminology(releases=catalog).validate_in_system([Asked("Q")], CODES).result is None
    given = code_system("http://x.test", [{"code": "y"}])
    assert T.validate_in_system([Asked("y")], given=given).result is True


def test_subsumption():
    assert T.subsumes("fruit", "tomato", FOOD) == "subsumes"
    assert T.subsumes("tomato", "food", FOOD) == "subsumed-by"
    assert T.subsumes("salt", "apple", FOOD) == "not-subsumed"
    assert T.subsumes("tea", "TEA", DRINKS) == "equivalent"
    with pytest.raises(Invalid):
        T.subsumes("x", "apple", FOOD)
    grouped = code_system("http://g.test", [{"code": "a", "concept": [{"code": "b"}]}], hierarchyMeaning="grouped-by")
    with pytest.raises(Unsupported):
        terminology(grouped).subsumes("a", "b", "http://g.test")


def concept_map(url: str, *elements: dict[str, Any], **group: Any) -> dict[str, Any]:
    whole = {"source": FOOD, "target": DRINKS, "element": list(elements), **group}
    return {"resourceType": "ConceptMap", "url": url, "status": "active", "group": [whole]}


CIDER = {
    "code": "apple",
    "target": [{"code": "CIDER", "equivalence": "wider", "dependsOn": [{"property": "http://p.test", "value": "old"}]}],
}
TEA = {"code": "pear", "target": [{"code": "TEA", "equivalence": "relatedto"}]}


def translated(
    maps: list[dict[str, Any]], asked: Translating, url: str = "http://m.test"
) -> tuple[bool, list[tuple[str, str]]]:
    answer = terminology(*maps).translate([asked], url)
    assert faults(answer) == []
    matches = [each["part"] for each in answer["parameter"] if each["name"] == "match"]
    found = [(m[0]["valueCode"], m[1].get("valueCoding", {}).get("code", "") if len(m) > 1 else "") for m in matches]
    return answer["parameter"][0]["valueBoolean"], found


def test_translation_follows_the_map_and_its_conditions():
    maps = [concept_map("http://m.test", CIDER, TEA)]
    assert translated(maps, Translating("pear", FOOD)) == (True, [("relatedto", "TEA")])
    assert translated(maps, Translating("apple", FOOD)) == (False, [])
    assert translated(maps, Translating("apple", FOOD, dependencies=(("http://p.test", "old"),))) == (
        True,
        [("wider", "CIDER")],
    )
    old = Translating("CIDER", DRINKS, reverse=True, dependencies=(("http://p.test", "old"),))
    assert translated(maps, old) == (True, [("narrower", "apple")])
    assert translated(maps, Translating("pear", FOOD, target_system="http://x.test")) == (False, [])


def test_translation_of_what_is_not_mapped():
    provided = concept_map("http://m.test", TEA, unmapped={"mode": "provided"})
    assert translated([provided], Translating("salt", FOOD)) == (True, [("equal", "salt")])
    fixed = concept_map("http://m.test", TEA, unmapped={"mode": "fixed", "code": "CIDER"})
    assert translated([fixed], Translating("salt", FOOD)) == (True, [("inexact", "CIDER")])
    other = concept_map("http://m.test", unmapped={"mode": "other-map", "url": "http://n.test"})
    assert translated([other, concept_map("http://n.test", TEA)], Translating("pear", FOOD)) == (
        True,
        [("relatedto", "TEA")],
    )
    circle = concept_map("http://m.test", unmapped={"mode": "other-map", "url": "http://m.test"})
    assert translated([circle], Translating("salt", FOOD)) == (False, [])


def test_translation_without_naming_a_map():
    maps = [concept_map("http://m.test", TEA)]
    assert translated(maps, Translating("pear", FOOD, target_system=DRINKS), "") == (True, [("relatedto", "TEA")])
    with pytest.raises(Invalid):
        translated(maps, Translating("pear", FOOD), "")
    with pytest.raises(NotFound):
        translated(maps, Translating("pear", FOOD), "http://none.test")


def test_a_closure_grows_by_what_is_new():
    first = T.extend_closure(Table("t"), [Code(FOOD, "tomato")])
    second = T.extend_closure(
        first, [Code(FOOD, "food"), Code(FOOD, "fruit"), Code(FOOD, "tomato"), Code(DRINKS, "TEA")]
    )
    assert (first.version, second.version) == (1, 2)
    pairs = {(row.below.code, row.above.code) for row in since(second, 1)}
    assert pairs == {("tomato", "food"), ("tomato", "fruit"), ("fruit", "food")}
    assert T.extend_closure(second, [Code(FOOD, "food")]) is second
    assert since(second, 2) == []
    assert faults(as_concept_map(second, second.rows, now=NOW)) == []
    with pytest.raises(Invalid):
        since(second, 3)
    with pytest.raises(Invalid):
        T.extend_closure(second, [Code(FOOD, "nothing")])


def test_a_closure_has_an_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(closure, "MOST_CODES", 1)
    with pytest.raises(TooCostly):
        T.extend_closure(Table("t"), [Code(FOOD, "food"), Code(FOOD, "fruit")])
