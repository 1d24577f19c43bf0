"""What typeaheads answer: codes that the record already knows."""

from __future__ import annotations

from starlette.responses import Response

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.clinical.allergies.queries import list_known_codes as list_allergy_codes
from osler.clinical.problems.queries import list_known_codes as list_problem_codes
from osler.interfaces.web.components.forms import TypeaheadOptions
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.vocabulary import Words, options


@permission(Permission.CHART_WRITE)
async def problems(desk: Desk) -> Response:
    async def read() -> Words:
        async with desk.reading("Condition codes", Action.SEARCH) as records:
            return await list_problem_codes(records)

    return _answer(desk, await _words(desk, "problems", read))


@permission(Permission.CHART_WRITE)
async def substances(desk: Desk) -> Response:
    return await _of_allergies(desk, "substances", 0)


@permission(Permission.CHART_WRITE)
async def reactions(desk: Desk) -> Response:
    return await _of_allergies(desk, "reactions", 1)


async def _of_allergies(desk: Desk, what: str, place: int) -> Response:
    async def read() -> Words:
        async with desk.reading("AllergyIntolerance codes", Action.SEARCH) as records:
            return (await list_allergy_codes(records))[place]

    return _answer(desk, await _words(desk, what, read))


async def _words(desk: Desk, what: str, read) -> Words:
    return await desk.office.vocabulary.words((what, desk.actor.roles, desk.actor.sites), read)


def _answer(desk: Desk, words: Words) -> Response:
    view: TypeaheadOptions = options(words, desk.request.query_params.get("q", "")[:80])
    return desk.fragment("components/typeahead_options.html", view=view)
