"""US Core's searches and their answers worked out by hand: nothing here knows how Osler searches.

The data are the reference patients; what a server is held to comes from the test kit's description of each profile.
"""

from __future__ import annotations

import gzip
import io
import itertools
import json
import re
import tarfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

Resource = dict[str, Any]


@dataclass(frozen=True)
class Search:
    """One search that a profile demands: parameters by name, and how each is read."""

    profile: str
    type: str
    names: tuple[str, ...]
    paths: dict[str, list[str]]
    comparators: dict[str, list[str]]
    several: frozenset[str]
    """Parameters that take several values."""
    chains: dict[str, list[str]]


@dataclass(frozen=True)
class Profile:
    type: str
    name: str
    searches: list[Search]
    includes: list[str]
    revincludes: list[str]


def profiles(folder: Path) -> list[Profile]:
    """Every profile's demands, SHALL only."""
    found: list[Profile] = []
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as packed:
        for member in sorted(packed.getnames()):
            if re.fullmatch(r"v6\.1\.0/[^/]+/metadata\.yml", member):
                inner = packed.extractfile(member)
                assert inner is not None
                found.append(_profile(yaml.safe_load(io.TextIOWrapper(inner, "utf-8"))))
    return found


def _profile(told: dict[str, Any]) -> Profile:
    definitions = told[":search_definitions"]
    kind, name = told[":resource"], told[":name"]
    searches = [
        Search(
            name,
            kind,
            tuple(search[":names"]),
            {n: definitions[f":{n}"][":paths"] for n in search[":names"]},
            {
                n: [c[1:] for c, e in definitions[f":{n}"][":comparators"].items() if e == "SHALL"]
                for n in search[":names"]
            },
            frozenset(n for n in search[":names"] if definitions[f":{n}"].get(":multiple_or") == "SHALL"),
            {n: [c[":chain"] for c in definitions[f":{n}"].get(":chain", [])] for n in search[":names"]},
        )
        for search in told[":searches"]
        if search[":expectation"] == "SHALL"
    ]
    return Profile(kind, name, searches, told.get(":include_params", []), told.get(":revincludes", []))


def patients(folder: Path) -> list[Resource]:
    """The transaction bundles of the reference patients, their one slip mended: a Period that says `stop` for `end`."""
    bundles = [_unzipped(path) for path in sorted(folder.glob("uscore_bundle_patient_*.json.gz"))]
    for bundle in bundles:
        for entry in bundle["entry"]:
            period = entry["resource"].get("effectivePeriod", {})
            if "stop" in period:
                period["end"] = period.pop("stop")
    return bundles


def _unzipped(path: Path) -> Resource:
    with gzip.open(path) as packed:
        return json.load(packed)


def resolved(bundle: Resource, answer: Resource) -> dict[str, Resource]:
    """`Type/id` → resource: ids as the answer to the transaction gave them, references led to what they mean."""
    places = [entry["response"]["location"].split("/fhir/")[-1].split("/_history/")[0] for entry in answer["entry"]]
    names = {entry["fullUrl"]: key for entry, key in zip(bundle["entry"], places, strict=True) if "fullUrl" in entry}
    pairs = zip(places, bundle["entry"], strict=True)
    return {key: _led(entry["resource"] | {"id": key.split("/")[1]}, names) for key, entry in pairs}


def _led(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_led(item, names) for item in value]
    if isinstance(value, dict):
        return {k: names.get(v, v) if k == "reference" else _led(v, names) for k, v in value.items()}
    return value


# -- values ------------------------------------------------------------------------------------------------------------


def at(resource: Resource, path: str) -> list[Any]:
    """The values at a path of the description; `effective` is whichever form of it is there."""
    extension = re.fullmatch(r"extension\.where\(url='([^']+)'\)\.(\w+)", path)
    if extension:
        url, name = extension.groups()
        return [e[name] for e in resource.get("extension", []) if e["url"] == url and name in e]
    values: list[Any] = [resource]
    for name in path.split("."):
        values = [inner for value in values for inner in _step(value, name)]
    return values


