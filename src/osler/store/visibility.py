"""What one actor may see and touch, as data the store can turn into SQL predicates.

`access` compiles policies into this; nothing else makes one. The store adds it to every statement that reads rows, so
a row that is not visible is, for every answer the store gives, not there. There is no default: without a rule nothing
is visible.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Interaction = Literal["create", "read", "update", "delete", "search", "history"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One permission. A row is opened by a rule when every part of the rule holds for it."""

    interactions: frozenset[Interaction]
    types: frozenset[str] | None = None
    """Resource types; None is every type."""
    tokens: tuple[tuple[str, ...], ...] = ()
    """Filters: an AND of ORs of index token keys such as `category=http://…|laboratory`."""
    sites: frozenset[str] | None = None
    """Organization ids. Rows of these sites, and rows that belong to no patient and no site. None: all sites."""
    panel: str | None = None
    """A Practitioner id: rows of the patients in this person's care (care team, encounter), and rows of no patient."""
    patients: frozenset[str] | None = None
    """Patient ids: rows in these patients' compartments, and rows of no patient. None: all patients."""
    hidden: frozenset[str] = frozenset()
    """Element paths (`Patient.telecom`, `Patient.identifier`) that the reader does not get when only this rule opens the row."""


@dataclass(frozen=True, slots=True)
class Visibility:
    """All the rules of one actor for one purpose: a row is visible when one rule opens it and no label withholds it."""

    rules: tuple[Rule, ...]
    withheld: frozenset[str] = field(default_factory=frozenset[str])
    """Security labels, `system|code`, whose rows this reader does not get."""


EVERYTHING = Visibility((Rule(frozenset(("create", "read", "update", "delete", "search", "history"))),))
"""For the system itself: import, backup, the job runner. Only `access.maintenance` may hand it out."""
