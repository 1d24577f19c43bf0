"""Questions to the terminology (https://hl7.org/fhir/R4/fhirpath.html#functions). Empty where it cannot tell."""

from __future__ import annotations

from typing import Any

from osler.fhir.path.environment import Environment, Terminology, fail
from osler.fhir.path.functions.registry import gives_truth
from osler.fhir.path.nodes import Items, Node
from osler.fhir.path.values import single_text

Coded = tuple["str | None", str, "str | None"]
"""System, code, display."""


@gives_truth("memberOf", 1)
def _member_of(items: Items, env: Environment, value_set: Items) -> bool | None:
    """Of a CodeableConcept, whether any of its codings is."""
    url = single_text(value_set, "memberOf()")
    codes = _codes(items, "memberOf()")
    if url is None or not items or env.terminology is None:
        return None
    env.spend(100 * len(codes))
    answers = [env.terminology.member(url, *code) for code in codes]
    return True if True in answers else None if None in answers else False


@gives_truth("subsumes", 1)
def _subsumes(items: Items, env: Environment, other: Items) -> bool | None:
    return _is_above(_codes(items, "subsumes()"), _codes(other, "subsumes()"), env)


@gives_truth("subsumedBy", 1)
def _subsumed_by(items: Items, env: Environment, other: Items) -> bool | None:
    return _is_above(_codes(other, "subsumedBy()"), _codes(items, "subsumedBy()"), env)


def _is_above(general: list[Coded], special: list[Coded], env: Environment) -> bool | None:
    if not general or not special or env.terminology is None:
        return None
    pairs = [(one, other) for one in general for other in special if one[0] is not None and one[0] == other[0]]
    env.spend(100 * len(pairs))
    answers = [_answer(env.terminology, one, other) for one, other in pairs]
    return True if True in answers else None if None in answers else False


def _answer(terminology: Terminology, one: Coded, other: Coded) -> bool | None:
    return True if one[1] == other[1] else terminology.subsumes(one[0] or "", one[1], other[1])


def _codes(items: Items, what: str) -> list[Coded]:
    if len(items) > 1:
        fail(f"{what} takes a single item, and there are several")
    return [code for item in items for code in _codes_of(item, what)]


def _codes_of(item: Any, what: str) -> list[Coded]:
    value = item.value if type(item) is Node else item
    if type(value) is str:
        return [(None, value, None)]
    if type(item) is not Node or item.kind.name not in ("Coding", "CodeableConcept"):
        fail(f"{what} takes codes")
    codings = [value] if item.kind.name == "Coding" else value.get("coding")
    return [
        (coding.get("system"), coding["code"], coding.get("display"))
        for coding in (codings if type(codings) is list else ())
        if type(coding) is dict and type(coding.get("code")) is str
    ]