def _step(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, held in value.items():
            if key == name or (key.startswith(name) and key[len(name) :] in ("DateTime", "Period", "Instant", "Date")):
                yield from held if isinstance(held, list) else [held]


def queries(search: Search, resource: Resource) -> list[list[tuple[str, str]]]:
    """Ways to ask for this very resource: codes with and without system, dates whole and compared."""
    options = [_options(search, name, resource) for name in search.names]
    return [
        list(zip(search.names, values, strict=True)) for values in itertools.islice(itertools.product(*options), 24)
    ]


def _options(search: Search, name: str, resource: Resource) -> list[str]:
    found = [text for path in search.paths[name] for value in at(resource, path) for text in _written(name, value)]
    if name in search.several and found:
        found.append(f"{found[0]},entered-in-error")
    dates = [c + text[:10] for c in search.comparators[name] for text in found]
    return list(dict.fromkeys([*found, *dates]))


def _written(name: str, value: Any) -> list[str]:
    if isinstance(value, str):
        return [_escaped(value)]
    if "reference" in value:
        return [value["reference"].split("/")[-1], value["reference"]]
    if "coding" in value:
        return [text for coding in value["coding"] for text in _coded(coding)]
    if "code" in value or ("system" in value and "value" in value and name == "identifier"):
        return _coded({"system": value.get("system"), "code": value.get("code", value.get("value"))})
    if "start" in value or "end" in value:
        return [value.get("start", value.get("end"))]
    parts = [
        value.get("family"),
        *value.get("given", []),
        value.get("city"),
        value.get("postalCode"),
        value.get("state"),
    ]
    return [_escaped(part) for part in parts if part]


def _coded(coding: dict[str, Any]) -> list[str]:
    if not coding.get("code"):
        return []
    code = _escaped(coding["code"])
    return [code, f"{_escaped(coding['system'])}|{code}"] if coding.get("system") else [code]


def _escaped(text: str) -> str:
    return re.sub(r"([\\,|$])", r"\\\1", text)


# -- the check ---------------------------------------------------------------------------------------------------------


def fits(search: Search, resource: Resource, query: list[tuple[str, str]]) -> bool:
    """Whether the resource answers the query."""
    return resource["resourceType"] == search.type and all(
        any(
            _one(name, value, held)
            for value in _alternatives(asked)
            for p in search.paths[name]
            for held in at(resource, p)
        )
        for name, asked in query
    )


def _alternatives(asked: str) -> list[str]:
    return re.split(r"(?<!\\),", asked)


def _one(name: str, asked: str, held: Any) -> bool:
    if isinstance(held, str):
        return _text_or_date(name, asked, held)
    if "reference" in held:
        return asked == held["reference"] or asked == held["reference"].split("/")[-1]
    if "coding" in held:
        return any(_code(asked, c.get("system"), c.get("code")) for c in held["coding"])
    if name == "identifier":
        return _code(asked, held.get("system"), held.get("value"))
    if "code" in held:
        return _code(asked, held.get("system"), held.get("code"))
    if name in ("name", "address"):
        return any(_starts(asked, part) for part in _parts(held))
    return ("start" in held or "end" in held) and _date(asked, held)


def _text_or_date(name: str, asked: str, held: str) -> bool:
    if name in ("date", "birthdate", "authored", "authoredon", "onset-date", "recorded-date"):
        return _date(asked, {"start": held, "end": held})
    return _starts(asked, held) if name in ("name", "family") else _plain(asked) == held


def _code(asked: str, system: str | None, code: str | None) -> bool:
    parts = [_plain(part) for part in re.split(r"(?<!\\)\|", asked)]
    return code == parts[-1] and (len(parts) == 1 or (system or "") == parts[0])


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _parts(held: dict[str, Any]) -> Iterator[str]:
    for value in held.values():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str):
                yield item


def _starts(asked: str, held: str) -> bool:
    return _folded(held).startswith(_folded(_plain(asked)))


def _folded(text: str) -> str:
    letters = (c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return "".join(letters)


def _date(asked: str, held: dict[str, str]) -> bool:
    """gt, lt, ge, le and equality of spans, a day for a day."""
    prefix, written = (asked[:2], asked[2:]) if asked[:2].isalpha() else ("eq", asked)
    low, high = _span(written)
    begins = _span(held["start"])[0] if "start" in held else datetime.min.replace(tzinfo=UTC)
    ends = _span(held["end"])[1] if "end" in held else datetime.max.replace(tzinfo=UTC)
    return {
        "eq": low <= begins and ends <= high,
        "gt": ends > high,
        "lt": begins < low,
        "ge": ends > low,
        "le": begins < high,
    }[prefix]


def _span(written: str) -> tuple[datetime, datetime]:
    if len(written) == 4:
        year = int(written)
        return datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    if len(written) == 7:
        year, month = int(written[:4]), int(written[5:])
        return datetime(year, month, 1, tzinfo=UTC), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    if len(written) == 10:
        day = datetime.fromisoformat(written).replace(tzinfo=UTC)
        return day, day + timedelta(days=1)
    moment = datetime.fromisoformat(written.replace("Z", "+00:00"))
    width = timedelta(milliseconds=1) if "." in written else timedelta(seconds=1)
    return moment.astimezone(UTC), moment.astimezone(UTC) + width
