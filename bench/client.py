"""Plain FHIR requests, one after the other, for looking round before the load begins."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urljoin


class Client:
    def __init__(self, host: str, port: int, token: str) -> None:
        self.root = f"http://{host}:{port}/fhir/"
        self.headers = {"authorization": f"Bearer {token}", "accept": "application/fhir+json"}

    def get(self, target: str) -> dict[str, Any]:
        """The JSON at a path below /fhir, or at the absolute address of a next page."""
        asked = urllib.request.Request(urljoin(self.root, target), headers=self.headers)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.load(answer)

    def search(self, type: str, *, limit: int, **params: str) -> Iterator[dict[str, Any]]:
        """Up to `limit` matches, page after page."""
        target: str | None = f"{type}?{urlencode({'_count': min(limit, 500)} | params)}"
        while target and limit > 0:
            page = self.get(target)
            matches = [entry["resource"] for entry in page.get("entry", ()) if _is_match(entry)]
            yield from matches[:limit]
            limit -= len(matches)
            target = next((link["url"] for link in page.get("link", ()) if link["relation"] == "next"), None)


def _is_match(entry: dict[str, Any]) -> bool:
    return entry.get("search", {}).get("mode", "match") == "match"
