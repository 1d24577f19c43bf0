"""From view-models to an answer: the template environment, and what every page and fragment has in common.

    return page(request, "chart/summary.html", Page(title="…"), chart=chart)
    return fragment(request, "chart/problem_form.html", form=form, status=422)

Templates stand beside the code that fills them; names are paths below `interfaces/web`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from osler.interfaces.web.assets import asset
from osler.interfaces.web.components import format
from osler.interfaces.web.components.shell import Density, Page, Theme
from osler.interfaces.web.components.states import ErrorView, Toast
from osler.interfaces.web.security import new_nonce, page_headers
from osler.render.qr import TooLong, qr_code
from osler.render.svg.sparkline import Sparkline, sparkline
from osler.render.svg.trend import Trend, trend_chart

HERE = Path(__file__).parent
FHIR_VIEW = "/record/"
"""Where a resource or search is shown as FHIR to the person signed in: `/record/Condition/12`."""

_nonce: ContextVar[str] = ContextVar("nonce")


def page(request: Request, template: str, frame: Page, *, status: int = 200, **models: Any) -> Response:
    """A whole page. Theme and density come from the person's cookies where `frame` leaves them open."""
    return _answer(template, status, frame=with_preferences(frame, request.cookies), **models)


def fragment(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **models: Any
) -> Response:
    """Part of a page, for htmx or for our own elements."""
    del request
    return _answer(template, status, headers, **models)


def updates(request: Request, *changed: Any, toasts: Sequence[Toast] = ()) -> Response:
    """What a form in the panel answers when it is done: the changed cards (their view-models) and a message.

    Each card replaces the one with its id, wherever it stands; the panel is left empty and so closes.
    """
    return fragment(request, "components/updates.html", changed=changed, toasts=toasts)


def error(request: Request, view: ErrorView, frame: Page) -> Response:
    """An error as a whole page, or as one message when only a fragment was asked for.

    Nothing else on the page changes.
    """
    if wants_fragment(request):
        return _answer("components/error_message.html", view.status, {"Osler-Fragment": "message"}, view=view)
    return page(request, "components/error_page.html", frame, status=view.status, view=view)


def wants_fragment(request: Request) -> bool:
    """Whether htmx or one of our elements asked, rather than a person going to the address."""
    return request.headers.get("hx-request") == "true" or request.headers.get("osler-request") == "fragment"


def with_preferences(frame: Page, cookies: Mapping[str, str]) -> Page:
    theme, density = cookies.get("osler_theme"), cookies.get("osler_density")
    if frame.theme == "auto" and theme in ("light", "dark"):
        frame = replace(frame, theme=cast(Theme, theme))
    if frame.density == "regular" and density in ("compact", "roomy"):
        frame = replace(frame, density=cast(Density, density))
    return frame


def render(template: str, nonce: str, **models: Any) -> str:
    """The text of a template. The nonce is in scope while it renders, for macros too."""
    token = _nonce.set(nonce)
    try:
        return environment().get_template(template).render(**models)
    finally:
        _nonce.reset(token)


def _answer(template: str, status: int, headers: Mapping[str, str] | None = None, **models: Any) -> Response:
    nonce = new_nonce()
    return HTMLResponse(render(template, nonce, **models), status, {**page_headers(nonce), **(headers or {})})


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Jinja, escaping everything, refusing names that were not given."""
    made = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
        auto_reload=False,  # they come with the package: looking for changes would be a call of the system for each
    )
    made.globals.update(
        asset=asset, nonce=_nonce.get, hx=hx, icon=icon, fhir_address=fhir_address, paragraphs=paragraphs,
        draw_spark=draw_spark, draw_trend=draw_trend, draw_qr=draw_qr, plural=format.plural, joined=format.joined,
    )  # fmt: skip
    return made


def hx(**attributes: str | None) -> Markup:
    """htmx attributes with the nonce they need: `{{ hx(get=address, target="#panel") }}`.

    `status_422` becomes `hx-status:422`.

    The only way a template may give an element behaviour: written by hand, the nonce would be forgotten.
    """
    parts = [f'hx-{_attribute(name)}="{escape(value)}"' for name, value in attributes.items() if value is not None]
    return Markup(" ".join([*parts, f'hx-nonce="{_nonce.get()}"']))  # noqa: S704  (every value is escaped above)


def _attribute(name: str) -> str:
    return name.replace("status_", "status:") if name.startswith("status_") else name.replace("_", "-")


@lru_cache(maxsize=512)
def icon(name: str, label: str = "") -> Markup:
    """A drawing from the sprite; without a label it is for the eye only."""
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="icon" {said}><use href="{asset("icons.svg")}#{escape(name)}"/></svg>')  # noqa: S704


def fhir_address(reference: str) -> str:
    return FHIR_VIEW + reference


def paragraphs(text: str) -> list[str]:
    """Plain text parted at blank lines."""
    return [part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def draw_spark(spark: Sparkline | None) -> Markup:
    return Markup(sparkline(spark)) if spark else Markup("")  # noqa: S704  (escapes its own text)


def draw_trend(trend: Trend) -> Markup:
    return Markup(trend_chart(trend))  # noqa: S704  (escapes its own text)


def draw_qr(text: str, label: str) -> Markup:
    """Nothing for a text that no code holds: it is always written beside it too."""
    try:
        return Markup(qr_code(text, label))  # noqa: S704  (holds nothing of the text but dark and light)
    except TooLong:
        return Markup("")
