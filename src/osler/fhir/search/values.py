"""What is indexed of one resource, before the store hashes and writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

FURTHER_WORDS = "…"
"""`StringValue.comp` of a family name read from a later word on: found by plain searches, but never sorted by."""


class StringValue(Struct, frozen=True, gc=False):
    param: str
    text: str
    """Normalised: case and accents folded, white space and punctuation collapsed."""
    comp: str = ""
    """Composites: the token key of the first component; or FURTHER_WORDS."""


class NumberValue(Struct, frozen=True, gc=False):
    """A number, quantity or range: lo = hi for a single number, None where a range is open."""

    param: str
    lo: Decimal | None
    hi: Decimal | None
    system_code: str = ""
    """`system|code` of a quantity, else empty."""
    code: str = ""
    unit: str = ""
    comp: str = ""


class DateValue(Struct, frozen=True, gc=False):
    """A date, dateTime, instant, Period or Timing as the half-open span [lo, hi) in UTC; None where open."""

    param: str
    lo: datetime | None
    hi: datetime | None
    comp: str = ""


class ReferenceValue(Struct, frozen=True, gc=False):
    """A literal reference to another resource on this server, `type`/`id`."""

    param: str
    """Search parameter that yields it; empty for a reference that no parameter reads (kept for integrity)."""
    type: str
    id: str


@dataclass(slots=True)
class IndexValues:
    """Everything search, compartments and integrity need to know of one resource."""

    tokens: set[str] = field(default_factory=set[str])
    phrases: set[str] = field(default_factory=set[str])
    """Those of the tokens whose text, behind the `=`, can be looked up by its beginning (`:text`, uri `:below`)."""
    strings: list[StringValue] = field(default_factory=list[StringValue])
    numbers: list[NumberValue] = field(default_factory=list[NumberValue])
    dates: list[DateValue] = field(default_factory=list[DateValue])
    references: list[ReferenceValue] = field(default_factory=list[ReferenceValue])
    patients: list[str] = field(default_factory=list[str])
    """Ids of every Patient whose it is, the subject first: in whose compartment it is, or whose resources it holds. A Patient
    is their own; one who is not of this record is `held.UNKNOWN_PATIENT`."""
    clinical: DateValue | None = None
    """The primary clinical date (onset, effective, period …) that timelines sort by."""
