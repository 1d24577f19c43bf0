"""Named groups of resource types, so that a policy can say `@results` instead of a list that grows stale."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from osler.core.errors import Invalid


@lru_cache(maxsize=1)
def type_groups() -> dict[str, frozenset[str]]:
    """All groups by name; together they hold every R4 resource type, each once."""
    text = files(__package__ or "").joinpath("builtin", "type_groups.toml").read_text("utf-8")
    return {name: frozenset(types) for name, types in tomllib.loads(text).items()}


@lru_cache(maxsize=1)
def known_types() -> frozenset[str]:
    return frozenset[str]().union(*type_groups().values())


def types_named(names: Iterable[str], *, without: Iterable[str] = ()) -> frozenset[str] | None:
    """The types behind type names and `@group` names; `*` alone is every type (None). Raises Invalid."""
    names, without = list(names), list(without)
    if not names:
        raise Invalid("A rule must name the resource types it is for.")
    if names == ["*"] and not without:
        return None
    wanted = known_types() if names == ["*"] else _expand(names)
    return wanted - _expand(without)


def _expand(names: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for name in names:
        if name.startswith("@") and name[1:] in type_groups():
            found |= type_groups()[name[1:]]
        elif name in known_types():
            found.add(name)
        else:
            raise Invalid(f"There is no resource type or group “{name}”.")
    return frozenset(found)
