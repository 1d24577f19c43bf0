"""Value sets as the Value Set Authority Center gives them out: FHIR JSON, or tables in a workbook or text file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any

from osler.core.errors import Invalid, TooCostly
from osler.fhir import json
from osler.terminology.loading.heads import System, compact_day, day_in
from osler.terminology.loading.loaded import Loaded, Options, Progress
from osler.terminology.loading.parts import Part, Parts
from osler.terminology.loading.recognition import Wrong
from osler.terminology.loading.rows import FEW_ROWS, Pace
from osler.terminology.loading.vsac_tables import read_tables

SYSTEM = System(
    "vsac", "", "Value sets from VSAC", "Value Set Authority Center, U.S. National Library of Medicine",
    "Each value set's own, under NLM's license for VSAC (a free UMLS account)",
)  # fmt: skip
MAX_JSON = 256 << 20


def read(parts: Parts, progress: Progress | None, options: Options) -> Loaded:
    wanted = [part for part in parts if part.base.lower().endswith((".json", ".xlsx", ".csv", ".txt", ".tsv"))]
    if not wanted:
        raise Wrong("it holds no value sets.")
    pace = Pace(progress, wanted, FEW_ROWS)
    found: dict[str, dict[str, Any]] = {}
    for part in wanted:
        for value_set in _value_sets(part, pace):
            key = f"{value_set['url']}|{value_set.get('version', '')}"
            if key in found and found[key] != value_set:
                raise Invalid(f"{parts.name} holds a value set twice, with different codes: {value_set['url']}")
            found[key] = value_set
    if not found:
        raise Wrong("it holds no value sets.")
    sets = [found[key] for key in sorted(found)]
    newest = max(filter(None, map(_dated, sets)), default=None)
    loaded = Loaded(_head(sets, newest, parts, options), resources=sets, count=len(sets))
    pace.done()
    return loaded


def _head(sets: list[dict[str, Any]], newest: date | None, parts: Parts, options: Options) -> Any:
    """One value set is known by its identifier, several by what they are together: a newer download replaces them."""
    names = sorted({str(each["url"]).rpartition("/")[2] for each in sets})
    name = names[0] if len(names) == 1 else f"sets-{hashlib.sha256(' '.join(names).encode()).hexdigest()[:12]}"
    title = str(sets[0].get("title") or sets[0].get("name") or name) if len(sets) == 1 else f"{len(sets)} value sets"
    version = str(sets[0].get("version", "")) if len(sets) == 1 else ""
    on = newest or compact_day(parts.name) or next((part.made_on for part in parts if part.made_on), None)
    named = System(name, SYSTEM.url, title, SYSTEM.source, SYSTEM.license)
    return named.head(version, on, parts.name, options)


def _value_sets(part: Part, pace: Pace) -> Iterator[dict[str, Any]]:
    if part.base.lower().endswith(".json"):
        yield from map(_checked, _from_json(part, pace))
    else:
        yield from read_tables(part, pace)


def _from_json(part: Part, pace: Pace) -> Iterator[dict[str, Any]]:
    with part.opened() as stream:
        data = stream.read(MAX_JSON + 1)
    if len(data) > MAX_JSON:
        raise TooCostly(f"{part.base} is over {MAX_JSON >> 20} MB; give the value sets in several files.")
    pace.read(len(data))
    try:
        resource = json.decode(data)
    except Invalid as error:
        raise Invalid(f"{part.base} is cut off or no sound JSON: {error.message}") from error
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    if kind == "Bundle":
        inside = [entry.get("resource") for entry in resource.get("entry", ()) if isinstance(entry, dict)]
        yield from (each for each in inside if isinstance(each, dict) and each.get("resourceType") == "ValueSet")
    elif kind == "ValueSet":
        yield resource
    else:
        raise Wrong(f"it holds {'a ' + str(kind)[:40] if kind else 'JSON'} and no value sets.")
    pace.step(0)


def _checked(value_set: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(value_set.get("url"), str) or not value_set["url"]:
        raise Invalid("A value set has no url.")
    if not value_set.get("compose") and not (value_set.get("expansion") or {}).get("contains"):
        raise Invalid(f"{value_set['url']} has no codes: download it with its expansion.")
    return value_set


def _dated(value_set: dict[str, Any]) -> date | None:
    said = str(value_set.get("date") or (value_set.get("meta") or {}).get("lastUpdated") or "")
    return day_in(said, r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)") or compact_day(str(value_set.get("version", "")))
