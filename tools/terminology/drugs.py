"""RxNorm: the prescribable content for ingredients B to Z, names from a supplement, and ingredients with A keyed by us."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from osler.terminology.model import Alias, Concept, Contents, Head
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
FORM_GROUP = re.compile(r"\b(Pill|Product)\b( \[|$)")
STRENGTH = re.compile(r"\d (MG|MCG|ML|UNT|MEQ|%|ACTUAT|HR|MMOL|CELLS)", re.IGNORECASE)
FORM = re.compile(
    r"(Tablet|Capsule|Solution|Suspension|Injection|Syringe|Cream|Ointment|Patch|System|Inhaler|Spray|Film|Enema"
    r"|Suppository|Powder|Granules|Gel|Lotion|Drops|Lozenge|Syrup|Elixir|Cartridge|Injector|Foam|Implant|Oil|Gum)s?\b"
)


def rxnorm(reader: Reader) -> Contents:
    rows = reader.table("drugs/rxnorm_prescribable_20251006_B-Z_concepts.tsv.gz", "concepts", delimiter="\t")
    links = reader.table("drugs/rxnorm_prescribable_20251006_B-Z_rel.tsv.gz", "relations", delimiter="\t")
    packages = reader.table("drugs/rxnorm_prescribable_20251006_B-Z_ndc11.tsv.gz", "NDC-11", delimiter="\t")
    more = reader.table("drugs/rxnorm_supplement_from_valuesets.tsv.gz", "names from value sets", delimiter="\t")
    known = {row["rxcui"] for row in rows}
    concepts = [_prescribable(row) for row in rows]
    concepts += [_supplement(row) for row in more if row["rxcui"] not in known]
    relations = sorted((row["rxcui"], row["rel"], row["rxcui2"]) for row in links)
    aliases: list[Alias] = [("unii", row["unii"], row["rxcui"]) for row in rows if row["unii"]]
    return Contents(RXNORM, concepts, relations, [*sorted(aliases), *_ndcs(packages)])


def _prescribable(row: dict[str, str]) -> Concept:
    return Concept(row["rxcui"], clean(row["name"]), properties=(("tty", row["tty"]), ("origin", PRESCRIBABLE)))


def _supplement(row: dict[str, str]) -> Concept:
    name = clean(row["name"])
    return Concept(row["rxcui"], name, properties=(("tty", term_type(name)), ("origin", row["source"])))


def _ndcs(packages: list[dict[str, str]]) -> Iterator[Alias]:
    for row in sorted(packages, key=lambda row: row["ndc11"]):
        yield "ndc11", row["ndc11"], row["rxcui"]


def term_type(name: str) -> str:
    """The term type that RxNorm's naming rules say a name has; a bare name is taken for an ingredient."""
    branded = name.endswith("]")
    if name.startswith("{"):
        return "BPCK" if branded else "GPCK"
    if FORM_GROUP.search(name):
        return "SBDG" if branded else "SCDG"
    bare = name.rpartition(" [")[0] if branded else name
    formed, strong = FORM.search(bare), STRENGTH.search(bare)
    kind = "" if formed and strong else "F" if formed else "C" if strong else "N"
    if kind == "N":
        return "BN" if branded else "IN"
    return f"{'SBD' if branded else 'SCD'}{kind}"
