"""The words that typeaheads offer: codes this record already uses, read anew every few minutes, then those of the code
systems that are loaded."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace

from osler.fhir.search.text import normalize_text
from osler.interfaces.web.components.forms import TypeaheadOption, TypeaheadOptions
from osler.terminology.typeahead import Suggestion

FRESH_SECONDS = 300.0
_SYSTEMS = {"http://snomed.info/sct": "SNOMED CT", "http://hl7.org/fhir/sid/icd-10-cm": "ICD-10-CM",
            "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm", "http://loinc.org": "LOINC"}  # fmt: skip

Words = dict[str, str]
"""`system|code` to its words, the commonest first."""


@dataclass(slots=True)
class Vocabulary:
    """Kept by what it is of and for whom: two people with different rights never share what they were shown."""

    _kept: dict[Hashable, tuple[float, Words]] = field(default_factory=dict[Hashable, tuple[float, Words]])

    async def words(self, key: Hashable, read: Callable[[], Awaitable[Words]]) -> Words:
        at, words = self._kept.get(key, (0.0, None))
        if words is None or time.monotonic() - at > FRESH_SECONDS:
            words = await read()
            if len(self._kept) > 500:
                self._kept.clear()
            self._kept[key] = (time.monotonic(), words)
        return words


def options(words: Words, text: str, limit: int = 8) -> TypeaheadOptions:
    """Those whose every typed word begins one of theirs, beginnings of the whole first."""
    typed = normalize_text(text).split()
    found = [(code, label) for code, label in words.items() if _fits(typed, normalize_text(label).split())]
    start = " ".join(typed)
    found.sort(key=lambda each: not normalize_text(each[1]).startswith(start))
    return TypeaheadOptions(
        text, tuple(TypeaheadOption(code, label, code_words(code)) for code, label in found[:limit])
    )


def with_suggestions(
    known: TypeaheadOptions, suggestions: Sequence[Suggestion], *, most_known: int = 3, limit: int = 8
) -> TypeaheadOptions:
    """What the record uses already, but not so much of it that nothing else can be seen; then what else is meant."""
    chosen = {each.code: each for each in known.options[: most_known if suggestions else limit]}
    for each in suggestions:
        code = f"{each.system}|{each.code}"
        chosen.setdefault(code, TypeaheadOption(code, each.display, code_words(code)))
    return replace(known, options=tuple(chosen.values())[:limit])


def _fits(typed: list[str], words: list[str]) -> bool:
    return bool(typed) and all(any(word.startswith(each) for word in words) for each in typed)


def code_words(code: str) -> str:
    """`system|code` as it is read: `SNOMED CT 73211009`."""
    system, _, value = code.partition("|")
    return f"{_SYSTEMS.get(system, system)} {value}".strip()
