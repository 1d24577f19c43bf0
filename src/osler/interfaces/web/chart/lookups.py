"""What typeaheads answer: codes that the record already uses, and those of the code systems that are loaded."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.clinical.allergies.queries import list_known_codes as list_allergy_codes
from osler.clinical.problems.queries import list_known_codes as list_problem_codes
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.vocabulary import Words, options, with_suggestions

_LETTERS, _MOST = 2, 8


@permission(Permission.CHART_WRITE)
async def problems(desk: Desk) -> Response:
    async def read() -> Words:
        async with desk.reading("Condition codes", Action.SEARCH) as records:
            return await list_problem_codes(records)

    return await _answer(desk, await _words(desk, "problems", read), "diagnoses")


@permission(Permission.CHART_WRITE)
async def substances(desk: Desk) -> Response:
    return await _of_allergies(desk, "substances", 0, "allergens")


@permission(Permission.CHART_WRITE)
async def reactions(desk: Desk) -> Response:
    return await _of_allergies(desk, "reactions", 1, "")


async def _of_allergies(desk: Desk, what: str, place: int, kind: str) -> Response:
    async def read() -> Words:
        async with desk.reading("AllergyIntolerance codes", Action.SEARCH) as records:
            return (await list_allergy_codes(records))[place]

    return await _answer(desk, await _words(desk, what, read), kind)


async def _words(desk: Desk, what: str, read) -> Words:
    return await desk.office.vocabulary.words((what, desk.actor.roles, desk.actor.sites), read)


async def _answer(desk: Desk, words: Words, kind: str) -> Response:
    text = desk.request.query_params.get("q", "")[:80]
    view = options(words, text)
    if kind and len(text.strip()) >= _LETTERS:
        view = with_suggestions(view, await asyncio.to_thread(desk.office.suggest, kind, text, _MOST))
    return desk.fragment("components/typeahead_options.html", view=view)
