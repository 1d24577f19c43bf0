"""One include or exclude of a value set: codes of one system, narrowed by a list, filters and other value sets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from osler.terminology.valuesets.concepts import Concept, Json
from osler.terminology.valuesets.filters import PROPERTY, Filter
from osler.terminology.valuesets.system import System, has
from osler.terminology.valuesets.texts import matches
from osler.terminology.valuesets.work import Work

if TYPE_CHECKING:
    from osler.terminology.valuesets.composition import Composed

SEARCH = 1_000
"""Steps of a search by text in a whole code system, whatever it finds."""
MOST_WITHIN = 20_000
"""Codes up to which a text search is handed the list of those that count; beyond, it tests what it finds."""
Keep = Callable[[str, str], bool]
"""Whether a code of a system is wanted."""


@dataclass(frozen=True, slots=True)
class Member:
    """A code of a value set. `listed` is what the value set itself says of it, going over the system's words."""

    system: str
    code: str
    source: System | None = None
    listed: Json | None = None

    @property
    def concept(self) -> Concept | None:
        return self.source.find(self.code) if self.source else None


@dataclass(frozen=True, slots=True)
class Include:
    url: str
    """Of the code system; empty where only other value sets are named."""
    version: str
    system: System | None
    """None when it is not loaded, or not in that version."""
    concepts: Mapping[str, Json] | None
    """By code; None when no list is given."""
    filters: tuple[Filter, ...]
    unbound: bool
    """There are filters, but no system to ask."""
    imports: tuple[Composed, ...]

    def holds(self, url: str, code: str, work: Work) -> bool | None:
        """Whether a code is among them; None when it cannot be told."""
        work.step()
        answer: bool | None = True
        for each in self._answers(url, code, work):
            if each is False:
                return False
            if each is None:
                answer = None
        return answer

    def _answers(self, url: str, code: str, work: Work) -> Iterator[bool | None]:
        if self.url:
            yield url == self.url
            if self.concepts is not None:
                yield self._own(code) in self.concepts
            if self.unbound:
                yield None
            yield from (each.test(code, work) for each in self.filters)
        yield from (each.holds(url, code, work) for each in self.imports)
        if self.url and self.concepts is None:  # last, because it takes longest
            yield None if self.system is None else has(self.system, code)

    def _own(self, code: str) -> str:
        """As the system writes it, where case does not matter."""
        if self.system is None or self.system.about.case_sensitive or self.concepts is None or code in self.concepts:
            return code
        folded = code.casefold()
        return next((each for each in self.concepts if each.casefold() == folded), code)

    def member(self, code: str) -> Member:
        """What the value set says of a code that it holds."""
        listed = self.concepts.get(self._own(code)) if self.concepts is not None else None
        return Member(self.url, code, self.system, listed)

    def members(self, work: Work) -> Iterator[Member]:
        """All codes. Raises Unsupported or notes it in `work` when they cannot be listed."""
        if not self.url:
            yield from self._imported(work)
        elif (codes := self._listing(work)) is not None:
            for code in work.counted(codes):
                if self._passes(self.url, code, work):
                    yield self.member(code)

    def _imported(self, work: Work) -> Iterator[Member]:
        first, *others = self.imports
        for each in first.members(work):
            if all(self._surely(other.holds(each.system, each.code, work), work) for other in others):
                yield each

    def _passes(self, url: str, code: str, work: Work) -> bool:
        return all(self._surely(each.test(code, work), work) for each in self.filters) and all(
            self._surely(each.holds(url, code, work), work) for each in self.imports
        )

    def _surely(self, answer: bool | None, work: Work) -> bool:
        if answer is None:
            work.miss(f"parts of {self.url or 'an imported value set'} are not loaded")
        return answer is True

    def _listing(self, work: Work) -> Iterable[str] | None:
        """The codes to look through; None when there is nothing to look through."""
        if self.concepts is not None and not self.unbound:
            return self.concepts
        if self.system is None:
            work.miss(f"the code system {self.url}{f'|{self.version}' if self.version else ''} is not loaded")
            return None
        if any(each.is_blind() for each in self.filters):
            work.miss(f"{self.url} is loaded without what the filter asks for")
            return None
        narrow = self._narrowest(work)
        if narrow is None and self.system.about.grammar:
            work.miss(f"the codes of {self.url} follow rules and are endless")
            return None
        if self.system.about.partial:
            work.note(f"{self.url} is loaded in part or is not the latest")
        return self.system.codes() if narrow is None else narrow

    def _narrowest(self, work: Work) -> Iterable[str] | None:
        filters = sorted(self.filters, key=Filter.breadth)
        return next((codes for each in filters if (codes := _codes(each, work)) is not None), None)

    def search(self, text: str, limit: int, work: Work, keep: Keep) -> list[tuple[float, Member]]:
        """The members that a text finds, best first."""
        if not self.url:
            first, *others = self.imports

            def wanted(url: str, code: str) -> bool:
                return keep(url, code) and all(self._surely(each.holds(url, code, work), work) for each in others)

            return first.search(text, limit, work, wanted)
        if self.concepts is not None and not self.unbound:
            return self._search_list(text, limit, work, keep)
        return self._search_system(text, limit, work, keep)

    def _search_list(self, text: str, limit: int, work: Work, keep: Keep) -> list[tuple[float, Member]]:
        found: list[tuple[float, Member]] = []
        for code in work.counted(self.concepts or ()):
            member = self.member(code)
            score = matches(names_of(member), text)
            if score and keep(self.url, code) and self._passes(self.url, code, work):
                found.append((score, member))
        return sorted(found, key=lambda pair: -pair[0])[:limit]

    def _search_system(self, text: str, limit: int, work: Work, keep: Keep) -> list[tuple[float, Member]]:
        if self.system is None or any(each.is_blind() for each in self.filters):
            self._listing(work)
            return []
        if self.system.about.grammar:
            work.note(f"the codes of {self.url} follow rules; the usual ones are found by text")
        elif self.system.about.partial:
            work.note(f"{self.url} is loaded in part or is not the latest")

        def test(code: str) -> bool:
            work.step()
            return keep(self.url, code) and self._passes(self.url, code, work)

        work.step(SEARCH)
        hits = self.system.match(text, limit, within=self._within(work), where=test)
        return [(hit.score, self.member(hit.code)) for hit in hits]

    def _within(self, work: Work) -> Collection[str] | None:
        narrow = [each for each in self.filters if each.breadth() < PROPERTY]
        codes = next((codes for each in narrow if (codes := _codes(each, work)) is not None), None)
        if codes is None:
            return None
        chosen = frozenset(codes)
        return chosen if len(chosen) <= MOST_WITHIN else None


def _codes(filter: Filter, work: Work) -> Iterable[str] | None:
    work.step(len(filter.values))
    return filter.codes()


def names_of(member: Member) -> list[str]:
    """Everything that a text may find a member by."""
    concept, listed = member.concept, member.listed or {}
    names = [listed.get("display", ""), member.code, *(each.get("value", "") for each in listed.get("designation", ()))]
    return names + ([concept.display, *(each.value for each in concept.names)] if concept else [])
