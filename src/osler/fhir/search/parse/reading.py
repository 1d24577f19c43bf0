"""What the parts of the parser share: the search's surroundings, and facts of parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cache

from osler.core.errors import Invalid, TooCostly, Unsupported
from osler.fhir.definitions import SearchParam, definitions
from osler.fhir.search.custom import NONE, CustomParams
from osler.fhir.search.expressions import COMPUTED_DECEASED, paths_of
from osler.fhir.search.terminology import Codes

R5_MODIFIERS = frozenset({"code-text", "text-advanced"})
"""Modifiers of later versions of the standard, told apart from what is in none."""

MOST_TARGETS = 500
"""Target types that the chains of one search may branch into, all in all."""
MOST_VALUES = 1_000
"""Values of one search that are compared one by one, all in all: texts, numbers, dates, places and parts of codes."""
MOST_LISTED = 20_000
"""Values of one search that are looked up together, all in all: codes, references and ids."""
MOST_CRITERIA = 50
"""Parameters of one search that all must hold, those of `_filter` not counted."""


class UnknownParameter(Invalid):
    """No such search parameter; told apart because a lenient search leaves it out."""


@dataclass(slots=True)
class Reading:
    """One search while it is read."""

    zone: tzinfo
    now: datetime
    base_url: str
    codes: Codes | None = None
    custom: CustomParams = NONE
    used: set[str] = field(default_factory=set[str])
    targets: int = 0
    values: int = 0
    listed: int = 0
    words: int = 0

    def branch(self, name: str) -> None:
        """Count one more type that a chain leads to."""
        self.targets += 1
        if self.targets > MOST_TARGETS:
            raise TooCostly(f"{name} can lead to too many types; name them, as in subject:Patient.name.", path=name)

    def compare(self, values: int, name: str) -> None:
        """Count values that no index answers together."""
        self.values += values
        if self.values > MOST_VALUES:
            raise TooCostly(f"A search compares with up to {MOST_VALUES:,} values; ask in parts.", path=name)

    def look_up(self, values: int, name: str) -> None:
        """Count values that an index answers together."""
        self.listed += values
        if self.listed > MOST_LISTED:
            message = f"A search takes lists of up to {MOST_LISTED:,} values in all; split the list and ask in parts."
            raise TooCostly(message, path=name)


@dataclass(frozen=True, slots=True)
class Facts:
    """A search parameter of a type, and the datatypes it reads."""

    param: SearchParam
    datatypes: frozenset[str]

    @property
    def code(self) -> str:
        return self.param.code

    @property
    def literal(self) -> bool:
        """Reads References, and so can be followed."""
        return "Reference" in self.datatypes


@cache
def _facts(type: str, code: str) -> Facts | None:
    param = definitions().search_params(type).get(code)
    if param is None:
        return None
    if param.expression == COMPUTED_DECEASED:
        return Facts(param, frozenset({"boolean"}))
    paths = paths_of(param.expression, type) if param.expression else ()
    return Facts(param, frozenset(path.datatype for path in paths))


def facts_of(type: str, code: str, name: str, custom: CustomParams = NONE) -> Facts:
    """The parameter `code` of a type. Raises UnknownParameter, or Unsupported for those not answered yet."""
    facts = _facts(type, code)
    if facts is None and (own := custom.find(type, code)) is not None:
        return Facts(own.param, own.datatypes)
    if facts is None:
        raise UnknownParameter(f"{type} has no search parameter {_shown(code)}.", path=name)
    if not facts.param.expression:
        raise Unsupported(f"The search parameter {code} is not supported yet.", path=name)
    return facts


def modifier_refused(facts: Facts, modifier: str, name: str) -> Invalid | Unsupported:
    """What to raise for a modifier that is not answered."""
    if modifier in R5_MODIFIERS:
        return Unsupported(f"The modifier :{modifier} is not one of FHIR R4.", path=name)
    return Invalid(f"{facts.code} is a {facts.param.type} parameter and has no modifier {_shown(modifier)}.", path=name)


def _shown(word: str) -> str:
    """A name from the query as it may stand in a message: not when it could be a value gone astray."""
    return f"“{word}”" if len(word) <= 64 and word.replace("-", "").replace("_", "").isalnum() else "of that name"
