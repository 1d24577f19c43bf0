"""Every page of the staff app, as Starlette routes. The composition root mounts them at the root of the site."""

from __future__ import annotations

from starlette.routing import BaseRoute

from osler.interfaces.web import assets, gallery, missing
from osler.interfaces.web.account import pages as account
from osler.interfaces.web.chart import charting, lookups, notes
from osler.interfaces.web.chart import pages as chart
from osler.interfaces.web.door import open_route, route
from osler.interfaces.web.patients import pages as patients
from osler.interfaces.web.record import pages as record
from osler.interfaces.web.signin import pages as signin

POST = ("POST",)


def web_routes() -> list[BaseRoute]:
    """They expect an `Office` at `app.state.office`."""
    here = "/patients/{patient}"
    return [
        assets.routes(),
        open_route("/sign-in", signin.show_sign_in),
        open_route("/sign-in", signin.take_password, POST),
        open_route("/sign-in/code", signin.take_code, POST),
        open_route("/sign-out", signin.sign_out, ("GET", "POST")),
        open_route("/lock", signin.lock),
        open_route("/unlock", signin.take_unlock, POST),
        route("/password", signin.show_password),
        route("/password", signin.set_password, POST),
        route("/account", account.show),
        route("/account/codes", account.begin, POST),
        route("/account/codes/confirm", account.confirm, POST),
        route("/account/codes/remove", account.remove, POST),
        route("/", patients.front),
        route("/patients", patients.search),
        route("/palette", patients.palette),
        route(here, chart.summary),
        route(f"{here}/problems", chart.problems),
        route(f"{here}/medications", chart.medications),
        route(f"{here}/allergies", chart.allergies),
        route(f"{here}/vitals", chart.vitals),
        route(f"{here}/results", chart.results),
        route(f"{here}/timeline", chart.whole_timeline),
        *_charting(here),
        route("/lookup/problems", lookups.problems),
        route("/lookup/substances", lookups.substances),
        route("/lookup/reactions", lookups.reactions),
        route("/record/{type}/{id}", record.one),
        route("/record/{type}", record.several),
        route("/_ui", gallery.show),
        route("/favicon.ico", missing.no_icon),
        route("/{rest:path}", missing.show),
    ]


def _charting(here: str) -> list[BaseRoute]:
    note = f"{here}/notes/{{id}}"
    return [
        route(f"{here}/notes", notes.listed),
        route(note, notes.shown),
        route(f"{note}/edit", notes.edit),
        route(f"{note}/draft", notes.save_draft, POST),
        route(f"{note}/sign", notes.sign, POST),
        route(f"{note}/addendum", notes.addendum_ask),
        route(f"{note}/addendum", notes.addendum, POST),
        route(f"{here}/notes/new/{{key}}/draft", notes.save_draft, POST),
        route(f"{here}/notes/new/{{key}}/sign", notes.sign, POST),
        route(f"{here}/vitals/add", charting.vitals_new),
        route(f"{here}/vitals/add", charting.vitals_add, POST),
        route(f"{here}/problems/add", charting.problem_new),
        route(f"{here}/problems/add", charting.problem_add, POST),
        route(f"{here}/problems/{{id}}", chart.one_problem),
        route(f"{here}/problems/{{id}}/resolve", charting.problem_resolve_form),
        route(f"{here}/problems/{{id}}/resolve", charting.problem_resolve, POST),
        route(f"{here}/allergies/add", charting.allergy_new),
        route(f"{here}/allergies/add", charting.allergy_add, POST),
        route(f"{here}/allergies/none", charting.no_allergies, POST),
        route(f"{here}/undo/{{id}}", charting.undo, POST),
        route(f"{here}/{{section}}/{{id}}/withdraw", charting.withdraw_ask),
        route(f"{here}/{{section}}/{{id}}/withdraw", charting.withdraw, POST),
        route(f"{here}/details", patients.details),
    ]
