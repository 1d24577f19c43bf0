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
    """Where a literal reference leads on this server. A canonical leads nowhere; a whole resource to itself."""
    if "resourceType" in node.held:
        return node.held["resourceType"], node.held.get("id", "")
    return local_key(str(node.held.get("reference", "")), base_url)


def matches_link(node: Node, written: str, base_url: str, kinds: tuple[str, ...]) -> bool:
    """`id` of any of the kinds, `Type/id`, or an absolute address; for a canonical its url, with or without version."""
    asked = unescape(written)
    if isinstance(node.value, str):
        held = node.value.partition("#")[0]
        return asked in (held, held.partition("|")[0])
    key, wanted = target(node, base_url), local_key(asked, base_url)
    if key and wanted:
        return key == wanted
    if key:
        return key[1] == asked and key[0] in kinds
    held = str(node.held.get("reference", ""))
    return ":" in held and _unversioned(held) == _unversioned(asked)


def addresses(node: Node, base_url: str) -> list[str]:
    """What a reference or canonical is sorted by: its address without the version, a canonical with it as well."""
    if isinstance(node.value, str):
        held = node.value.partition("#")[0]
        return [held, held.partition("|")[0]]
    key, written = target(node, base_url), str(node.held.get("reference", ""))
    return ["/".join(key)] if key else [_unversioned(written)] if ":" in written else []


def _unversioned(address: str) -> str:
    return address.partition("/_history/")[0]


def matches_identifier(node: Node, written: str) -> bool:
    """`:identifier`: the business identifier inside the reference."""
    held = node.held.get("identifier")
    return held is not None and any(matches_code(c, written) for c in codes(Node("Identifier", "Identifier", held)))
