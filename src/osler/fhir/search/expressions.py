"""The path language that search parameters are defined in, read into steps over JSON names.

It is the small part of FHIRPath that R4 and US Core use: paths, unions, `as(Type)`, `where(element='text')`,
`where(resolve() is Type)`, `[0]`, `%resource`. `paths_of` resolves an expression against the definitions, so that every
path ends in elements of one known datatype.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from osler.fhir.definitions import Element, definitions

COMPUTED_DECEASED = "Patient.deceased.exists() and Patient.deceased != false"
"""The one parameter of R4 that is computed rather than read."""


@dataclass(frozen=True, slots=True)
class Get:
    """Read a property; `index` keeps only that item of a list."""

    name: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class WhereEquals:
    """Keep objects whose property `name` is `text`."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class WhereRefersTo:
    """Keep references to a resource of this type."""

    type: str


Step = Get | WhereEquals | WhereRefersTo


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from a resource (or an element of it) to elements of one datatype."""

    steps: tuple[Step, ...]
    datatype: str
    structure: str = ""
    """Key of the definitions for what is inside; empty for primitives."""
    repeats: bool = False
    """May give several elements."""
    from_resource: bool = False
    """A component's path that starts at the whole resource (`%resource`)."""


_TOKEN = re.compile(
    r"\.?(?:"
    r"where\(\s*resolve\(\)\s+is\s+(?P<refers>\w+)\s*\)"
    r"|where\(\s*(?P<name>\w+)\s*=\s*'(?P<text>[^']*)'\s*\)"
    r"|(?:as|ofType)\(\s*(?P<as>\w+)\s*\)"
    r"|\[(?P<index>\d+)\]"
    r"|(?P<field>%?\w+)"
    r")"
)


def paths_of(expression: str, structure: str) -> tuple[Path, ...]:
    """All paths of an expression (alternatives between ` | `) read from elements of `structure`.

    `structure` is a resource type or, for the components of composites, any structure of the definitions. A leading
    type name is dropped. Raises ValueError for what the language does not have.
    """
    return tuple(path for part in expression.split(" | ") for path in _paths(part.strip(), structure))


def _paths(part: str, structure: str) -> list[Path]:
    resource = structure.partition(".")[0]
    found = [Path((), structure, structure)]
    chosen: str | None = None
    words = list(_words(part))
    for position, word in enumerate(words):
        field = word["field"]
        if position == 0 and field in (resource, "Resource", "DomainResource"):
            continue
        if field == "%resource":
            found = [Path((), resource, resource, from_resource=True)]
        elif field is not None:
            # A choice is one path per type; a following as(Type) says which one is meant.
            follower = words[position + 1]["as"] if position + 1 < len(words) else None
            chosen = follower
            found = [after for path in found for after in _read(path, field, follower)]
        elif word["as"] is not None:
            if chosen is None:
                raise ValueError(f"cast without a choice: {part}")
            chosen = None
        elif word["index"] is not None:
            found = [_indexed(path, int(word["index"])) for path in found]
        elif word["refers"] is not None:
            found = [_kept(path, WhereRefersTo(word["refers"])) for path in found]
        else:
            found = [_kept(path, WhereEquals(word["name"], word["text"])) for path in found]
    return found


def _kept(path: Path, where: WhereEquals | WhereRefersTo) -> Path:
    if not path.structure or (
        isinstance(where, WhereEquals) and where.name not in definitions().elements(path.structure)
    ):
        raise ValueError(f"no such condition on {path.datatype}")
    return replace(path, steps=(*path.steps, where))


def _words(part: str) -> list[re.Match[str]]:
    words: list[re.Match[str]] = []
    at = 0
    while at < len(part):
        word = _TOKEN.match(part, at)
        if word is None:
            raise ValueError(f"not understood: {part}")
        words.append(word)
        at = word.end()
    return words


def _read(path: Path, field: str, chosen: str | None) -> list[Path]:
    known = definitions()
    elements = known.elements(path.structure)
    variants = [elements[field]] if field in elements else list(known.choices(path.structure).get(field, ()))
    if chosen is not None and len(variants) > 1:
        variants = [variant for variant in variants if variant.type == chosen]
    if not variants:
        raise ValueError(f"no element {field} in {path.structure}")
    return [_step(path, variant) for variant in variants]


def _step(path: Path, element: Element) -> Path:
    return replace(
        path,
        steps=(*path.steps, Get(element.name)),
        datatype=element.type,
        structure=element.children,
        repeats=path.repeats or element.repeats,
    )


def _indexed(path: Path, index: int) -> Path:
    last = path.steps[-1] if path.steps else None
    if not isinstance(last, Get):
        raise ValueError("an index without an element")
    return replace(path, steps=(*path.steps[:-1], Get(last.name, index)), repeats=False)
