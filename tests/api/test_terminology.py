"""The operations of the terminology service over HTTP, with code systems and value sets of the record among what they know."""

from __future__ import annotations

from typing import Any

import pytest

from osler.fhir.structure import faults
from tests.api.conftest import BASE, Api, issue, unique

GENDER = "http://hl7.org/fhir/administrative-gender"
GENDERS = "http://hl7.org/fhir/ValueSet/administrative-gender"
MAP = "http://hl7.org/fhir/ConceptMap/cm-address-use-v3"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def sent(**values: Any) -> dict[str, Any]:
    """Parameters; the kind of a value is by its Python type, names are written with underscores for dashes."""
    kinds = {str: "valueString", bool: "valueBoolean", int: "valueInteger"}
    parameters: list[dict[str, Any]] = []
    for name, given in values.items():
        for value in given if isinstance(given, list) else [given]:
            if isinstance(value, dict) and "resourceType" in value:
                made = {"resource": value}
            elif isinstance(value, dict):
                made = {"valueCodeableConcept" if "coding" in value else "valueCoding": value}
            else:
                made = {kinds[type(value)]: value}
            parameters.append({"name": name.replace("_", "-"), **made})
    return {"resourceType": "Parameters", "parameter": parameters}


def told(answer: Any) -> dict[str, Any]:
    """The plain parameters of an answer by name."""
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert faults(body) == []
    return {each["name"]: next(value for name, value in each.items() if name.startswith("value"))
            for each in body["parameter"] if any(name.startswith("value") for name in each)}  # fmt: skip


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    assert faults(answer.json()) == []
    return [each["code"] for each in answer.json()["expansion"].get("contains", [])]


@pytest.fixture(scope="session")
async def own(api: Api) -> dict[str, Any]:
    """A code system of the practice with a hierarchy, a value set over it that imports another, a map, a supplement."""
    url = f"http://practice.test/{unique('colors')}"
    concepts = [
        {"code": "color", "display": "Color", "concept": [
            {"code": "red", "display": "Red", "designation": [{"language": "es", "value": "Rojo"}]},
            {"code": "blue", "display": "Blue", "property": [{"code": "inactive", "valueBoolean": True}]},
        ]},
    ]  # fmt: skip
    system = await api.made({
        "resourceType": "CodeSystem", "url": url, "version": "1", "status": "active", "content": "complete",
        "caseSensitive": True, "concept": concepts,
    })  # fmt: skip
    inner = await api.made(value_set(f"{url}/inner", {"system": url}))
    outer = await api.made(value_set(f"{url}/outer", {"valueSet": [f"{url}/inner"]}))
    extra = [{"code": "red", "designation": [{"language": "fr", "value": "Rouge"}]}]
    await api.made({
        "resourceType": "CodeSystem", "url": f"{url}/names", "status": "active", "content": "supplement", "supplements": url,
        "concept": extra,
    })  # fmt: skip
    element = {"code": "red", "target": [{"code": "male", "equivalence": "wider"}]}
    await api.made({
        "resourceType": "ConceptMap", "url": f"{url}/map", "status": "active",
        "group": [{"source": url, "target": GENDER, "element": [element]}],
    })  # fmt: skip
    return {"url": url, "system": system["id"], "inner": inner["id"], "outer": outer["id"]}


def value_set(url: str, include: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "ValueSet", "url": url, "status": "active", "compose": {"include": [include]}}


async def test_a_code_is_looked_up_by_address_and_by_body(api: Api):
    by_address = told(await api.get(f"CodeSystem/$lookup?system={GENDER}&code=male"))
    coding = {"system": GENDER, "code": "male"}
    assert by_address == told(await api.post("CodeSystem/$lookup", sent(coding=coding)))
    assert by_address["display"] == "Male"


async def test_a_code_system_of_the_record_is_looked_up_with_its_supplement(api: Api, own):
    answer = await api.get(f"CodeSystem/$lookup?system={own['url']}&code=red&displayLanguage=fr")
    assert told(answer)["display"] == "Rouge"
    parts = [each["part"] for each in answer.json()["parameter"] if each["name"] == "designation"]
    assert {part["valueString"] for each in parts for part in each if part["name"] == "value"} == {"Rojo", "Rouge"}


