"""What the drug model asks of an RxNorm release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Protocol

from osler.terminology.model import Concept


class RxNorm(Protocol):
    """The part of `terminology.release.Release` that drugs need."""

    def find(self, code: str) -> Concept | None: ...
    def find_all(self, codes: Iterable[str]) -> dict[str, Concept]: ...
    def related(self, code: str, kind: str) -> Iterable[str]: ...
    def relating(self, code: str, kind: str) -> Iterable[str]: ...
    def by_alias(self, kind: str, value: str) -> Iterable[str]: ...
    def aliases_from(self, kind: str, beginning: str) -> Iterable[str]: ...
    def with_property(self, name: str, value: str) -> Iterable[str]: ...


class Source:
    """Questions about drugs, answered from a release. Relations may be partial: names are what is complete."""

    def __init__(self, release: RxNorm) -> None:
        self._release = release

    def find(self, code: str) -> tuple[str, str] | None:
        """(term type, name) of a code."""
        concept = self._release.find(code)
        return (concept.value("tty"), concept.display) if concept else None

    def named(self, kind: str) -> Iterator[tuple[str, str]]:
        """(code, name) of every concept of a term type."""
        for code, concept in self._release.find_all(self._release.with_property("tty", kind)).items():
            yield code, concept.display

    def also_named(self) -> Iterator[tuple[str, str]]:
        """(other name, ingredient's name) for the designations of ingredients, such as brands that have no code."""
        for concept in self._release.find_all(self._release.with_property("tty", "IN")).values():
            for each in concept.designations:
                yield each.value, concept.display

    def by_alias(self, kind: str, value: str) -> list[str]:
        """Codes that are known by an `ndc11` or a `unii`."""
        return list(self._release.by_alias(kind, value))

    def ndcs_from(self, beginning: str) -> list[str]:
        """Eleven-digit NDCs that begin so."""
        return list(self._release.aliases_from("ndc11", beginning))

    def ingredients(self, drug: str) -> set[str]:
        """Ingredient codes (IN) of a clinical drug, as far as its components are related to any."""
        components = self._release.related(drug, "consists_of")
        found = {code for part in components for code in self._release.related(part, "has_ingredient")}
        return {code for code in found | set(self._release.related(drug, "has_ingredient")) if self._is(code, "IN")}

    def generic(self, branded: str) -> str | None:
        """The clinical drug that a branded one is the trade name of."""
        return next(
            (code for code in self._release.related(branded, "tradename_of") if self._is(code, "SCD", "GPCK")), None
        )

    def products(self, brand: str) -> list[str]:
        """Branded drugs of a brand name."""
        return [code for code in self._release.relating(brand, "has_brand") if self._is(code, "SBD")]

    def contents(self, pack: str) -> list[str]:
        """The drugs in a pack."""
        return list(self._release.related(pack, "contains"))

    def brand_ingredients(self, brand: str) -> set[str]:
        """Ingredients that a brand name is directly related to (only the full release says so)."""
        return {code for code in self._release.related(brand, "tradename_of") if self._is(code, "IN", "MIN")}

    def base_of(self, salt: str) -> str | None:
        """The ingredient of a precise ingredient: said so, or the one that always stands beside it in components."""
        for code in self._release.related(salt, "form_of"):
            if self._is(code, "IN"):
                return code
        beside: Counter[str] = Counter()
        for component in self._release.relating(salt, "has_ingredient"):
            beside.update(code for code in self._release.related(component, "has_ingredient") if self._is(code, "IN"))
        return beside.most_common(1)[0][0] if len(beside) == 1 else None

    def clinical_drugs(self, ingredient: str) -> set[str]:
        """Clinical drugs (SCD) with an ingredient among others."""
        components = self._release.relating(ingredient, "has_ingredient")
        return {drug for part in components for drug in self._release.relating(part, "consists_of")}

    def _is(self, code: str, *kinds: str) -> bool:
        found = self.find(code)
        return found is not None and found[0] in kinds
