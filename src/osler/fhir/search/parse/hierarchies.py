"""`:above` and `:below` on URLs (by path), canonicals (by version) and references within a hierarchy (R4 search
§3.1.1.4.9, §3.1.1.4.12)."""

from __future__ import annotations

from functools import cache

from osler.core.errors import Invalid
from osler.fhir.definitions import definitions
from osler.fhir.search.keys import is_path, literal, paths_above
from osler.fhir.search.parse.pieces import unescaped
from osler.fhir.search.parse.reading import Facts, Reading
from osler.fhir.search.query import Criterion, Either, Hierarchy, Phrases, Tokens

_PARTS = ("partOf", "parent", "parentDevice")
"""Elements by which a resource belongs to another of its type."""


@cache
def hierarchy_link(type: str) -> str | None:
    """The reference parameter that leads from a resource to the whole it is part of; None for types without hierarchy."""
    for param in definitions().search_params(type).values():
        if param.type == "reference" and type in param.targets and param.expression.removeprefix(f"{type}.") in _PARTS:
            return param.code
    return None


def criterion(reading: Reading, facts: Facts, modifier: str, items: list[str], name: str) -> Criterion:
    """References to one of the items or to what is above or below it; canonicals by path or version."""
    if not facts.literal:
        return urls(facts, modifier, items, name)
    roots = tuple(dict.fromkeys(root for item in items for root in _roots(reading, facts, item, name)))
    links = {type_: link for type_, _ in roots if (link := hierarchy_link(type_)) is not None}
    reading.used.update(f"{type_}.{link}" for type_, link in links.items())
    return Hierarchy(facts.code, roots, tuple(sorted(links.items())), above=modifier == "above")


def _roots(reading: Reading, facts: Facts, item: str, name: str) -> list[tuple[str, str]]:
    text = unescaped(item, name)
    read = literal(text, reading.base_url)
    if read.id:
        found = [(read.type, read.id)]
    elif "/" not in text and ":" not in text and "|" not in text:
        found = [(type_, text) for type_ in facts.param.targets]
    else:
        raise Invalid(f"{name} takes an id or Type/id.", path=name)
    ordered = [root for root in found if hierarchy_link(root[0]) is not None]
    if not ordered:
        raise Invalid(f"{name} points at nothing that has a hierarchy.", path=name)
    return ordered


def urls(facts: Facts, modifier: str, items: list[str], name: str) -> Criterion:
    texts = [unescaped(item, name) for item in items]
    if not all(is_path(text) for text in texts):
        raise Invalid(f"{name} takes a web address without fragment.", path=name)
    if modifier == "above":
        return Tokens(facts.code, tuple(f"{facts.code}={each}" for text in texts for each in _above(text)))
    versions = tuple(text for text in texts if "|" in text)
    paths = tuple(text for text in texts if "|" not in text)
    found = [Phrases(facts.code, "version", versions)] if versions else []
    found += [Phrases(facts.code, "below", paths)] if paths else []
    return found[0] if len(found) == 1 else Either(tuple(found))


def _above(text: str) -> list[str]:
    """`url|1.2.3` is below `url|1.2` and `url|1`; a URL without version below each path that leads to it."""
    url, bar, version = text.partition("|")
    if not bar:
        return paths_above(url)
    numbers = version.split(".")
    return [f"{url}|{'.'.join(numbers[:count])}" for count in range(len(numbers), 0, -1)]
