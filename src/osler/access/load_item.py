"""One resource of a bulk load, from its file to its fate."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Literal, cast

from osler.access.rules import Rules
from osler.core.errors import Fault
from osler.fhir import json
from osler.fhir.search.integrity import references_in
from osler.store.elsewhere import Packed

Fate = Literal["created", "updated", "unchanged", "waiting", "refused"]


class Item:
    """One resource to be loaded under its own id, and what became of it.

    The resource may be held as its text: then it is only read when somebody asks for it, which for most items is never.
    """

    __slots__ = (
        "_held", "_text", "checked", "condition", "fate", "faults", "full_url", "has_urns", "id", "packed", "place", "references",
        "type",
    )  # fmt: skip

    def __init__(
        self, resource: dict[str, Any], id: str, place: str, condition: str = "", full_url: str = "",
        fate: Fate | None = None, faults: list[Fault] | None = None,
    ) -> None:  # fmt: skip
        self._held: dict[str, Any] | bytes = resource
        self._text: bytes | None = None
        """The resource as text, once somebody has needed that."""
        self.type: str = resource["resourceType"]
        self.id = id
        self.place = place
        """Where it stood, for the reader of the report: file and entry."""
        self.condition = condition
        """Criteria (`identifier=…`) of a resource that may be there under another id; then that one is kept."""
        self.full_url = full_url
        self.fate = fate
        self.faults: list[Fault] = faults or []
        self.checked = False
        self.references: list[str] | None = None
        """What it refers to, as written, once `look` has seen."""
        self.has_urns = False
        self.packed: Packed | None = None
        """Its row as a new resource, when another process has made it."""

    def __getstate__(self) -> tuple[Any, ...]:
        # Many of them go from process to process: without their names it takes half the time.
        return _everything(self)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        (
            self._held, self._text, self.checked, self.condition, self.fate, self.faults, self.full_url, self.has_urns,
            self.id, self.packed, self.place, self.references, self.type,
        ) = state  # fmt: skip

    @property
    def resource(self) -> dict[str, Any]:
        held = self._held
        if isinstance(held, bytes):
            held = self._held = cast("dict[str, Any]", json.decode(held))
        return held

    @resource.setter
    def resource(self, changed: dict[str, Any]) -> None:
        self._held, self._text, self.references, self.packed = changed, None, None, None

    def check(self, rules: Rules) -> None:
        """Sets its fate and faults by R4's rules, which are asked once."""
        if not self.checked:
            self.checked, self.faults = True, rules.faults(self.resource)
            self.fate = "refused" if self.faults else None
        elif self.fate == "waiting":
            self.fate, self.faults = None, []

    def look(self) -> list[str]:
        """What it refers to."""
        if self.references is None:
            text = self._text = json.encode(self.resource)
            self.references, self.has_urns = references_in(self.resource, text), b"urn:" in text
        return self.references

    def hold_text(self) -> None:
        """Keeps the text alone."""
        if not isinstance(self._held, bytes):
            self._held, self._text = self._text or json.encode(self._held), None

    def state(self) -> tuple[Any, ...]:
        """For `restore`, when a transaction has to begin again."""
        return self._held, self.id, self.references, self.has_urns, self.packed

    def restore(self, state: tuple[Any, ...]) -> None:
        self._held, self.id, self.references, self.has_urns, self.packed = state
        self._text = None
        self.fate, self.faults = None, []


_everything = attrgetter(*Item.__slots__)
