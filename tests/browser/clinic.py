"""A small app around the components, with invented people and no store: what the browser tests drive."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from osler.interfaces.web import assets, page
from osler.interfaces.web.components import gallery
from osler.interfaces.web.components.forms import FieldGroup, FormField, SignIn, TypeaheadOption, TypeaheadOptions
from osler.interfaces.web.components.notes import NoteConflict
from osler.interfaces.web.components.people import PaletteGroup, PaletteItem, PaletteView, PersonHit
from osler.interfaces.web.components.problems import ProblemRow
from osler.interfaces.web.components.samples import chart, forms
from osler.interfaces.web.components.shell import Page
from osler.interfaces.web.components.states import ErrorView, Toast
from osler.interfaces.web.components.values import When
from osler.interfaces.web.security import SameOriginOnly

NAMES = (("Delgado", "Maria Elena"), ("Delgado", "Mario"), ("Ward", "Agnes"))


class Clinic:
    """The state of one test's clinic."""

    def __init__(self) -> None:
        self.problems = chart.PROBLEMS
        self.drafts: dict[str, tuple[str, int]] = {}
        self.away = False
        self.palette_delay = 0.0
        self.added = 0
        self.undone: list[str] = []

    def app(self) -> Starlette:
        routes = [
            assets.routes(),
            Route("/_ui", self.gallery),
            Route("/chart", self.chart),
            Route("/sign-in", self.sign_in),
            Route("/palette", self.palette),
            Route("/lookup/problems", self.lookup),
            Route("/patients/delgado/problems/add", self.problem_form),
            Route("/patients/delgado/problems", self.add_problem, methods=["POST"]),
            Route("/patients/delgado/notes/draft-1/draft", self.save_draft, methods=["POST"]),
            Route("/patients/{id}", self.opened),
            Route("/undo/{id}", self.undo, methods=["POST"]),
            Route("/lock", self.opened),
        ]
        return Starlette(routes=routes, middleware=[Middleware(SameOriginOnly)])

    async def gallery(self, request: Request) -> Response:
        frame = replace(_frame(request), title="Components")
        return page.page(request, "components/gallery.html", frame, sections=gallery.sections())

    async def chart(self, request: Request) -> Response:
        text, version = self.drafts.get("draft-1", (chart.EDITOR.text, 3))
        editor = replace(chart.EDITOR, text=text, version=str(version))
        summary = replace(chart.CHART_SUMMARY, problems=self.problems, editor=editor)
        return page.page(request, "components/chart_page.html", _frame(request), chart=summary)

    async def sign_in(self, request: Request) -> Response:
        return page.page(request, "components/sign_in_page.html", Page("Sign in"), view=SignIn("/sign-in"))

    async def opened(self, request: Request) -> Response:
        view = ErrorView(200, "Opened", str(request.url))
        return page.page(request, "components/error_page.html", _frame(request), view=view)

    async def palette(self, request: Request) -> Response:
        query = request.query_params["q"].lower()
        await asyncio.sleep(self.palette_delay)
        hits = [(family, given) for family, given in NAMES if family.lower().startswith(query)]
        items = tuple(
            PaletteItem(
                f"hit-{n}", "", f"/patients/{given.split()[0].lower()}", person=PersonHit(f"{n}", family, given, "")
            )
            for n, (family, given) in enumerate(hits)
        )
        groups = (PaletteGroup("Recent" if not query else "Patients", items),) if items else ()
        return page.fragment(request, "components/palette_options.html", view=PaletteView(query, groups))

    async def lookup(self, request: Request) -> Response:
        query = request.query_params["q"].lower()
        names = ("Essential hypertension", "Portal hypertension", "Asthma")
        found = tuple(TypeaheadOption(f"sct|{n}", name) for n, name in enumerate(names) if query in name.lower())
        return page.fragment(request, "components/typeahead_options.html", view=TypeaheadOptions(query, found))

    async def problem_form(self, request: Request) -> Response:
        return page.fragment(request, "components/form_fragment.html", form=forms.PROBLEM)

    async def add_problem(self, request: Request) -> Response:
        if self.away:
            return page.error(
                request, ErrorView(503, "Not saved.", "The record is away for a moment."), _frame(request)
            )
        typed = await request.form()
        name = str(typed["problem"])
        if not name:
            wrong = FormField("problem", "Problem", "typeahead", lookup="/lookup/problems", error="Say which problem")
            form = replace(forms.PROBLEM, groups=(FieldGroup((wrong,)),))
            return page.fragment(request, "components/form_fragment.html", form=form, status=422)
        row = ProblemRow("new", f"{name} [{typed['problem_code']}]", "/p", "Condition/new", new=True)
        self.problems = replace(self.problems, rows=(*self.problems.rows, row))
        self.added += 1
        toast = Toast(f"t{self.added}", "Problem added.", f"/undo/{self.added}")
        return page.updates(request, self.problems, toasts=(toast,))

    async def undo(self, request: Request) -> Response:
        self.problems = chart.PROBLEMS
        self.undone.append(request.path_params["id"])
        return page.updates(request, self.problems)

    async def save_draft(self, request: Request) -> Response:
        if self.away:
            return Response(status_code=503)
        typed = await request.form()
        text, version = self.drafts.get("draft-1", (chart.EDITOR.text, 3))
        if typed["version"] != str(version):
            conflict = NoteConflict(text, "J. Park, MA", When("09:31", "2026-11-21T09:31"))
            models: dict[str, Any] = {"conflict": conflict, "version": str(version)}
            return page.fragment(request, "components/note_conflict.html", status=409, **models)
        self.drafts["draft-1"] = (str(typed["text"]), version + 1)
        return JSONResponse({"version": str(version + 1), "saved": "09:27:00"})


def _frame(request: Request) -> Page:
    asked = request.query_params
    lock_after = int(asked.get("lock", "0"))
    theme, direction = asked.get("theme", "auto"), asked.get("dir", "ltr")
    return replace(chart.PAGE, theme=theme, direction=direction, lock_after=lock_after)  # type: ignore[arg-type]