async def test_what_is_not_there_is_told(api: Api):
    issue(await api.get(f"CodeSystem/$lookup?system={GENDER}&code=nobody"), 404, "not-found")
    issue(await api.get("CodeSystem/$lookup?system=http://nowhere.test&code=x"), 404, "not-found")
    issue(await api.get("ValueSet/$expand?url=http://nowhere.test"), 404, "not-found")
    issue(await api.get("ValueSet/nobody/$expand"), 404, "not-found")


async def test_wrong_parameters_are_told_by_name(api: Api):
    issue(await api.get("CodeSystem/$lookup"), 400, "invalid", "code")
    issue(await api.get(f"ValueSet/$expand?url={GENDERS}&count=x"), 400, "invalid", "count")
    issue(await api.get(f"ValueSet/$expand?url={GENDERS}&activeOnly=x"), 400, "invalid", "activeOnly")
    issue(await api.get(f"ValueSet/$expand?url={GENDERS}&date=soon"), 400, "invalid", "date")
    issue(await api.get(f"ValueSet/$expand?url={GENDERS}&url=x"), 400, "invalid", "url")
    issue(await api.get(f"ValueSet/$expand?url={GENDERS}&nonsense=1"), 400, "invalid", "Parameters")
    issue(await api.get(f"ValueSet/$expand?url={GENDERS}&system-version=x"), 400, "invalid", "system-version")
    issue(await api.post("ValueSet/$expand", {"resourceType": "Patient"}), 400, "invalid", "resourceType")
    lenient = await api.get(f"ValueSet/$expand?url={GENDERS}&nonsense=1", prefer="handling=lenient")
    assert len(codes(lenient)) == 4


async def test_a_value_set_is_expanded_filtered_and_paged(api: Api):
    every = codes(await api.get(f"ValueSet/$expand?url={GENDERS}"))
    assert every == ["male", "female", "other", "unknown"]
    assert codes(await api.get(f"ValueSet/$expand?url={GENDERS}&filter=fem")) == ["female"]
    page = await api.get(f"ValueSet/$expand?url={GENDERS}&offset=1&count=2")
    assert codes(page) == ["female", "other"]
    assert (page.json()["expansion"]["total"], page.json()["expansion"]["offset"]) == (4, 1)


async def test_value_sets_of_the_record_import_each_other(api: Api, own):
    for path in (f"ValueSet/$expand?url={own['url']}/outer", f"ValueSet/{own['outer']}/$expand"):
        assert codes(await api.get(path)) == ["color", "red", "blue"]
    assert codes(await api.get(f"ValueSet/{own['outer']}/$expand?activeOnly=true")) == ["color", "red"]
    nested = (await api.get(f"ValueSet/{own['inner']}/$expand?excludeNested=false")).json()["expansion"]["contains"]
    assert [[each["code"] for each in top["contains"]] for top in nested] == [["red", "blue"]]


async def test_a_value_set_that_is_sent_along_is_expanded(api: Api):
    filter_ = {"property": "concept", "op": "is-a", "value": "_ActCoverageTypeCode"}
    body = sent(valueSet=value_set("http://x.test", {"system": ACT, "filter": [filter_]}), count=5)
    assert codes(await api.post("ValueSet/$expand", body))[0] == "_ActCoverageTypeCode"


async def test_value_sets_that_import_each_other_in_a_circle_are_refused(api: Api):
    one, other = (f"http://practice.test/{unique('circle')}" for _ in range(2))
    await api.made(value_set(one, {"valueSet": [other]}))
    await api.made(value_set(other, {"valueSet": [one]}))
    answer = await api.get(f"ValueSet/$expand?url={one}")
    assert "imports itself" in issue(answer, 400, "invalid")["details"]["text"]


