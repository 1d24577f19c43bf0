"""Readers for the policies: for every way to hide something, visibilities that hide it in many shapes."""

from __future__ import annotations

from random import Random

from osler.store.visibility import Interaction, Rule, Visibility
from tests.differential.clinic import CATEGORIES, CATEGORY, CODES, DOCTORS, LABELS, PATIENTS, SITES

INTERACTIONS: frozenset[Interaction] = frozenset(("create", "read", "update", "delete", "search", "history"))
KINDS = ["Patient", "Encounter", "CareTeam", "Observation", "Condition", "DocumentReference", "Group", "Provenance"]
KINDS += ["Organization", "Practitioner", "Task", "Communication", "Bundle"]
ELEMENTS = [
    "Patient.telecom", "Patient.birthDate", "Patient.identifier", "Patient.name", "Patient.managingOrganization",
    "Observation.value", "Observation.code", "Observation.performer", "Encounter.participant", "Condition.code",
    "DocumentReference.category", "Provenance.target", "CareTeam.participant", "Group.member", "Patient.name.family",
]  # fmt: skip
AXES = ("role filter", "site", "panel", "label", "hidden element", "patient")


def reader(random: Random, axis: str) -> Visibility:
    """A visibility that hides by one means, now and then beside a rule that opens a little more."""
    extra = [_extra(random)] if random.random() < 0.4 else []
    if axis == "role filter":
        return Visibility((*_filters(random), *extra))
    if axis == "site":
        return Visibility((Rule(INTERACTIONS, sites=frozenset(random.sample(SITES, random.choice([1, 1, 2])))), *extra))
    if axis == "panel":
        return Visibility((Rule(INTERACTIONS, panel=random.choice(DOCTORS)), *extra))
    if axis == "label":
        withheld = random.sample([f"{system}|{code}" for code, system in LABELS.items()], random.choice([1, 2]))
        return Visibility((Rule(INTERACTIONS), *extra), frozenset(withheld))
    if axis == "patient":
        return Visibility((Rule(INTERACTIONS, patients=frozenset(random.sample(PATIENTS, 2))), *extra))
    return Visibility((*_hiding(random), *extra))


def _extra(random: Random) -> Rule:
    """Reading a few types whatever else; one interaction may be left out, so that seeing is not changing."""
    interactions = random.choice(
        [INTERACTIONS, INTERACTIONS - {"update", "delete"}, frozenset[Interaction](("read", "search"))]
    )
    return Rule(
        interactions,
        frozenset(random.sample(KINDS, 3)),
        patients=random.choice([None, frozenset(random.sample(PATIENTS, 3))]),
        sites=random.choice([None, frozenset(random.sample(SITES, 1))]),
    )


def _filters(random: Random) -> list[Rule]:
    """Some types, and of observations and conditions only some kinds."""
    kept = frozenset(random.sample(KINDS, random.randint(3, 8))) - {"Observation", "DocumentReference"}
    categories = tuple(f"category={CATEGORY}|{c}" for c in random.sample(CATEGORIES, random.choice([1, 2])))
    codes = tuple(f"code={code}" for code in random.sample(CODES, 2))
    tokens = random.choice([(categories,), (categories, codes), (codes,)])
    kinds = frozenset(("Observation", "Condition")) if tokens == (codes,) else frozenset(("Observation",))
    loose = Rule(INTERACTIONS, frozenset(("DocumentReference",)), ((f"category={random.choice(CATEGORIES)}",),))
    return [Rule(INTERACTIONS, kept - kinds), Rule(INTERACTIONS, kinds, tokens), loose]


def _hiding(random: Random) -> list[Rule]:
    """Everything without some elements; for some patients or sites all the same with fewer hidden."""
    hidden = frozenset(random.sample(ELEMENTS, random.randint(1, 4)))
    rules = [Rule(INTERACTIONS, hidden=hidden)]
    if random.random() < 0.7:
        fewer = frozenset(random.sample(sorted(hidden), len(hidden) // 2))
        narrowed = random.choice([
            Rule(INTERACTIONS, hidden=fewer, patients=frozenset(random.sample(PATIENTS, 3))),
            Rule(INTERACTIONS, hidden=fewer, sites=frozenset(random.sample(SITES, 1))),
            Rule(INTERACTIONS, frozenset(random.sample(KINDS, 3)), hidden=fewer),
        ])  # fmt: skip
        rules.append(narrowed)
    return rules
