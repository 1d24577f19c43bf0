"""`encode`, `decode`, `escape`, `unescape` (https://hl7.org/fhirpath/#additional-string-functions)."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable

from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.functions.registry import gives_items
from osler.fhir.path.nodes import EMPTY, Items
from osler.fhir.path.values import MOST_TEXT, single_text

Change = Callable[[str], str]

_ENCODE: dict[str, Change] = {
    "hex": lambda text: text.encode().hex(),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "urlbase64": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
}
_DECODE: dict[str, Change] = {
    "hex": lambda text: bytes.fromhex(text).decode(),
    "base64": lambda text: base64.b64decode(text, validate=True).decode(),
    "urlbase64": lambda text: base64.b64decode(text, b"-_", validate=True).decode(),
}
_ESCAPE: dict[str, Change] = {
    "html": lambda text: html.escape(text, quote=True),
    "json": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
}
_UNESCAPE: dict[str, Change] = {
    "html": html.unescape,
    "json": lambda text: str(json.loads(f'"{text}"' if '"' not in text.replace('\\"', "") else json.dumps(text))),
}


def _enter(name: str, ways: dict[str, Change]) -> None:
    @gives_items(name, 1)
    def _apply(items: Items, env: Environment, way: Items) -> Items:
        text, chosen = single_text(items, f"{name}()"), single_text(way, f"{name}()")
        if text is None or chosen is None:
            return EMPTY
        if chosen not in ways:
            fail(f"{name}() does not know this form")
        if len(text) > MOST_TEXT // 6:
            fail("a text gets too long")
        env.spend(1 + len(text) // 20)
        try:
            return [ways[chosen](text)]
        except (ValueError, UnicodeError):
            return fail(f"{name}() was given a text that is not in this form")


_enter("encode", _ENCODE)
_enter("decode", _DECODE)
_enter("escape", _ESCAPE)
_enter("unescape", _UNESCAPE)