async def test_codes_are_validated(api: Api, own):
    path = f"ValueSet/$validate-code?url={GENDERS}&system={GENDER}"
    assert told(await api.get(f"{path}&code=male")) == {"result": True, "display": "Male"}
    assert told(await api.get(f"{path}&code=male&display=Man"))["result"] is False
    assert told(await api.get(f"{path}&code=nobody"))["result"] is False
    assert told(await api.get(f"ValueSet/$validate-code?url={GENDERS}&code=male"))["result"] is True
    concept = {"coding": [{"system": own["url"], "code": "red"}, {"system": GENDER, "code": "male"}]}
    assert told(await api.post("ValueSet/$validate-code", sent(url=GENDERS, codeableConcept=concept)))["result"] is True
    by_id = await api.post(f"CodeSystem/{own['system']}/$validate-code", sent(code="red", display="rojo"))
    assert told(by_id)["result"] is True
    assert told(await api.get(f"CodeSystem/$validate-code?url={GENDER}&code=nobody"))["result"] is False
    issue(await api.get(f"ValueSet/$validate-code?url={GENDERS}"), 400, "invalid", "code")


async def test_codes_are_translated_there_and_back(api: Api, own):
    answer = await api.get(f"ConceptMap/$translate?url={MAP}&system=http://hl7.org/fhir/address-use&code=home")
    assert told(answer)["result"] is True
    match = next(each["part"] for each in answer.json()["parameter"] if each["name"] == "match")
    assert {"name": "equivalence", "valueCode": "equal"} in match
    coding = {"system": GENDER, "code": "male"}
    back = await api.post("ConceptMap/$translate", sent(coding=coding, targetsystem=own["url"], reverse=True))
    assert told(back)["result"] is True
    parts = [part for each in back.json()["parameter"] if each["name"] == "match" for part in each["part"]]
    assert {"name": "equivalence", "valueCode": "narrower"} in parts
    none = await api.get(f"ConceptMap/$translate?url={MAP}&system=http://hl7.org/fhir/address-use&code=nobody")
    assert told(none)["result"] is False


async def test_subsumption_is_told(api: Api, own):
    path = f"CodeSystem/$subsumes?system={own['url']}"
    assert told(await api.get(f"{path}&codeA=color&codeB=red")) == {"outcome": "subsumes"}
    assert told(await api.get(f"{path}&codeA=red&codeB=color")) == {"outcome": "subsumed-by"}
    by_id = f"CodeSystem/{own['system']}/$subsumes?codeA=red&codeB=blue"
    assert told(await api.get(by_id)) == {"outcome": "not-subsumed"}
    issue(await api.get(f"{path}&codeA=color&codeB=nobody"), 400, "invalid", "codeB")


async def test_a_closure_table_that_was_changed_by_others_is_begun_anew(api: Api, own):
    name, red = unique("colors"), {"system": own["url"], "code": "red"}
    await api.post("$closure", sent(name=name))
    assert (await api.post("$closure", sent(name=name, concept=red))).status_code == 200
    kept = (await api.get(f"ConceptMap?title={name}")).json()["entry"][0]["resource"]
    for change in ({"version": "one"}, {"group": [{"element": [{"target": [{"equivalence": "equal"}]}]}]}):
        assert (await api.put(f"ConceptMap/{kept['id']}", {**kept, **change})).status_code == 200
        issue(await api.post("$closure", sent(name=name, concept=red)), 400, "invalid", "name")
    assert (await api.post("$closure", sent(name=name))).json()["version"] == "0"


@pytest.mark.parametrize("scope", ["system/ConceptMap.rs", "system/ConceptMap.u", "system/ConceptMap.cud"])
async def test_a_closure_table_takes_the_right_to_write_one(api: Api, own, scope: str):
    name, red = unique("table"), {"system": own["url"], "code": "red"}
    token = await api.new_token(scope)
    for body in (sent(name=name), sent(name=name, concept=red)):
        issue(await api.ask("POST", "$closure", body, token=token), 403, "forbidden")
    again = await api.ask("POST", "$closure", sent(name=name, version="1"), token=token)
    issue(again, 404, "not-found", "name") if scope.endswith(".rs") else issue(again, 403, "forbidden")


async def test_a_coding_in_parts_has_texts(api: Api):
    parts = [{"name": "system", "valueInteger": 1}, {"name": "code", "valueBoolean": True}]
    asked = {"resourceType": "Parameters", "parameter": [{"name": "coding", "part": parts}]}
    for operation in ("CodeSystem/$lookup", "CodeSystem/$validate-code", "ConceptMap/$translate"):
        issue(await api.post(operation, asked), 400, "invalid", "coding")


