"""Policies as data: what a role may do, readable and checkable without running anything.

A policy is a list of rules; each opens some resources for some interactions. Nothing is open that no rule opens.
Values may hold variables, filled in from the actor when the policy is compiled: `{actor.practitioner}`,
`{actor.sites}`, `{patient}`. A variable without a value opens nothing (a clinician without a Practitioner has an
empty panel), but for `{actor.sites}` of an actor who is not confined to sites, which is all of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args

from osler.access.actors import Purpose
from osler.access.labels import SENSITIVE
from osler.access.permissions import Permission
from osler.access.type_groups import types_named
from osler.core.errors import Invalid
from osler.store.visibility import Interaction

INTERACTIONS: frozenset[Interaction] = frozenset(get_args(Interaction))
_READ: frozenset[Interaction] = frozenset(("read", "search", "history"))
_WRITE: frozenset[Interaction] = frozenset(("create", "update"))
_VARIABLES = frozenset(("{actor.practitioner}", "{actor.sites}", "{patient}"))


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One permission, before the actor is known. See `store.visibility.Rule`, which it becomes."""

    interactions: frozenset[Interaction]
    types: frozenset[str] | None = None
    where: tuple[str, ...] = ()
    """Token filters as in a search, all of which must hold: `category=http://…|laboratory,http://…|vital-signs`."""
    sites: tuple[str, ...] | None = ("{actor.sites}",)
    panel: str | None = None
    patients: tuple[str, ...] | None = None
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """A named set of rules with the purposes it may be used for and the doors it opens."""

    name: str
    title: str
    rules: tuple[PolicyRule, ...] = ()
    purposes: frozenset[Purpose] = frozenset()
    permissions: frozenset[Permission] = frozenset()
    reveals: frozenset[str] = frozenset()
    """Sensitive labels (`system|code`) that do not withhold a resource from this policy's holder."""


def load_policy(text: str) -> Policy:
    """Read a policy from TOML.

    Raises Invalid for a key, type, purpose, permission, label or variable that does not exist: a policy with a slip
    of the pen must not be read as a narrower or wider one.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"The policy is not valid TOML: {error}") from error
    return policy_of(data)


def policy_of(data: Mapping[str, Any]) -> Policy:
    """Read a policy from decoded TOML or JSON. Raises Invalid as `load_policy`."""
    _only(data, {"name", "title", "purposes", "permissions", "reveals", "rules"}, "policy")
    return Policy(
        name=_text(data, "name"),
        title=_text(data, "title"),
        rules=tuple(_rule(rule) for rule in cast("list[Mapping[str, Any]]", data.get("rules", []))),
        purposes=frozenset(_purpose(code) for code in _texts(data, "purposes")),
        permissions=frozenset(_permission(name) for name in _texts(data, "permissions")),
        reveals=frozenset(_label(name) for name in _texts(data, "reveals")),
    )


def _rule(data: Mapping[str, Any]) -> PolicyRule:
    _only(data, {"allow", "types", "except", "where", "sites", "panel", "patients", "hidden"}, "rule")
    types = types_named(_texts(data, "types"), without=_texts(data, "except"))
    return PolicyRule(
        interactions=_interactions(_texts(data, "allow")),
        types=types,
        where=tuple(_filter(text) for text in _texts(data, "where")),
        sites=_optional(data, "sites", ("{actor.sites}",)),
        panel=_variable(_text(data, "panel")) if "panel" in data else None,
        patients=_optional(data, "patients", None),
        hidden=frozenset(_texts(data, "hidden")),
    )


def _optional(data: Mapping[str, Any], key: str, absent: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """A list of ids or variables; the word `all` lifts the restriction, a missing key means `absent`."""
    if key not in data:
        return absent
    if data[key] == "all":
        return None
    return tuple(_variable(value) for value in _texts(data, key))


def _interactions(words: tuple[str, ...]) -> frozenset[Interaction]:
    found: set[Interaction] = set()
    for word in words:
        if word == "view":
            found |= _READ
        elif word == "edit":
            found |= _WRITE
        elif word in INTERACTIONS:
            found.add(word)
        else:
            raise Invalid(f"There is no interaction “{word}” for a policy to allow.")
    if not found:
        raise Invalid("A rule must allow something.")
    return frozenset(found)


def _filter(text: str) -> str:
    name, equals, value = text.partition("=")
    if not (name and equals and value) or ":" in name or "." in name:
        raise Invalid("A filter is written parameter=value[,value], without modifiers or chains.")
    return text


def _variable(value: str) -> str:
    if value.startswith("{") and value not in _VARIABLES:
        raise Invalid(f"There is no variable {value}.")
    return value


def _purpose(code: str) -> Purpose:
    for purpose in Purpose:
        if purpose.code == code:
            return purpose
    raise Invalid(f"There is no purpose of use “{code}”.")


def _permission(name: str) -> Permission:
    try:
        return Permission(name)
    except ValueError:
        raise Invalid(f"There is no permission “{name}”.") from None


def _label(name: str) -> str:
    if name not in SENSITIVE:
        raise Invalid(f"There is no sensitive label “{name}”.")
    return SENSITIVE[name]


def _only(data: Mapping[str, Any], known: set[str], what: str) -> None:
    for key in data:
        if key not in known:
            raise Invalid(f"A {what} has no “{key}”.")


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise Invalid(f"“{key}” must be text.")
    return value


def _texts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value: object = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in cast("list[object]", value)):
        raise Invalid(f"“{key}” must be a list of texts.")
    return tuple(cast("list[str]", value))
