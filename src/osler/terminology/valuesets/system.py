"""What every code system can be asked, whether it is a table, a release file or a grammar.

Answers have three values: yes, no, and None for "cannot be told here": the system is only partly loaded, or has no
hierarchy loaded. None never becomes a quiet no.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Protocol

from osler.terminology.valuesets.concepts import Concept, Hit

Test = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class About:
    """What a code system is, and how far its answers reach."""

    url: str
    version: str = ""
    title: str = ""
    dated: str = ""
    source: str = ""
    case_sensitive: bool = True
    partial: bool = False
    """Codes that are not found may exist all the same: a subset, an example, or older than what is in force."""
    hierarchical: bool = False
    """Whether any concept has a parent."""
    subsumes: bool = True
    """Whether the hierarchy means is-a."""
    grammar: bool = False
    """Codes are made by rules; they cannot be listed."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """Code → type of the properties that its concepts may have."""
    notice: str = ""

    @property
    def canonical(self) -> str:
        """`url|version`."""
        return f"{self.url}|{self.version}" if self.version else self.url


class System(Protocol):
    """One version of one code system."""

    @property
    def about(self) -> About: ...

    def find(self, code: str) -> Concept | None:
        """The concept, by its code as the system compares codes."""
        ...

    def count(self) -> int: ...

    def codes(self, after: int = 0) -> Iterable[str]:
        """All codes in the system's order, without the first so many; none for a grammar."""
        ...

    def is_inactive(self, code: str) -> bool:
        """Whether it is one of the system's codes that are not to be used any more."""
        ...

    def children(self, code: str) -> Sequence[str]: ...

    def ancestors(self, code: str) -> AbstractSet[str]:
        """Without the code itself."""
        ...

    def descendants(self, code: str) -> Collection[str]:
        """Without the code itself."""
        ...

    def with_property(self, name: str, value: str) -> Iterable[str] | None:
        """Codes with a property value, where the system can tell faster than by looking at each; else None."""
        ...

    def match(
        self, text: str, limit: int, *, within: Collection[str] | None = None, where: Test | None = None
    ) -> Sequence[Hit]:
        """The best matches of a text among those codes, or those that pass the test; best first."""
        ...


def has(system: System, code: str) -> bool | None:
    """Whether the code is one of the system's; None when it cannot be told."""
    if system.find(code) is not None:
        return True
    return None if system.about.partial else False


def is_a(system: System, code: str, ancestor: str) -> bool | None:
    """Whether `code` is `ancestor` or below it."""
    concept = system.find(code)
    if concept is None:
        return None if system.about.partial else False
    other = system.find(ancestor)
    top = other.code if other else ancestor
    if concept.code == top or top in system.ancestors(concept.code):
        return True
    blind = system.about.partial and (not system.about.hierarchical or other is None)
    return None if blind else False
