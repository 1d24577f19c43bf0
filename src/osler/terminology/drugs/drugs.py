"""From whatever names a drug to the drug: RxNorm codes, package codes and bar codes, words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property

from osler.terminology.drugs.clinical_drugs import read_clinical_drug, read_several
from osler.terminology.drugs.codes import ndc10_of_gtin, ndc11_candidates
from osler.terminology.drugs.model import Drug, Ingredient
from osler.terminology.drugs.packages import read_ten
from osler.terminology.drugs.source import RxNorm, Source
from osler.terminology.drugs.text import LONGEST_TEXT, brands_in, read_text
from osler.terminology.drugs.vocabulary import Vocabulary

REMEMBERED = 20_000
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
NDC = "http://hl7.org/fhir/sid/ndc"
UNII = "http://fdasis.nlm.nih.gov"
MOST_IN_A_PACK = 50


class Drugs:
    """The drugs of one RxNorm release. Every answer is None rather than a guess.

    The first question about a name reads all names of the release (a fraction of a second); answers are remembered.
    """

    def __init__(self, rxnorm: RxNorm) -> None:
        self._source = Source(rxnorm)
        self._remembered: dict[tuple[str, str], Drug | None] = {}

    @cached_property
    def words(self) -> Vocabulary:
        """Every name that means a drug."""
        return Vocabulary(self._source)

    def resolve(self, what: str) -> Drug | None:
        """The drug of a bar code, an NDC, an RxCUI or a text, told apart by their look.

        Digits alone are a GTIN (12 to 14), an NDC (10 or 11) or an RxCUI (up to 8).
        """
        what = what.strip()
        if re.fullmatch(r"[\d ]{12,20}", what):
            return self.by_gtin(what)
        if re.fullmatch(r"\d{10,11}|\d{4,5}-\d{3,4}-\d{1,2}", what):
            return self.by_ndc(what)
        if re.fullmatch(r"\d{1,8}", what):
            return self.by_code(what)
        return self.by_text(what)

    def by_coding(self, system: str, code: str) -> Drug | None:
        """The drug of a FHIR coding in RxNorm, NDC or UNII; None for other systems."""
        ways = {RXNORM: self.by_code, NDC: self.by_ndc, UNII: self.by_unii}
        way = ways.get(system)
        return way(code) if way else None

    def by_code(self, code: str) -> Drug | None:
        """The drug of an RxCUI of any term type."""
        return self._once("code", code, self._read_code)

    def by_text(self, text: str) -> Drug | None:
        """The drug that a text names, with the strengths it states; None when no name in it is certain."""
        return self._once("text", text[:LONGEST_TEXT], self._read_text)

    def by_ndc(self, ndc: str) -> Drug | None:
        """The drug of an NDC in any of its shapes; None when it is unknown, or could be two different drugs."""
        return self._once("ndc", ndc.strip(), self._read_ndc)

    def by_gtin(self, gtin: str) -> Drug | None:
        """The drug of a GTIN-12, -13 or -14 with an NDC inside; None for a wrong check digit."""
        ndc = ndc10_of_gtin(gtin)
        return self.by_ndc(ndc) if ndc else None

    def by_unii(self, unii: str) -> Drug | None:
        """The ingredient of an FDA substance code."""
        return self._once("unii", unii, lambda text: self._one_of(self._coded("unii", [text])))

    def ingredients(self, name: str) -> tuple[Ingredient, ...]:
        """Base ingredients of an ingredient's or a salt's name; empty when it is no name of an ingredient."""
        return self.words.bases(name)

    def clinical_drug(self, drug: Drug) -> Drug | None:
        """The one clinical drug with exactly the ingredients and strengths of a drug known by its words.

        None when there is none, or when several forms fit.
        """
        if not drug.strengths or not all(each.code for each in drug.ingredients):
            return None
        codes = [self._source.clinical_drugs(each.code) for each in drug.ingredients]
        fitting = [
            found for code in sorted(set.intersection(*codes)) if (found := self.by_code(code)) and _fits(found, drug)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def clinical_drugs_of(self, ingredient: str) -> list[str]:
        """Codes of the clinical drugs (SCD) that an ingredient (RxCUI) is in, sorted."""
        return sorted(self._source.clinical_drugs(ingredient))

    def _once(self, way: str, what: str, read: Callable[[str], Drug | None]) -> Drug | None:
        key = (way, what)
        if key not in self._remembered:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = read(what)
        return self._remembered[key]

    def _read_code(self, code: str) -> Drug | None:
        found = self._source.find(code)
        if found is None:
            return None
        kind, name = found
        if kind in ("IN", "PIN", "MIN"):
            ingredients = self.words.bases(name)
            return Drug(name, ingredients, code=code, kind=kind) if ingredients else None
        if kind == "BN":
            return self._brand(code, name)
        if kind in ("GPCK", "BPCK"):
            return self._pack(code, kind, name)
        drug = read_clinical_drug(code, kind, name, self._source, self.words)
        return drug if drug.ingredients or drug.unknown else None

    def _brand(self, code: str, name: str) -> Drug | None:
        sold = self._source.products(code) or self.words.products_of(name)
        products = [drug for each in sold if (drug := self.by_code(each))]
        direct = sorted(self._source.brand_ingredients(code))
        products += [drug for each in direct if (drug := self.by_code(each))] if not products else []
        if products:
            return read_several(code, "BN", name, products, brand=name)
        ingredients = self.words.bases(name)
        return Drug(name, ingredients, brand=name, code=code, kind="BN") if ingredients else None

    def _brand_of(self, code: str, name: str) -> Drug | None:
        return self.by_code(code) if code else self._brand("", name)

    def _pack(self, code: str, kind: str, name: str) -> Drug | None:
        inside = [drug for each in self._source.contents(code)[:MOST_IN_A_PACK] if (drug := self.by_code(each))]
        named = re.findall(r"\d+ \(((?:[^()]|\([^()]*\))*)\)", name)
        # The relations of a pack may be partial; its name lists all that is in it.
        drugs = inside + [read_clinical_drug("", "SCD", each, self._source, self.words) for each in named]
        brand = re.search(r"\[([^\]]+)\]$", name)
        return read_several(code, kind, name, drugs, brand=brand[1] if brand else "") if drugs else None

    def _read_text(self, text: str) -> Drug | None:
        drug = read_text(text, self.words)
        brands = [found for each in brands_in(text, self.words) if (found := self._brand_of(each.code, each.name))]
        if drug is None or not (drug.ingredients or brands):
            return None
        merged = {
            each.name: each for each in (*(one for brand in brands for one in brand.ingredients), *drug.ingredients)
        }
        local = drug.local or (not drug.route and bool(brands) and all(brand.local for brand in brands))
        unknown = drug.unknown + tuple(part for brand in brands for part in brand.unknown)
        form = brands[0].form if len(brands) == 1 else ""
        route = drug.route or (brands[0].route if len(brands) == 1 else "")
        drug = replace(drug, ingredients=tuple(merged.values()), form=form, route=route, local=local, unknown=unknown)
        exact = self.clinical_drug(drug)
        return replace(drug, code=exact.code, form=exact.form, route=drug.route or exact.route) if exact else drug

    def _read_ndc(self, ndc: str) -> Drug | None:
        if not re.fullmatch(r"[0-9]{10}", ndc):
            return self._one_of(self._coded("ndc11", ndc11_candidates(ndc)))
        candidates, certain = read_ten(ndc, self._source.ndcs_from)
        codes = [self._coded("ndc11", [each]) for each in candidates]
        # Beside a candidate that the release lacks, one that it has is no more likely to be meant.
        return self._one_of(itertools.chain.from_iterable(codes)) if certain or all(codes) else None

    def _coded(self, kind: str, values: Iterable[str]) -> list[str]:
        return [code for value in values for code in self._source.by_alias(kind, value)]

    def _one_of(self, codes: Iterable[str]) -> Drug | None:
        drugs = [drug for code in dict.fromkeys(codes) if (drug := self.by_code(code))]
        # A package may be known both as generic and as brand; it is one drug when the ingredients agree.
        same = len({(drug.names, frozenset(drug.strengths)) for drug in drugs}) == 1
        return drugs[-1] if same else None


def _fits(clinical: Drug, drug: Drug) -> bool:
    return (
        clinical.kind == "SCD"
        and clinical.names == drug.names
        and set(clinical.strengths) == set(drug.strengths)
        and (not drug.route or clinical.route == drug.route)
    )
