"""Batch and transaction bundles as a list of what is asked (R4 http.html §3.1.0.11). Pure reading; nothing is looked up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode

from osler.core.errors import Fault, Invalid, TooCostly
from osler.fhir.definitions import definitions

ORDER = {"DELETE": 0, "POST": 1, "PUT": 2, "PATCH": 2, "GET": 3, "HEAD": 3}
"""The order a transaction is processed in, whatever order its entries stand in (§3.1.0.11.2)."""
_TEXTS = ("ifMatch", "ifNoneMatch", "ifNoneExist", "ifModifiedSince")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One request of a bundle."""

    index: int
    method: str
    type: str
    """Resource type in the url; empty for a GET of something else (`metadata`, `_history`)."""
    id: str = ""
    query: str = ""
    """What follows `?` in the url: criteria of a conditional interaction or of a search."""
    url: str = ""
    resource: dict[str, Any] | None = None
    full_url: str = ""
    if_match: int | None = None
    if_none_match: str = ""
    if_none_exist: str = ""
    refusal: Invalid | None = None
    """Why this entry of a batch cannot be read; the others are not concerned."""

    @property
    def place(self) -> str:
        return f"Bundle.entry[{self.index}]"


def read_bundle(bundle: dict[str, Any], *, base_url: str = "", max_entries: int = 10_000) -> tuple[str, list[Entry]]:
    """The kind (`batch` or `transaction`) and its entries. Raises Invalid with every
    fault found in a transaction, TooCostly for too many entries."""
    kind = bundle.get("type")
    if bundle.get("resourceType") != "Bundle" or kind not in ("batch", "transaction"):
        raise Invalid("Send a Bundle of type batch or transaction.", path="Bundle.type")
    raw = bundle.get("entry", [])
    if not isinstance(raw, list):
        raise _misshapen("Bundle.entry has to be a JSON array.", "Bundle.entry")
    if len(raw) > max_entries:
        raise TooCostly(
            f"A bundle may hold {max_entries:,} entries; this one has {len(raw):,}. Send it in parts.",
            path="Bundle.entry",
        )
    faults: list[Fault] = []
    entries: list[Entry] = []
    for index, item in enumerate(raw):
        try:
            entries.append(_entry(index, item, base_url))
        except Invalid as error:
            faults.extend(error.faults)
            entries.append(_refused(index, item, error))
    if kind == "batch":
        return kind, entries
    faults.extend(_twice(entries))
    if faults:
        raise Invalid(f"{len(faults)} entries of the bundle cannot be read; nothing was written.", faults=tuple(faults))
    return kind, entries


def _entry(index: int, item: Any, base_url: str) -> Entry:
    place = f"Bundle.entry[{index}]"
    if not isinstance(item, dict):
        raise _misshapen("An entry has to be a JSON object.", place)
    request = item.get("request")
    if not isinstance(request, dict) or not all(isinstance(request.get(name), str) for name in ("method", "url")):
        raise Invalid("Each entry needs request.method and request.url.", path=f"{place}.request")
    if request["method"] not in ORDER:
        raise Invalid(f"request.method takes one of: {', '.join(ORDER)}.", path=f"{place}.request.method")
    for name, value in (*((name, request.get(name)) for name in _TEXTS), ("fullUrl", item.get("fullUrl"))):
        if value is not None and not isinstance(value, str):
            raise _misshapen(f"{name} has to be a JSON string.", f"{place}.{name}")
    method: str = request["method"]
    resource: Any = item.get("resource")
    if method == "POST" and (search := _search_by_post(request["url"], resource, base_url, place)) is not None:
        return Entry(index, "GET", *_target(search, base_url, place, "GET"), search, full_url=item.get("fullUrl", ""))
    type_, id_, query = _target(request["url"], base_url, place, method)
    if method in ("POST", "PUT", "PATCH") and not isinstance(resource, dict):
        raise Invalid(f"A {method} entry needs a resource.", path=f"{place}.resource")
    if method in ("POST", "PUT") and resource.get("resourceType") != type_:
        raise Invalid("The resource is not of the type that request.url names.", path=f"{place}.resource.resourceType")
    if method == "PUT" and id_ and resource.get("id") != id_:
        raise Invalid("The resource's id is not the one in request.url.", path=f"{place}.resource.id")
    return Entry(
        index, method, type_, id_, query, request["url"], resource, item.get("fullUrl", ""),
        _version(request.get("ifMatch"), place), request.get("ifNoneMatch", ""), request.get("ifNoneExist", ""),
    )  # fmt: skip


