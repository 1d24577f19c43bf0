"""Reference and canonical parameters: where a reference points, and when one matches (R4 search §3.1.1.4.12)."""

from __future__ import annotations

import re

from osler.fhir.definitions import definitions
from osler.store.reference.asked import unescape
from osler.store.reference.codes import codes, matches_code
from osler.store.reference.nodes import Node

Key = tuple[str, str]
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def local_key(written: str, base_url: str) -> Key | None:
    """(type, id) of a reference to a resource of this server, whatever version of it; None for any other."""
    if base_url and written.startswith(base_url.rstrip("/") + "/"):
        written = written[len(base_url.rstrip("/")) + 1 :]
    kind, _, rest = written.partition("/")
    identity, _, version = rest.partition("/")
    known = kind in definitions().resource_types and _ID.fullmatch(identity)
    if known and (not version or version.startswith("_history/")):
        return kind, identity
    return None


def target(node: Node, base_url: str) -> Key | None:
    written = _written(node)
    return local_key(written, base_url) if written else None


def _written(node: Node) -> str:
    if isinstance(node.value, str):
        return node.value
    return str(node.held.get("reference", ""))


def matches_link(node: Node, written: str, base_url: str, kinds: tuple[str, ...]) -> bool:
    """`id` of any of the kinds, `Type/id`, or an absolute address; for a canonical its url, with or without version."""
    asked, held = unescape(written), _written(node)
    if not held or held.startswith("#"):
        return False
    if node.type in ("canonical", "uri", "url"):
        return asked == held or asked == held.partition("|")[0]
    key = local_key(held, base_url)
    if key is None:
        return asked == held
    wanted = local_key(asked, base_url)
    if wanted is not None:
        return key == wanted
    return key[1] == asked and key[0] in kinds


def matches_identifier(node: Node, written: str) -> bool:
    """`:identifier`: the business identifier inside the reference."""
    held = node.held.get("identifier")
    return held is not None and any(matches_code(c, written) for c in codes(Node("Identifier", "Identifier", held)))
