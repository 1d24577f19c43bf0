"""The rest of the search matrix as a client meets it: several types at once, scores, terminology, searches in bundles."""

from __future__ import annotations

from urllib.parse import quote

from tests.api.conftest import BASE, Api, bundle, entry, issue, observation, patient, unique
from tests.api.test_search import ids, link

SITE = "http://example.org/tags"


async def tagged(api: Api) -> tuple[str, list[str]]:
    """A tag, and the ids of a patient and two observations that have it, oldest first."""
    tag = unique("tag")
    meta = {"tag": [{"system": SITE, "code": tag}]}
    first = await api.made(patient(meta=meta))
    rest = [await api.made(observation(f"Patient/{first['id']}", meta=meta)) for _ in range(2)]
    return tag, [first["id"], *(each["id"] for each in rest)]


async def test_several_types_are_searched_at_once(api: Api):
    tag, made = await tagged(api)
    answer = (await api.get(f"?_type=Patient,Observation&_tag={tag}&_sort=-_lastUpdated")).json()
    assert (answer["total"], ids(answer)) == (3, made[::-1])
    assert link(answer, "self") == f"{BASE}/?_type=Patient,Observation&_tag={tag}&_sort=-_lastUpdated"
    assert sorted(ids((await api.get(f"?_tag={tag}")).json())) == sorted(made)
    assert ids((await api.get(f"?_type=Patient&_tag={tag}")).json()) == made[:1]
    form = f"_type=Observation&_tag={tag}".encode()
    posted = await api.ask("POST", "_search", form, content_type="application/x-www-form-urlencoded")
    assert sorted(ids(posted.json())) == sorted(made[1:])


async def test_pages_over_several_types_hold_everything_once(api: Api):
    tag, made = await tagged(api)
    for order in ("", "&_sort=_lastUpdated", "&_sort=-_id"):
        seen: list[str] = []
        url = f"?_type=Patient,Observation,Condition&_tag={tag}&_count=1{order}"
        while url:
            page = (await api.get(url.removeprefix(f"{BASE}/"))).json()
            seen, url = seen + ids(page), link(page, "next")
        assert (sorted(seen), len(seen)) == (sorted(made), 3)
        back: list[str] = []
        while url := link(page, "previous"):
            page = (await api.get(url.removeprefix(f"{BASE}/"))).json()
            back += ids(page)
        assert [*back[::-1], *seen[-1:]] == seen
        assert link(page, "next") is not None
    assert seen == sorted(made, reverse=True)


async def test_several_types_share_their_parameters(api: Api):
    tag, made = await tagged(api)
    answer = (await api.get(f"?_type=Observation&_tag={tag}&_include=*&_count=1")).json()
    assert made[0] in ids(answer)
    assert (await api.get(f"?_type=Patient,Observation&_tag={tag}&_summary=count")).json()["total"] == 3
    issue(await api.get("?_type=Patient,Observation&birthdate=2000"), 400, "invalid", "birthdate")
    issue(await api.get("?_type=Patient,Nothing"), 400, "invalid", "_type")
    issue(await api.get("?_type=Patient,Observation&_sort=status"), 400, "invalid", "_sort")


async def test_types_that_the_token_may_not_search_are_refused_by_name_and_passed_over_else(api: Api):
    tag, made = await tagged(api)
    token = await api.new_token("system/Patient.rs")
    issue(await api.ask("GET", f"?_type=Patient,Observation&_tag={tag}", token=token), 403, "forbidden")
    assert ids((await api.ask("GET", f"?_tag={tag}", token=token)).json()) == made[:1]


async def test_full_text_is_scored_and_sorted_by_score(api: Api):
    word = unique("word")
    low = await api.made(patient(name=[{"text": f"{word} and very many other words beside it"}]))
    high = await api.made(patient(name=[{"text": f"{word} {word}"}]))
    answer = (await api.get(f"Patient?_content={word}&active=true")).json()
    assert ids(answer) == [high["id"], low["id"]]
    scores = [each["search"]["score"] for each in answer["entry"]]
    assert 1 >= scores[0] > scores[1] > 0
    assert (await api.get(f"Patient?_content={word}&_summary=count")).json()["total"] == 2
    seen: list[str] = []
    url = f"Patient?_content={word}&_count=1&_sort=_score"
    while url:
        page = (await api.get(url.removeprefix(f"{BASE}/"))).json()
        seen, url = seen + ids(page), link(page, "next")
    assert seen == ids(answer)
    before = (await api.get(link(page, "previous").removeprefix(f"{BASE}/"))).json()
    assert (ids(before), link(before, "previous")) == (ids(answer)[:1], None)


