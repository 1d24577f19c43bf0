"""Every name that means a drug: ingredients, salts, brands, combinations, and our own synonyms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from osler.terminology.drugs.model import Ingredient
from osler.terminology.drugs.names import other_names, own_ingredients, plain, without_salt, without_suffix
from osler.terminology.drugs.source import Source

BRAND = re.compile(r"\[([^\]]+)\]$")


class Known(NamedTuple):
    """What a name stands for in a release."""

    kind: str
    """IN, PIN, MIN, BN; `name` for a name of our own."""
    code: str
    name: str


class Vocabulary:
    """Names of a release and our own, by their plain form. Built once, when the first name is looked up."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known: dict[str, Known] = {}
        # Later ones win: an ingredient's name is never a brand's, and a base never a salt's.
        for kind in ("BN", "MIN", "PIN", "IN"):
            for code, name in source.named(kind):
                # A combination may be listed as if it were one ingredient.
                self._known[plain(name)] = Known("MIN" if kind == "IN" and " / " in name else kind, code, name)
        for key, name in own_ingredients().items():
            if key not in self._known or self._known[key].kind not in ("IN", "PIN", "MIN"):
                self._known[key] = Known("name", "", name)
        # What a brand sells comes before what a designation says of it; real names come before both.
        self._also: dict[str, str] = {}
        self._branded: dict[str, list[str]] = {}
        for code, name in source.named("SBD"):
            brand = BRAND.search(name)
            if brand:
                self._branded.setdefault(plain(brand[1]), []).append(code)
                self._known.setdefault(plain(brand[1]), Known("BN", "", brand[1]))
        for other, name in source.also_named():
            self._also[plain(other)] = name
            self._known.setdefault(plain(other), Known("BN", "", other))
        self._codes = _codes_by_synonym(self._known)
        self.longest = max(map(_words, self._known), default=1)
        self._bases: dict[str, tuple[Ingredient, ...]] = {}

    def find(self, name: str) -> Known | None:
        """The concept with exactly this plain name."""
        return self._known.get(name)

    def is_ingredient(self, name: str) -> bool:
        """Whether a plain name is an ingredient's (with or without its salt) or a synonym of one."""
        known = self._known.get(name)
        return name in other_names() or (known is not None and known.kind != "BN")

    def is_name(self, name: str) -> bool:
        """Whether a plain name means a drug at all."""
        return name in self._known or name in other_names()

    def products_of(self, brand: str) -> list[str]:
        """Branded drugs (SBD) whose names say that they are of a brand."""
        return self._branded.get(plain(brand), [])

    def bases(self, name: str) -> tuple[Ingredient, ...]:
        """Base ingredients of an ingredient's, salt's or combination's name; empty when it is none of these."""
        key = plain(name)
        found = self._bases.get(key)
        if found is None:
            found = self._bases[key] = tuple(self._find_bases(key, name))
        return found

    def _find_bases(self, key: str, name: str) -> Iterator[Ingredient]:
        if key in other_names():
            for each in other_names()[key]:
                yield self._base(each, precise=name if plain(each) != key else "")
            return
        known = self._known.get(key)
        if key in self._also and (known is None or known.kind == "BN"):
            yield from self.bases(self._also[key])
        elif known is None or known.kind == "BN":
            shorter = without_salt(key, self.is_ingredient) or self._without_suffix(name)
            if shorter:
                yield from (Ingredient(each.name, each.code, name) for each in self.bases(shorter))
        elif known.kind == "MIN":
            yield from _flat(self.bases(part) for part in known.name.split(" / "))
        elif known.kind == "PIN":
            yield from self._base_of_salt(known)
        else:
            yield self._base(known.name)

    def _base_of_salt(self, salt: Known) -> Iterator[Ingredient]:
        code = self._source.base_of(salt.code)
        found = self._source.find(code) if code else None
        if code and found:
            yield from (Ingredient(each.name, each.code, salt.name) for each in self.bases(found[1]))
            return
        shorter = without_salt(plain(salt.name), self.is_ingredient) or self._without_suffix(salt.name)
        if shorter and plain(shorter) != plain(salt.name):
            yield from (Ingredient(each.name, each.code, salt.name) for each in self.bases(shorter))
        else:
            yield Ingredient(salt.name.lower(), salt.code)

    def _without_suffix(self, name: str) -> str | None:
        shorter = plain(without_suffix(name.lower()))
        return shorter if shorter != plain(name) and self.is_ingredient(shorter) else None

    def _base(self, name: str, precise: str = "") -> Ingredient:
        """The ingredient of a name that is a base already; two RxNorm ingredients may still be one drug (lithium carbonate)."""
        key = plain(name)
        again = other_names().get(key)
        if again and len(again) == 1 and plain(again[0]) != key:
            return self._base(again[0], precise or name)
        known = self._known.get(key)
        code = known.code if known and known.kind in ("IN", "PIN") else ""
        return Ingredient(name.lower(), code or self._codes.get(key, ""), precise)


def _codes_by_synonym(known: dict[str, Known]) -> dict[str, str]:
    """Codes of ingredients that the release has under another name than ours (alendronic acid for alendronate)."""
    found: dict[str, str] = {}
    for other, names in other_names().items():
        entry = known.get(other)
        if len(names) == 1 and entry and entry.kind == "IN":
            found.setdefault(plain(names[0]), entry.code)
    return found


def _words(name: str) -> int:
    return name.count(" ") + 1


def _flat(groups: Iterable[tuple[Ingredient, ...]]) -> Iterator[Ingredient]:
    seen: set[str] = set()
    for group in groups:
        for each in group:
            if each.name not in seen:
                seen.add(each.name)
                yield each
