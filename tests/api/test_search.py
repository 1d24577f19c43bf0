"""Searchsets: their links, totals, includes, and what is cut from them."""

from __future__ import annotations

from urllib.parse import quote

from tests.api.conftest import BASE, Api, issue, observation, patient, unique


async def some(api: Api, count: int) -> tuple[str, list[str]]:
    """A new patient with this many observations: its id and theirs."""
    subject = (await api.made(patient()))["id"]
    return subject, [(await api.made(observation(f"Patient/{subject}")))["id"] for _ in range(count)]


def ids(bundle: dict) -> list[str]:
    return [each["resource"]["id"] for each in bundle.get("entry", [])]


def link(bundle: dict, relation: str) -> str | None:
    return next((each["url"] for each in bundle["link"] if each["relation"] == relation), None)


async def test_a_searchset_says_what_was_found_and_where(api: Api):
    subject, found = await some(api, 2)
    path = f"Observation?patient={subject}&code={quote('http://loinc.org|8867-4')}"
    answer = (await api.get(path)).json()
    assert (answer["type"], answer["total"], sorted(ids(answer))) == ("searchset", 2, sorted(found))
    assert {each["fullUrl"] for each in answer["entry"]} == {f"{BASE}/Observation/{id_}" for id_ in found}
    assert {each["search"]["mode"] for each in answer["entry"]} == {"match"}
    assert link(answer, "self") == f"{BASE}/{path}"
    assert link(answer, "next") is None


async def test_an_empty_answer_has_no_entries(api: Api):
    answer = (await api.get(f"Patient?identifier={unique()}")).json()
    assert (answer["total"], "entry" in answer) == (0, False)


async def test_next_links_lead_through_everything_once(api: Api):
    subject, found = await some(api, 7)
    seen: list[str] = []
    url = f"Observation?patient={subject}&_count=3&_sort=-date"
    pages = 0
    while url:
        page = (await api.get(url.removeprefix(f"{BASE}/"))).json()
        seen, pages = seen + ids(page), pages + 1
        url = link(page, "next")
    assert (pages, sorted(seen), len(set(seen))) == (3, sorted(found), 7)
    assert link(page, "first") == f"{BASE}/Observation?patient={subject}&_count=3&_sort=-date"
    back: list[str] = []
    while url := link(page, "previous"):
        page = (await api.get(url.removeprefix(f"{BASE}/"))).json()
        assert link(page, "next") is not None
        back = ids(page) + back
    assert back == seen[: len(back)]
    assert len(back) == 6


async def test_a_search_by_post_is_the_same_search(api: Api):
    subject, found = await some(api, 3)
    form = f"patient={subject}&_count=2".encode()
    answer = await api.ask("POST", "Observation/_search", form, content_type="application/x-www-form-urlencoded")
    page = answer.json()
    assert len(ids(page)) == 2
    assert link(page, "self") == f"{BASE}/Observation?patient={subject}&_count=2"
    rest = (await api.get(link(page, "next").removeprefix(f"{BASE}/"))).json()
    assert sorted(ids(page) + ids(rest)) == sorted(found)
    both = await api.ask(
        "POST", f"Observation/_search?patient={subject}", b"_count=1", content_type="application/x-www-form-urlencoded"
    )
    assert len(ids(both.json())) == 1
    issue(await api.post("Observation/_search", {"a": 1}), 415, "not-supported")
    empty = await api.ask("POST", f"Observation/_search?patient={subject}")
    assert empty.json()["total"] == 3


async def test_includes_are_marked(api: Api):
    subject, found = await some(api, 1)
    answer = (await api.get(f"Observation?_id={found[0]}&_include=Observation:patient")).json()
    assert [(each["resource"]["resourceType"], each["search"]["mode"]) for each in answer["entry"]] == [
        ("Observation", "match"),
        ("Patient", "include"),
    ]
    back = (await api.get(f"Patient?_id={subject}&_revinclude=Observation:patient")).json()
    assert (back["total"], ids(back)) == (1, [subject, *found])


async def test_totals_are_counted_when_asked_for(api: Api):
    subject, _ = await some(api, 3)
    assert "total" not in (await api.get(f"Observation?patient={subject}&_count=2")).json()
    assert (await api.get(f"Observation?patient={subject}&_count=2&_total=accurate")).json()["total"] == 3
    assert "total" not in (await api.get(f"Observation?patient={subject}&_total=none")).json()
    for only in ("_count=0", "_summary=count"):
        answer = (await api.get(f"Observation?patient={subject}&{only}")).json()
        assert (answer["total"], "entry" in answer) == (3, False)


async def test_matches_are_cut_down_and_included_ones_are_not(api: Api):
    subject, found = await some(api, 1)
    answer = (await api.get(f"Observation?_id={found[0]}&_include=Observation:patient&_elements=subject")).json()
    match, included = (each["resource"] for each in answer["entry"])
    assert set(match) == {"resourceType", "id", "meta", "status", "code", "subject"}
    assert match["meta"]["tag"][0]["code"] == "SUBSETTED"
    assert "name" in included
    cut = (await api.get(f"Patient?_id={subject}&_summary=text")).json()
    assert set(ids(cut)) == {subject}
    assert "name" not in cut["entry"][0]["resource"]


async def test_an_unknown_parameter_is_refused_unless_the_client_is_lenient(api: Api):
    issue(await api.get("Patient?nickname=x"), 400, "invalid", "nickname")
    value = unique()
    await api.made(patient(identifier=[{"value": value}]))
    answer = (await api.get(f"Patient?identifier={value}&nickname=x&shoe-size=y", prefer="handling=lenient")).json()
    assert (answer["total"], [each["search"]["mode"] for each in answer["entry"]]) == (1, ["match", "outcome"])
    told = answer["entry"][1]["resource"]["issue"][0]
    assert told["severity"] == "warning"
    assert "nickname, shoe-size" in told["details"]["text"]
    assert link(answer, "self") == f"{BASE}/Patient?identifier={value}"


async def test_what_is_not_answered_yet_is_told_apart(api: Api):
    issue(await api.get("Patient?_query=x"), 400, "not-supported", "_query")
    issue(await api.get("Patient?_contained=true"), 400, "not-supported", "_contained")
    issue(await api.get("Patient?birthdate=soon"), 400, "invalid", "birthdate")
    issue(await api.get("Patient?_count=many"), 400, "invalid", "_count")
    issue(await api.get("Patient?name=%ff"), 400, "invalid")
    issue(await api.get("Patient?_cursor=x"), 400, "invalid")


async def test_a_compartment_holds_what_is_of_the_patient(api: Api):
    subject, found = await some(api, 2)
    await some(api, 1)
    answer = (await api.get(f"Patient/{subject}/Observation?code=8867-4")).json()
    assert sorted(ids(answer)) == sorted(found)
    assert link(answer, "self") == f"{BASE}/Patient/{subject}/Observation?code=8867-4"
    posted = await api.ask("POST", f"Patient/{subject}/Observation/_search", b"code=8867-4",
                           content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert posted.json()["total"] == 2
    whole = (await api.get(f"Patient/{subject}/*")).json()
    assert sorted(ids(whole)) == sorted([subject, *found])
    issue(await api.get(f"Patient/{subject}/Medication"), 400, "invalid")
    issue(await api.get(f"Device/{subject}/*"), 501, "not-supported")


async def test_pages_are_never_larger_than_the_settings_allow(api: Api):
    subject, _ = await some(api, 3)
    most = api.app.state.context.settings.max_count
    answer = await api.get(f"Observation?patient={subject}&_count={most * 10}")
    assert answer.json()["total"] == 3
