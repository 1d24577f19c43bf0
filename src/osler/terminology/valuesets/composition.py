"""A value set ready to be asked: what its definition includes and excludes (R4 valueset.html §4.9.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from osler.terminology.valuesets.concepts import Json
from osler.terminology.valuesets.includes import Include, Keep, Member
from osler.terminology.valuesets.work import Work

FURTHER = 50
"""Hits looked for beyond those wanted, because several includes may find the same ones."""


@dataclass(slots=True)
class Composed:
    """`resource` is the ValueSet as it is defined."""

    resource: Json
    includes: tuple[Include, ...] = ()
    excludes: tuple[Include, ...] = ()
    inactive: bool = True
    """Whether inactive codes are meant too."""
    unclosed: bool = False
    """Made from an expansion that says of itself that it is not whole."""
    absent: bool = False
    """Named by another value set, but not there."""
    _memory: dict[tuple[str, str], bool | None] = field(default_factory=dict[tuple[str, str], bool | None])

    @property
    def canonical(self) -> str:
        url, version = self.resource.get("url", ""), self.resource.get("version", "")
        return f"{url}|{version}" if version else url

    def holds(self, url: str, code: str, work: Work) -> bool | None:
        """Whether the value set has the code; None when it cannot be told from what is loaded."""
        key = (url, code)
        if key not in self._memory:
            if len(self._memory) > 10_000:
                self._memory.clear()
            self._memory[key] = self._holds(url, code, work)
        return self._memory[key]

    def _holds(self, url: str, code: str, work: Work) -> bool | None:
        if self.absent:
            return None
        inside = _any(self.includes, url, code, work)
        if inside is False:
            return None if self.unclosed else False
        outside = _any(self.excludes, url, code, work)
        if outside is not False:
            return None if outside is None else False
        return inside if self.inactive or not self._is_inactive(url, code) else False

    def _is_inactive(self, url: str, code: str) -> bool:
        return any(each.system.is_inactive(code) for each in self.includes if each.url == url and each.system)

    def member(self, url: str, code: str, work: Work) -> Member | None:
        """The code with what the value set itself says of it; None when it surely or possibly is not in it."""
        for each in self.includes:
            if each.holds(url, code, work):
                if each.url:
                    return each.member(code)
                return each.imports[0].member(url, code, work)
        return None

    def members(self, work: Work) -> Iterator[Member]:
        """Every code once, in the order of the definition."""
        self._tell(work)
        seen: set[tuple[str, str]] | None = set() if len(self.includes) > 1 else None
        for include in self.includes:
            for each in include.members(work):
                if seen is not None:
                    if (each.system, each.code) in seen:
                        continue
                    seen.add((each.system, each.code))
                if self._keeps(each.system, each.code, work):
                    yield each

    def search(self, text: str, limit: int, work: Work, keep: Keep) -> list[tuple[float, Member]]:
        """The codes that a text finds, best first; each once."""
        self._tell(work)

        def wanted(url: str, code: str) -> bool:
            return keep(url, code) and self._keeps(url, code, work)

        found: dict[tuple[str, str], tuple[float, Member]] = {}
        more = FURTHER if len(self.includes) > 1 else 0
        for include in self.includes:
            for score, each in include.search(text, limit + more, work, wanted):
                found.setdefault((each.system, each.code), (score, each))
        return sorted(found.values(), key=lambda pair: -pair[0])[:limit]

    def count(self) -> int | None:
        """How many codes there are, where that is known without going through them."""
        if len(self.includes) != 1 or self.excludes or not self.inactive:
            return None
        only = self.includes[0]
        if only.filters or only.unbound or only.imports:
            return None
        if only.concepts is not None:
            return len(only.concepts)
        return only.system.count() if only.system and not only.system.about.grammar else None

    def page(self, offset: int, count: int, work: Work) -> list[Member] | None:
        """A part of the members, where they can be had without going through those before; else None."""
        total = self.count()
        if total is None:
            return None
        self._tell(work)
        only = self.includes[0]
        if only.system is not None and only.concepts is None and only.system.about.partial:
            work.note(f"{only.url} is loaded in part or is not the latest")
        if only.concepts is not None:
            return [only.member(code) for code in islice(only.concepts, offset, offset + count)]
        codes = only.system.codes(offset) if only.system and offset < total else ()
        return [only.member(code) for code in islice(codes, count)]

    def _keeps(self, url: str, code: str, work: Work) -> bool:
        outside = _any(self.excludes, url, code, work)
        if outside is None:
            work.miss("what it excludes is not loaded")
        return outside is False and (self.inactive or not self._is_inactive(url, code))

    def parts(self) -> list[Composed]:
        """Itself and all that it is made of, each once."""
        found: dict[int, Composed] = {id(self): self}
        waiting: list[Composed] = [self]
        while waiting:
            node = waiting.pop()
            for include in (*node.includes, *node.excludes):
                for each in include.imports:
                    if id(each) not in found:
                        found[id(each)] = each
                        waiting.append(each)
        return list(found.values())

    def _tell(self, work: Work) -> None:
        work.step()
        if self.absent:
            work.miss(f"the value set {self.canonical} is not loaded")
        if self.unclosed:
            work.note("it was published without all of its codes")
        for include in self.includes:
            if include.system:
                work.used[include.system.about.canonical] = None
            for each in include.imports:
                work.imported[each.canonical] = None


def _any(includes: tuple[Include, ...], url: str, code: str, work: Work) -> bool | None:
    answer: bool | None = False
    for each in includes:
        found = each.holds(url, code, work)
        if found:
            return True
        if found is None:
            answer = None
    return answer
