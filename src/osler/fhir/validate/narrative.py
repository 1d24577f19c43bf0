"""Narrative is XHTML that may be shown as it is: text, tables, lists, images, links, and nothing that acts.

The elements and attributes are those of https://hl7.org/fhir/R4/narrative.html#xhtml (txt-1); some text or an image
has to be there (txt-2).
"""

from __future__ import annotations

import re
from html.entities import html5
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from osler.fhir.validate.issue import Path
from osler.fhir.validate.run import Run

XHTML = "http://www.w3.org/1999/xhtml"
DEEPEST = 200


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ELEMENTS = _words(
    "a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd del dfn div dl "
    "dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li map ol p pre q s samp small span strike strong sub sup "
    "table tbody td tfoot th thead tr tt u ul var"
)
_EVERYWHERE = _words("title style class id lang xml:lang dir accesskey tabindex xmlns xml:space align valign")
_OF_ELEMENT = {
    "a": _words("href name charset type rel rev hreflang shape coords target"),
    "area": _words("href alt shape coords"),
    "img": _words("src alt longdesc height width usemap ismap border"),
    "map": _words("name"),
    "table": _words("border cellpadding cellspacing frame rules summary width bgcolor"),
    "td": _words("abbr axis headers scope rowspan colspan nowrap width height bgcolor char charoff"),
    "th": _words("abbr axis headers scope rowspan colspan nowrap width height bgcolor char charoff"),
    "tr": _words("bgcolor char charoff"),
    "col": _words("span width char charoff"),
    "colgroup": _words("span width char charoff"),
    "ol": _words("type start compact"),
    "ul": _words("type compact"),
    "li": _words("type value"),
    "blockquote": _words("cite"),
    "q": _words("cite"),
    "del": _words("cite datetime"),
    "ins": _words("cite datetime"),
    "hr": _words("size width noshade"),
    "pre": _words("width"),
}
_LINK = re.compile(r"\s*(?:https?:|mailto:|tel:|ftp:|urn:|#|[^:/?#]*(?:[/?#]|$))", re.IGNORECASE)
_IMAGE = re.compile(r"\s*(?:https?:|#|data:\s?image/(?:png|gif|jpe?g|webp)[;,]|[^:/?#]*(?:[/?#]|$))", re.IGNORECASE)
_STYLE = re.compile(r"expression\s*\(|javascript|vbscript|behaviou?r\s*:|-moz-binding|@import|\\", re.IGNORECASE)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_KEPT = {"amp", "lt", "gt", "quot", "apos"}
_ADDRESSES = {"href": _LINK, "cite": _LINK, "longdesc": _LINK, "usemap": _LINK, "src": _IMAGE}


class _Unsafe(Exception):
    pass


def check_narrative(value: Any, sibling: Any, path: Path, run: Run) -> None:
    """A Narrative.div."""
    try:
        has_content = _read(value)
    except ExpatError:
        run.add(path, "invariant", "The narrative is not well-formed XHTML.", "txt-1")
    except _Unsafe as reason:
        run.add(path, "invariant", str(reason), "txt-1")
    else:
        if not has_content:
            run.add(path, "invariant", "The narrative has no text.", "txt-2")


def is_safe(text: str) -> bool:
    """Whether txt-1 and txt-2 hold for the text of a div."""
    try:
        return _read(text)
    except (ExpatError, _Unsafe):
        return False


def _read(text: str) -> bool:
    """Whether there is something to see. Raises ExpatError and _Unsafe."""
    reading = _Reading()
    parser = ParserCreate()
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = reading.refuse
    parser.ProcessingInstructionHandler = reading.refuse
    parser.Parse(_ENTITY.sub(_spelled_out, text), True)
    return reading.has_content


def _spelled_out(entity: re.Match[str]) -> str:
    """HTML's names of characters, which XML does not know, are common and harmless."""
    name = entity[1]
    return (
        entity[0]
        if name in _KEPT or f"{name};" not in html5
        else html5[f"{name};"].replace("&", "&amp;").replace("<", "&lt;")
    )


class _Reading:
    __slots__ = ("depth", "has_content")

    def __init__(self) -> None:
        self.depth = 0
        self.has_content = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1 and (name != "div" or attributes.get("xmlns", XHTML) != XHTML):
            raise _Unsafe("A narrative is one div of XHTML.")
        if self.depth > DEEPEST:
            raise _Unsafe(f"The narrative is nested more than {DEEPEST} levels deep.")
        if name not in _ELEMENTS:
            raise _Unsafe(f"The narrative has an element that is not allowed{_said(name)}.")
        if name == "img":
            self.has_content = True
        if attributes:
            _check_attributes(name, attributes)

    def end(self, name: str) -> None:
        self.depth -= 1

    def text(self, data: str) -> None:
        if not self.has_content and not data.isspace():
            self.has_content = True

    def refuse(self, *_: Any) -> None:
        raise _Unsafe("A narrative has no document type and no processing instructions.")


def _check_attributes(element: str, attributes: dict[str, str]) -> None:
    own = _OF_ELEMENT.get(element, frozenset())
    for name, value in attributes.items():
        if name not in _EVERYWHERE and name not in own:
            raise _Unsafe(f"The narrative has an attribute that is not allowed{_said(name)}.")
        if (allowed := _ADDRESSES.get(name)) and not allowed.match(value):
            raise _Unsafe(f"The narrative has an address that is not allowed{_said(name)}.")
        if name == "style" and _STYLE.search(value):
            raise _Unsafe("The narrative has a style that is not allowed.")


def _said(name: str) -> str:
    """Names of HTML are told; anything else may be data."""
    return f": {name}" if re.fullmatch(r"[a-z]{1,12}", name) else ""