def _refused(index: int, item: Any, error: Invalid) -> Entry:
    """An entry of which is known what it asks for, if anything is."""
    request = item.get("request") if isinstance(item, dict) else None
    asked = request if isinstance(request, dict) else {}
    method, url = (each if isinstance(each, str) else "" for each in (asked.get("method"), asked.get("url")))
    return Entry(index, method if method in ORDER else "", "", url=url, refusal=error)


def _misshapen(message: str, path: str) -> Invalid:
    return Invalid(message, faults=(Fault(message, path, "structure"),))


def _target(url: str, base_url: str, place: str, method: str) -> tuple[str, str, str]:
    if base_url and url.startswith(base_url.rstrip("/") + "/"):
        url = url[len(base_url.rstrip("/")) + 1 :]
    path, _, query = url.lstrip("/").partition("?")
    parts = path.split("/")
    if method in ("GET", "HEAD"):
        return (
            (parts[0] if parts[0] in definitions().resource_types else ""),
            (parts[1] if len(parts) > 1 else ""),
            query,
        )
    if parts[0] not in definitions().resource_types:
        raise Invalid("request.url does not begin with a resource type.", path=f"{place}.request.url")
    id_ = unquote(parts[1]) if len(parts) > 1 else ""
    if len(parts) > 2 or (id_ and not _ID.fullmatch(id_)) or (method == "POST" and id_):
        raise Invalid(f"request.url is not one a {method} can have.", path=f"{place}.request.url")
    if method != "POST" and not id_ and not query:
        raise Invalid(f"request.url of a {method} needs an id or search criteria.", path=f"{place}.request.url")
    return parts[0], id_, query


def _search_by_post(url: str, resource: Any, base_url: str, place: str) -> str | None:
    """`POST Patient/_search?…` as the GET that asks the same; parameters may also come as a Parameters resource."""
    path, _, query = url.removeprefix(base_url).lstrip("/").partition("?")
    if path != "_search" and not path.endswith("/_search"):
        return None
    if resource is not None and (not isinstance(resource, dict) or resource.get("resourceType") != "Parameters"):
        raise Invalid("A search takes a Parameters resource, or none.", path=f"{place}.resource")
    pairs: list[tuple[str, str]] = []
    for n, each in enumerate((resource or {}).get("parameter", [])):
        value = next((v for k, v in each.items() if k.startswith("value")), None) if isinstance(each, dict) else None
        if not isinstance(value, str) or not isinstance(each.get("name"), str):
            raise Invalid("A search parameter has a name and a valueString.", path=f"{place}.resource.parameter[{n}]")
        pairs.append((each["name"], value))
    wanted = "&".join(part for part in (query, urlencode(pairs)) if part)
    return f"{path.removesuffix('_search').rstrip('/')}?{wanted}"


def _version(text: str | None, place: str) -> int | None:
    if text is None:
        return None
    return parse_etag(text, path=f"{place}.request.ifMatch")


def parse_etag(text: str, *, path: str = "If-Match") -> int:
    """The version in `W/"3"`, `"3"` or `3`. Raises Invalid."""
    found = re.fullmatch(r'(?:W/)?"?(\d{1,9})"?', text.strip())
    if not found:
        raise Invalid('Write the version you have seen as W/"3".', path=path)
    return int(found[1])


def _twice(entries: list[Entry]) -> list[Fault]:
    seen: set[tuple[str, str]] = set()
    urls: set[str] = set()
    faults: list[Fault] = []
    for entry in entries:
        if entry.id and entry.method in ("PUT", "PATCH", "DELETE"):
            if (entry.type, entry.id) in seen:
                faults.append(Fault("A transaction may change a resource only once.", entry.place, "invariant"))
            seen.add((entry.type, entry.id))
        if entry.full_url and entry.method in ("POST", "PUT"):
            if entry.full_url in urls:
                faults.append(Fault("Two entries have the same fullUrl.", f"{entry.place}.fullUrl", "invariant"))
            urls.add(entry.full_url)
    return faults
