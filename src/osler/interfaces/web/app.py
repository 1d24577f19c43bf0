"""Every page of the staff app, as Starlette routes. The composition root mounts them at the root of the site."""

from __future__ import annotations

from starlette.routing import BaseRoute

from osler.interfaces.web import assets
from osler.interfaces.web.chart import pages as chart
from osler.interfaces.web.door import open_route, route
from osler.interfaces.web.patients import pages as patients
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
    ]
