"""RxNorm: the prescribable content for ingredients B to Z, names from a supplement, and ingredients with A keyed by us."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from osler.terminology.drugs.names import plain, salts
from osler.terminology.model import Alias, Concept, Contents, Designation, Head, Relation
from terminology.reading import Reader, clean

RXNORM = Head(
    name="rxnorm",
    system="http://www.nlm.nih.gov/research/umls/rxnorm",
    version="2025-10-06",
    effective_on=date(2025, 10, 6),
    title="RxNorm, prescribable content",
    source="National Library of Medicine, RxNorm Current Prescribable Content of October 6, 2025",
    license="US public domain (SAB=RXNORM)",
    notice="This product uses publicly available data courtesy of the U.S. National Library of Medicine (NLM), National "
    "Institutes of Health, Department of Health and Human Services; NLM is not responsible for the product and does "
    "not endorse or recommend this or any other product.",
    caution="Of ingredients that begin with A only the common ones are here, without NDCs: load "
    "RxNorm_full_prescribe before prescribing.",
)
PRESCRIBABLE = "RxNorm prescribable 2025-10-06"
KEYED = Path(__file__).with_name("ingredients_a.tsv")
QUANTITY = re.compile(r"^(?:nda\d+ )?(?:\d[\d.]* (?:ml|hr|actuat) )*")
FORM_GROUP = re.compile(r"\b(Pill|Product)\b( \[|$)")
NO_NAMES = frozenset(("RxNorm Code",))
"""What stands in the place of a name in the supplement and is none."""
STRENGTH = re.compile(r"\d ?(MG|MCG|ML|UNT|MEQ|%|ACTUAT|HR|MMOL|CELLS)", re.IGNORECASE)
FORM = re.compile(
    r"(Tablet|Capsule|Solution|Suspension|Injection|Syringe|Cream|Ointment|Patch|System|Inhaler|Spray|Film|Enema"
    r"|Suppository|Powder|Granules|Gel|Lotion|Drops|Lozenge|Syrup|Elixir|Cartridge|Injector|Foam|Implant|Oil|Gum)s?\b"
)


def rxnorm(reader: Reader) -> Contents:
    rows = reader.table("drugs/rxnorm_prescribable_20251006_B-Z_concepts.tsv.gz", "concepts", delimiter="\t")
    links = reader.table("drugs/rxnorm_prescribable_20251006_B-Z_rel.tsv.gz", "relations", delimiter="\t")
    packages = reader.table("drugs/rxnorm_prescribable_20251006_B-Z_ndc11.tsv.gz", "NDC-11", delimiter="\t")
    more = reader.table("drugs/rxnorm_supplement_from_valuesets.tsv.gz", "names from value sets", delimiter="\t")
    concepts = [_prescribable(row) for row in rows]
    known = {each.code for each in concepts}
    keyed = [each for each in _keyed() if each.code not in known]
    known.update(each.code for each in keyed)
    concepts += keyed
    concepts += [_supplement(row) for row in more if row["rxcui"] not in known and row["name"] not in NO_NAMES]
    ingredients = {each.display.lower(): each.code for each in concepts if each.value("tty") == "IN"}
    given = [(row["rxcui"], row["rel"], row["rxcui2"]) for row in links]
    derived = _derived(concepts, ingredients, {each.code for each in keyed if each.value("tty") == "IN"})
    concepts = [_settled(each, {source for source, _, _ in derived}) for each in concepts]
    aliases: list[Alias] = [("unii", row["unii"], row["rxcui"]) for row in rows if row["unii"]]
    return Contents(RXNORM, concepts, sorted({*given, *derived}), [*sorted(aliases), *_ndcs(packages)])


def _keyed() -> Iterator[Concept]:
    """The table of ingredients with A and their drugs."""
    for line in KEYED.read_text().splitlines():
        if line and not line.startswith("#"):
            code, tty, name, sources, names = line.split("\t")
            everyday = tuple(Designation(each.strip(), use="everyday") for each in names.split(",") if each.strip())
            facts = (("tty", tty), ("origin", f"keyed: {sources}"))
            yield Concept(code, name, designations=everyday, properties=facts)


def _derived(concepts: list[Concept], ingredients: dict[str, str], keyed: set[str]) -> list[Relation]:
    """(clinical drug, has_ingredient, ingredient) read from a drug's name, where one of its ingredients was keyed."""
    found: list[Relation] = []
    for each in concepts:
        if each.value("tty") in ("SCD", "SBD"):
            parts = [_ingredient(part, ingredients) for part in each.display.split(" [")[0].split(" / ")]
            if None not in parts and not keyed.isdisjoint(parts):
                found.extend((each.code, "has_ingredient", part) for part in parts if part)
    return found


def _ingredient(part: str, ingredients: dict[str, str]) -> str | None:
    """The ingredient that a part of a name begins with; salts are left out of account."""
    words = QUANTITY.sub("", part.lower()).split()
    names = (" ".join(words[:length]) for length in range(min(4, len(words)), 0, -1))
    return next((ingredients[name] for name in names if name in ingredients), None)


def _settled(concept: Concept, ours: Iterable[str]) -> Concept:
    """A supplement's drug of a keyed ingredient counts as one that can be prescribed, when a current list has it."""
    origin = concept.value("origin")
    if concept.code not in ours or not origin.startswith("supplement:") or origin.endswith("ecqm-v2022"):
        return concept
    facts = tuple(
        (name, value if name != "origin" else origin.replace("supplement:", "keyed:"))
        for name, value in concept.properties
    )
    display = concept.display[0].lower() + concept.display[1:]
    return replace(concept, properties=facts, display=display)


def _prescribable(row: dict[str, str]) -> Concept:
    return Concept(row["rxcui"], clean(row["name"]), properties=(("tty", row["tty"]), ("origin", PRESCRIBABLE)))


def _supplement(row: dict[str, str]) -> Concept:
    name = clean(row["name"])
    kind = term_type(name)
    # Value sets write ingredients small, as RxNorm does, and brands with a capital.
    if kind == "IN" and row["source"].startswith("ecqm") and name[0].isupper():
        kind = "BN"
    return Concept(row["rxcui"], name, properties=(("tty", kind), ("origin", f"supplement: {row['source']}")))


def _ndcs(packages: list[dict[str, str]]) -> Iterator[Alias]:
    for row in sorted(packages, key=lambda row: row["ndc11"]):
        yield "ndc11", row["ndc11"], row["rxcui"]


def term_type(name: str) -> str:
    """The term type that RxNorm's naming rules say a name has; a bare name is taken for an ingredient, or its salt."""
    branded = name.endswith("]")
    if name.startswith("{"):
        return "BPCK" if branded else "GPCK"
    if FORM_GROUP.search(name):
        return "SBDG" if branded else "SCDG"
    bare = name.rpartition(" [")[0] if branded else name
    formed, strong = FORM.search(bare), STRENGTH.search(bare)
    kind = "" if formed and strong else "F" if formed else "C" if strong else "N"
    if kind == "N":
        return "BN" if branded else _bare(name)
    return f"{'SBD' if branded else 'SCD'}{kind}"


def _bare(name: str) -> str:
    words = plain(name).split(" ")
    if " / " in name:
        return "MIN"
    if words[-1] == "pack":
        return "BPCK"
    return "PIN" if len(words) > 1 and words[-1] in salts() else "IN"
