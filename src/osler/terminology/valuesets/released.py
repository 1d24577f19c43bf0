"""A code system that comes as a release file (`osler.terminology.release`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache

from osler.terminology.release import Concept as Released
from osler.terminology.release import Release
from osler.terminology.valuesets.concepts import Concept, Hit, Name, Property
from osler.terminology.valuesets.system import About, Test

REMEMBERED = 4096
_OPEN_ENDED = frozenset(("http://hl7.org/fhir/sid/ndc",))
"""Systems of which a release is never all: anybody who makes drugs adds codes every day."""
_USES = "urn:osler:designation-use"
_GONE = frozenset(("inactive", "retired", "deleted", "non-active"))


class ReleaseSystem:
    """One release as the operations see a code system."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.about = _about(release)
        self.find = lru_cache(REMEMBERED)(self._find)
        self.ancestors = lru_cache(REMEMBERED)(self._ancestors)
        self.descendants = lru_cache(32)(self._descendants)

    def _find(self, code: str) -> Concept | None:
        found = self.release.find(code)
        return None if found is None else _concept(found)

    def _ancestors(self, code: str) -> AbstractSet[str]:
        return frozenset(self.release.ancestors(code))

    def _descendants(self, code: str) -> Collection[str]:
        return dict.fromkeys(self.release.descendants(code))

    def count(self) -> int:
        return self.release.count

    def codes(self, after: int = 0) -> Iterable[str]:
        return self.release.codes(after)

    def is_inactive(self, code: str) -> bool:
        return code in self._inactive

    @cached_property
    def _inactive(self) -> frozenset[str]:
        """Asking for each concept would take seconds where many codes are gone through."""
        maybe = self.release.find_all(self.release.inactive())
        return frozenset(code for code, concept in maybe.items() if concept.status in _GONE)

    def children(self, code: str) -> Sequence[str]:
        return self.release.children(code)

    def with_property(self, name: str, value: str) -> Iterable[str] | None:
        if name not in self.about.properties:
            return None
        return self.release.with_property(name, value)

    def match(
        self, text: str, limit: int, *, within: Collection[str] | None = None, where: Test | None = None
    ) -> Sequence[Hit]:
        return [Hit(hit.code, hit.score) for hit in self.release.match(text, limit, within=within, where=where)]


def _about(release: Release) -> About:
    head = release.head
    return About(
        url=head.system,
        version=head.version,
        title=head.title,
        dated=head.effective_on.isoformat(),
        source=head.source,
        partial=bool(head.caution) or head.system in _OPEN_ENDED,
        hierarchical=release.has_hierarchy(),
        properties=dict.fromkeys(release.property_names(), "string"),
        notice=" ".join(part for part in (head.notice, head.caution) if part),
    )


def _concept(found: Released) -> Concept:
    return Concept(
        code=found.code,
        display=found.display,
        inactive=found.status in _GONE,
        parents=found.parents,
        names=tuple(Name(each.value, each.language, _use(each.use)) for each in found.designations),
        properties=(
            Property("status", "valueCode", found.status),
            *(Property(name, "valueString", value) for name, value in found.properties),
        ),
    )


def _use(word: str) -> dict[str, str] | None:
    return {"system": _USES, "code": word} if word else None
