"""The searches that US Core 6.1.0 demands, on its reference patients: nothing wrong in an answer, and nothing missing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest

from osler.store.embedded import Address
from tests.api import us_core
from tests.api.conftest import Api, serving
from tests.conftest import copied_database
from tests.shared import shared_data

MOST = 8
"""Queries of one search for one patient; there may be thousands of codes and dates."""

Resource = dict[str, Any]


@pytest.fixture(scope="module")
async def loaded(
    postgres: Address, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Api, dict[str, Resource]]]:
    """An API that holds the reference patients, and the same resources by `Type/id` as the bundles say them."""
    bundles = us_core.patients(shared_data("us-core"))
    folder = tmp_path_factory.mktemp("us-core")
    async with copied_database(postgres, template) as address, serving(address, folder) as api:
        resources: dict[str, Resource] = {}
        for bundle in bundles:
            answer = await api.post("", bundle)
            assert answer.status_code == 200, answer.text
            resources |= us_core.resolved(bundle, answer.json())
        yield api, resources


@pytest.mark.slow
async def test_every_demanded_search_answers_exactly_what_fits(
    loaded: tuple[Api, dict[str, Resource]], capsys: pytest.CaptureFixture[str]
) -> None:
    api, resources = loaded
    asked, found = Counter[str](), Counter[str]()
    for search in _searches():
        for query in _queries(search, resources):
            expected = {key for key, held in resources.items() if us_core.fits(search, held, query)}
            matches, _ = await _answer(api, search.type, query)
            assert set(matches) == expected, f"{search.type}?{urlencode(query)}"
            asked[_name(search)] += 1
            found[_name(search)] += bool(expected)
    with capsys.disabled():
        print(
            "\n" + "\n".join(f"{name:<60} {asked[name]:>4} asked {found[name]:>4} answered" for name in sorted(asked))
        )
    unasked = {_name(s) for s in _searches() if any(k.split("/")[0] == s.type for k in resources)} - set(asked)
    assert unasked == set()


@pytest.mark.slow
async def test_a_search_by_post_answers_as_one_by_get(loaded: tuple[Api, dict[str, Resource]]) -> None:
    api, resources = loaded
    for search in _searches():
        for query in _queries(search, resources)[:1]:
            by_get, _ = await _answer(api, search.type, query)
            form = urlencode([*query, ("_count", "1000")]).encode()
            answer = await api.post(f"{search.type}/_search", form, content_type="application/x-www-form-urlencoded")
            assert _keys(answer.json(), "match") == by_get


@pytest.mark.slow
async def test_provenance_comes_along_when_asked_for(loaded: tuple[Api, dict[str, Resource]]) -> None:
    api, resources = loaded
    for profile in us_core.profiles(shared_data("us-core")):
        for link in profile.revincludes:
            query = [("_revinclude", link)]
            matches, included = await _answer(api, profile.type, query)
            source = link.split(":")[0]
            expected = {k for k, held in resources.items() if k.startswith(source) and _points_at(held, set(matches))}
            assert set(included) == expected, f"{profile.type}?_revinclude={link}"


@pytest.mark.slow
async def test_demanded_includes_bring_what_is_pointed_at(loaded: tuple[Api, dict[str, Resource]]) -> None:
    api, resources = loaded
    paths = {"medication": "medicationReference", "participant": "participant.member"}
    for profile in us_core.profiles(shared_data("us-core")):
        for link in profile.includes:
            _, name, *kind = link.split(":")
            matches, included = await _answer(api, profile.type, [("_include", link)])
            held = [
                v["reference"]
                for m in matches
                for v in us_core.at(resources[m], paths.get(name, name))
                if "reference" in v
            ]
            expected = {key for key in held if key in resources and (not kind or key.startswith(f"{kind[0]}/"))} - set(
                matches
            )
            assert set(included) == expected, f"{profile.type}?_include={link}"


@pytest.mark.slow
async def test_roles_are_found_through_their_practitioner(loaded: tuple[Api, dict[str, Resource]]) -> None:
    api, resources = loaded
    for key, practitioner in resources.items():
        if not key.startswith("Practitioner/"):
            continue
        roles = {k for k, held in resources.items() if k.startswith("PractitionerRole/") and _points_at(held, {key})}
        identifier = practitioner["identifier"][0]
        written = f"{identifier['system']}|{identifier['value']}"
        assert roles <= set((await _answer(api, "PractitionerRole", [("practitioner.identifier", written)]))[0])
        family = practitioner["name"][0]["family"]
        assert roles <= set((await _answer(api, "PractitionerRole", [("practitioner.name", family)]))[0])


def _searches() -> list[us_core.Search]:
    return [search for profile in us_core.profiles(shared_data("us-core")) for search in profile.searches]


def _queries(search: us_core.Search, resources: dict[str, Resource]) -> list[list[tuple[str, str]]]:
    """Different queries, a few for every patient, read off resources that have what they ask for."""
    by_patient: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for resource in resources.values():
        if resource["resourceType"] == search.type:
            for query in us_core.queries(search, resource):
                patient = dict(query).get("patient", "").split("/")[-1]
                by_patient.setdefault(patient, {}).setdefault(urlencode(query), query)
    spread: list[list[tuple[str, str]]] = []
    for queries in by_patient.values():
        step = max(1, len(queries) // MOST)
        spread += list(queries.values())[::step][:MOST]
    return spread


def _name(search: us_core.Search) -> str:
    return f"{search.profile} {'+'.join(search.names)}"


async def _answer(api: Api, kind: str, query: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Keys of the matches and of what came along, over all pages."""
    answer = await api.get(f"{kind}?{urlencode([*query, ('_count', '1000')])}")
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["type"] == "searchset"
    assert not [link for link in page.get("link", []) if link["relation"] == "next"]
    assert page.get("total", len(_keys(page, "match"))) == len(_keys(page, "match"))
    await asyncio.sleep(0)
    return _keys(page, "match"), _keys(page, "include")


def _keys(page: Resource, mode: str) -> list[str]:
    entries = [entry for entry in page.get("entry", []) if entry["search"]["mode"] == mode]
    return [f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in entries]


def _points_at(value: Any, keys: set[str]) -> bool:
    if isinstance(value, list):
        return any(_points_at(item, keys) for item in value)
    if isinstance(value, dict):
        return value.get("reference") in keys or any(_points_at(inner, keys) for inner in value.values())
    return False
