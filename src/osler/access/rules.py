"""What a resource has to fulfill to be taken into the record: R4's own rules always, and what it claims of itself in
meta.profile where that is asked (docs/reference/validation.md)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar, cast

from osler.core.errors import Fault, Invalid, ProfileBroken
from osler.fhir import json
from osler.fhir.validate import Issue, Validator

_GUIDE = re.compile(r"[a-z][\w.-]*: ")
"""How a rule of a guide's extension is named. R4's own types begin with a capital."""
_LARGE = 20_000
"""Bytes of JSON above which a resource is checked in a thread, so that others are not held up."""
Result = TypeVar("Result")


@cache
def built_in_validator() -> Validator:
    """R4 and US Core, without any further guide or code system."""
    return Validator()


@dataclass(slots=True)
class Rules:
    """Shared by all requests of a process; `validator` is exchanged when guides or code systems are loaded."""

    claims: str = "single"
    """Whose claims are held against a resource: those of one written by itself (`single`), all (`always`), none (`never`)."""
    validator: Validator = field(default_factory=built_in_validator)
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    def refuse(self, resource: dict[str, Any], *, alone: bool) -> None:
        """Raises Invalid, or ProfileBroken when only a guide is broken: a profile that is claimed, or an extension.

        `alone` is False for what comes with others, in a bundle or a bulk load: one slip in what a resource claims must
        not lose all the rest.
        """
        asked = self.claims == "always" or (alone and self.claims == "single")
        found = self._errors(resource, claims=asked)
        if found:
            told = f"The resource has {len(found)} fault{'s' if len(found) > 1 else ''}; nothing was written."
            kind = Invalid if not asked or self._errors(resource, claims=False) else ProfileBroken
            raise kind(told, faults=tuple(map(_fault, found)))

    async def in_turn(self, check: Callable[[], Result]) -> Result:
        """What a check of a large resource gives, in a thread. They take turns: several at once, as in a batch, would leave
        too little of the processor to everybody else."""
        async with self._turn:
            return await asyncio.to_thread(check)

    def faults(self, resource: dict[str, Any]) -> list[Fault]:
        """What is wrong with a resource of a bulk load."""
        return [_fault(issue) for issue in self._errors(resource, claims=self.claims == "always")]

    def _errors(self, resource: dict[str, Any], *, claims: bool) -> list[Issue]:
        found = self.validator.issues(resource if claims else _without_claims(resource), with_warnings=False)
        return [issue for issue in found if issue.severity == "error" and (claims or not _GUIDE.match(issue.rule))]


def is_large(resource: object) -> bool:
    """Whether checking it may take longer than others can wait."""
    return len(json.encode(resource)) >= _LARGE


def _without_claims(resource: Any) -> Any:
    """The resource without meta.profile. A list of claims that is none is a fault of its own, and stays."""
    meta: Any = cast("dict[str, Any]", resource).get("meta") if isinstance(resource, dict) else None
    if not isinstance(meta, dict) or not isinstance(cast("dict[str, Any]", meta).get("profile"), list):
        return cast("Any", resource)
    other = {name: value for name, value in cast("dict[str, Any]", resource).items() if name != "meta"}
    kept = {name: value for name, value in cast("dict[str, Any]", meta).items() if name not in ("profile", "_profile")}
    return other | {"meta": kept} if kept else other


def _fault(issue: Issue) -> Fault:
    return Fault(issue.message, issue.path, issue.code)
