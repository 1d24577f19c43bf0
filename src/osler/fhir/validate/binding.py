"""Codes have to be from the value set that an element is bound to (https://hl7.org/fhir/R4/terminologies.html#strength).

Required: one coding has to be from it, and text alone is not enough. Extensible: codes that are not are told as
warnings, since they are right where the value set has nothing for what is meant. Preferred: nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from osler.fhir.definitions.profiles import Binding
from osler.fhir.validate.codes import ValueSetTest
from osler.fhir.validate.issue import Path, Severity
from osler.fhir.validate.kinds import Check
from osler.fhir.validate.run import Run

Membership = Callable[[Any], bool | None]
"""Whether a value is from the value set; None: cannot be told, or there is nothing to ask about."""

FindTest = Callable[[str], ValueSetTest]

_ALSO = {"CapabilityStatement: format": frozenset({"xml", "json", "ttl", "html"})}
"""Codes beside those of a type's value set: R4's own statements name formats as `_format` does."""


def binding_checks(binding: Binding, type: str, find: FindTest, told: str) -> list[Check]:
    checks: list[Check] = []
    if binding.strength in ("required", "extensible") and binding.value_set:
        is_required = binding.strength == "required"
        checks += _check(binding.value_set, type, find, told, _required if is_required else _extensible)
    if binding.maximum and binding.maximum != binding.value_set:
        checks += _check(binding.maximum, type, find, told, _at_most)
    return checks


def membership(value_set: str, type: str, find: FindTest) -> Membership | None:
    """The question for values of a type; None for types that have no codes."""
    test = find(value_set)
    if type in ("code", "string", "uri", "url", "canonical", "id"):
        return lambda value: None if value is None else test.code(value)
    if type == "Coding":
        return lambda value: _coding(value, test)
    if type == "CodeableConcept":
        return lambda value: _concept(value, test)
    if type == "Quantity":
        return lambda value: test.coding(value.get("system"), value.get("code"), None) if "code" in value else None
    return None


class _Question(NamedTuple):
    """One value set, and what to say of a code that is not from it."""

    is_member: Membership
    value_set: str
    told: str

    def refuse(self, path: Path, run: Run, severity: Severity = "error") -> None:
        run.add(path, "code-invalid", f"The code is not from the value set {self.value_set}.", self.told, severity)

    def leave_open(self, value: Any, path: Path, run: Run) -> None:
        if run.findings.with_warnings and _has_code(value):
            message = f"The value set {self.value_set} is not loaded, so the code is not checked."
            run.add(path, "informational", message, self.told, "information")


def _check(
    value_set: str, type: str, find: FindTest, told: str, strength: Callable[[_Question, Any, Path, Run], None]
) -> list[Check]:
    is_member = membership(value_set, type, find)
    if is_member is None:
        return []
    if also := _ALSO.get(told):
        is_member = _or_one_of(also, is_member)
    question = _Question(is_member, value_set, told)
    return [lambda value, sibling, path, run: strength(question, value, path, run)]


def _or_one_of(codes: frozenset[str], is_member: Membership) -> Membership:
    return lambda value: value in codes or is_member(value)


def _required(question: _Question, value: Any, path: Path, run: Run) -> None:
    answer = question.is_member(value)
    if answer is False:
        question.refuse(path, run)
    elif answer is None:
        question.leave_open(value, path, run)


def _extensible(question: _Question, value: Any, path: Path, run: Run) -> None:
    if run.findings.with_warnings and _has_code(value) and question.is_member(value) is False:
        question.refuse(path, run, "warning")


def _at_most(question: _Question, value: Any, path: Path, run: Run) -> None:
    """A code has to be from the larger set; text alone is free."""
    if _has_code(value):
        _required(question, value, path, run)


def _coding(value: dict[str, Any], test: ValueSetTest) -> bool | None:
    return test.coding(value.get("system"), value.get("code"), value.get("display"))


def _concept(value: dict[str, Any], test: ValueSetTest) -> bool | None:
    """One coding that is from the value set is enough; one that nobody can tell leaves the answer open."""
    unknown = False
    for coding in value.get("coding", ()):
        answer = test.coding(coding.get("system"), coding.get("code"), coding.get("display"))
        if answer:
            return True
        unknown = unknown or answer is None
    return None if unknown else False


def _has_code(value: Any) -> bool:
    """Text alone is no code to ask about."""
    return "coding" in value or "code" in value if isinstance(value, dict) else value is not None