async def test_a_closure_table_grows_and_can_be_told_again(api: Api, own):
    name = unique("table")
    red, color = ({"system": own["url"], "code": code} for code in ("red", "color"))
    issue(await api.post("$closure", sent(name=name, concept=red)), 404, "not-found", "name")
    begun = (await api.post("$closure", sent(name=name))).json()
    assert (begun["resourceType"], begun["version"]) == ("ConceptMap", "0")
    assert "group" not in (await api.post("$closure", sent(name=name, concept=red))).json()
    grown = (await api.post("$closure", sent(name=name, concept=[color, red]))).json()
    assert faults(grown) == []
    rows = [{"code": "red", "target": [{"code": "color", "equivalence": "subsumes"}]}]
    assert (grown["version"], grown["group"][0]["element"]) == ("2", rows)
    again = (await api.post("ConceptMap/$closure", sent(name=name, version="1"))).json()
    assert again["group"] == grown["group"]
    assert "group" not in (await api.post("$closure", sent(name=name, version="2"))).json()
    issue(await api.post("$closure", sent(name=name, version="9")), 400, "invalid", "version")
    issue(
        await api.post("$closure", sent(name=name, concept={"system": own["url"], "code": "x"})),
        400,
        "invalid",
        "concept",
    )
    assert (await api.post("$closure", sent(name=name))).json()["version"] == "0"


async def test_who_may_not_read_a_type_gets_no_answers_of_it(api: Api, own):
    token = await api.new_token("system/Patient.rs system/ValueSet.rs")
    issue(await api.ask("GET", f"CodeSystem/$lookup?system={GENDER}&code=male", token=token), 403, "forbidden")
    assert codes(await api.ask("GET", f"ValueSet/$expand?url={GENDERS}", token=token))
    hidden = await api.ask("GET", f"ValueSet/$expand?url={own['url']}/inner", token=token)
    issue(hidden, 501, "not-supported")  # the code system behind it is, for this token, not there
    answer = await api.http.get(f"{BASE}/CodeSystem/$lookup?system={GENDER}&code=male")
    assert answer.status_code == 401


async def test_each_question_leaves_one_audit_row_without_values(fresh_api: Api):
    await fresh_api.get(f"ValueSet/$expand?url={GENDERS}&filter=secret")
    assert (await fresh_api.audited())[-1][0] == "ValueSet/$expand?filter&url"
    assert not any("secret" in what for what, _, _ in await fresh_api.audited())


async def test_the_capabilities_name_the_operations(api: Api):
    rest = (await api.http.get(f"{BASE}/metadata")).json()["rest"][0]
    said = {each["type"]: {one["name"] for one in each.get("operation", ())} for each in rest["resource"]}
    assert said["CodeSystem"] == {"lookup", "subsumes", "validate-code"}
    assert said["ValueSet"] == {"expand", "validate-code"}
    assert rest["operation"][0]["name"] == "closure"
    terminology = (await api.http.get(f"{BASE}/metadata?mode=terminology")).json()
    versions = {each["uri"]: each.get("version", [{}]) for each in terminology["codeSystem"]}
    assert versions["http://hl7.org/fhir/sid/icd-10-cm"][0]["isDefault"] is True
    assert GENDER in versions


async def test_hostile_value_sets_are_refused(api: Api):
    bad: list[dict[str, Any]] = [{"system": 5}, {"system": ACT, "filter": [{}]}, {"system": ACT, "concept": "x"}]
    for include in bad:
        answer = await api.post("ValueSet/$expand", sent(valueSet=value_set("http://x.test", include)))
        assert answer.status_code == 400, answer.text
    evil = {"property": "display", "op": "regex", "value": "((a+)+)+(b|b)*x{900}"}
    include = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "filter": [evil]}
    answer = await api.post("ValueSet/$expand", sent(valueSet=value_set("http://x.test", include)))
    assert answer.status_code in (400, 422)


async def test_operations_can_be_asked_in_a_batch(api: Api):
    entries = [
        {"request": {"method": "GET", "url": f"CodeSystem/$lookup?system={GENDER}&code={code}"}}
        for code in ("male", "x")
    ]
    answer = await api.post("", {"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert [each["response"]["status"][:3] for each in answer.json()["entry"]] == ["200", "404"]