async def test_a_value_set_of_the_record_says_which_codes_are_meant(api: Api):
    url = f"http://example.org/{unique('vs')}"
    codes = {"system": "http://loinc.org", "concept": [{"code": "8867-4"}]}
    await api.made({"resourceType": "ValueSet", "status": "active", "url": url, "compose": {"include": [codes]}})
    made = await api.made(observation())
    by = f"Observation?_id={made['id']}&"
    assert ids((await api.get(f"{by}code:in={url}")).json()) == [made["id"]]
    assert ids((await api.get(f"{by}code:not-in={url}")).json()) == []
    assert ids((await api.get(f"{by}_filter={quote(f'code in {url}')}")).json()) == [made["id"]]
    issue(await api.get(f"{by}code:in=http://example.org/unknown"), 400, "invalid", "code:in")


async def test_a_bundle_can_search_by_post(api: Api):
    tag, made = await tagged(api)
    asked = {"resourceType": "Parameters", "parameter": [{"name": "_tag", "valueString": tag}]}
    for kind in ("batch", "transaction"):
        sent = bundle(
            kind,
            entry("POST", "Patient/_search", asked),
            entry("POST", f"Observation/_search?_tag={tag}"),
            entry("POST", f"_search?_type=Patient,Observation&_tag={tag}"),
        )
        answer = (await api.post("", sent)).json()
        found = [sorted(ids(each["resource"])) for each in answer["entry"]]
        assert found == [made[:1], sorted(made[1:]), sorted(made)]
    refused = (await api.post("", bundle("batch", entry("POST", "Patient/_search", patient())))).json()
    assert refused["entry"][0]["response"]["status"].startswith("400")


async def test_quantities_written_by_another_process_are_converted(api: Api):
    from osler.store.store import open_store

    code = f"mg/({unique('1')}0.dL)".replace("mg/(1", "mg/(")
    value = {"value": 5, "unit": code, "system": "http://unitsofmeasure.org", "code": code}
    made = await api.made(observation(valueQuantity=value))
    other = await open_store(api.address.connect_args(), size=1)
    assert code in other.terms.units["g.m-3"]
    await other.close()
    size = code.removeprefix("mg/(").removesuffix(".dL)")
    asked = f"Observation?_id={made['id']}&value-quantity=5|http://unitsofmeasure.org|mg/({size}.dL)"
    assert ids((await api.get(quote(asked, safe="?=&|:/"))).json()) == [made["id"]]


async def test_what_is_current_is_a_list_that_nobody_keeps(api: Api):
    whose = {"reference": f"Patient/{(await api.made(patient()))['id']}"}
    system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
    made = [
        await api.made({"resourceType": "AllergyIntolerance", "patient": whose, "clinicalStatus": {"coding": [{"system": system, "code": code}]}})
        for code in ("active", "resolved")
    ]  # fmt: skip
    by = f"AllergyIntolerance?patient={whose['reference']}"
    assert ids((await api.get(f"{by}&_list=$current-allergies")).json()) == [made[0]["id"]]
    assert ids((await api.get(f"{by}&_list=%24current-drug-allergies")).json()) == []
    issue(await api.get("Observation?_list=$current-allergies"), 400, "invalid", "_list")
    issue(await api.get(f"{by}&_list=$current-worries"), 400, "not-supported", "_list")


async def test_what_a_lenient_search_cannot_follow_is_left_out_and_said(api: Api):
    made = await api.made(patient())
    path = f"Patient?_id={made['id']}&_include=Patient:shoe-shop"
    issue(await api.get(path), 400, "invalid", "_include")
    answer = (await api.get(path, prefer="handling=lenient")).json()
    assert [each["search"]["mode"] for each in answer["entry"]] == ["match", "outcome"]
    assert "_include" in answer["entry"][-1]["resource"]["issue"][0]["details"]["text"]
    assert link(answer, "self") == f"{BASE}/Patient?_id={made['id']}"
    empty = (await api.get(f"Patient?_id={made['id']}&identifier=,")).json()
    assert [each["search"]["mode"] for each in empty["entry"]] == ["match"]


async def test_a_long_list_is_posted_and_an_endless_one_refused(api: Api):
    tag, made = await tagged(api)
    form = "application/x-www-form-urlencoded"
    others = ",".join(f"none{n}" for n in range(1_000))
    for param, value in (("patient", made[0]), ("_id", ",".join(made[1:])), ("code:not", "other")):
        body = f"{param}={others},{value}&_tag={tag}".encode()
        answer = (await api.ask("POST", "Observation/_search", body, content_type=form)).json()
        assert sorted(ids(answer)) == sorted(made[1:])
    body = ("patient=" + ",".join(f"none{n}" for n in range(20_001))).encode()
    refused = await api.ask("POST", "Observation/_search", body, content_type=form)
    assert "split the list" in issue(refused, 422, "too-costly")["details"]["text"]
