"""$validate-code of CodeSystem and ValueSet (R4 valueset-operation-validate-code.html)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from osler.fhir.search.text import normalize_text
from osler.terminology.valuesets.composition import Composed
from osler.terminology.valuesets.concepts import Concept, Json
from osler.terminology.valuesets.operations.answers import all_names, display_of, parameters, text
from osler.terminology.valuesets.system import System
from osler.terminology.valuesets.work import Work


@dataclass(frozen=True, slots=True)
class Verdict:
    """`result` is None when it cannot be told from what is loaded."""

    result: bool | None
    message: str = ""
    display: str = ""

    def parameters(self) -> dict[str, Any]:
        """As the operation answers: what cannot be told is not confirmed, and the message says why."""
        result = {"name": "result", "valueBoolean": self.result is True}
        return parameters((result, text("message", self.message), text("display", self.display)))


@dataclass(frozen=True, slots=True)
class Asked:
    """One code that is to be judged. Without a system, `in_any` says that its system is to be inferred."""

    code: str
    system: str = ""
    version: str = ""
    display: str = ""


def judge_in_system(system: System, asked: Asked, *, abstract: bool = True, languages: tuple[str, ...] = ()) -> Verdict:
    """Whether the code is one of the system's, and the display one of its names."""
    concept = system.find(asked.code)
    if concept is None:
        if system.about.partial:
            return Verdict(None, f"Not checked: {system.about.url} is loaded in part, or not in the version in force.")
        return Verdict(False, f"{system.about.url} has no such code.")
    return _with_display(Verdict(True), asked, concept, None, languages, abstract)


def judge_in_value_set(
    composed: Composed, asked: Asked, system: System | None, *, abstract: bool = False, languages: tuple[str, ...] = ()
) -> Verdict:
    """Whether the value set has the code. `system` is the code's, in the version that was asked for."""
    work = Work()
    held = composed.holds(asked.system, asked.code, work)
    name = composed.canonical or "The value set"
    if held is None:
        return Verdict(None, f"Not checked: not all that {name} is made of is loaded.")
    concept = system.find(asked.code) if system else None
    if not held:
        known = system is None or concept is not None or system.about.partial
        return Verdict(False, f"{name} does not have this code." if known else f"{asked.system} has no such code.")
    member = composed.member(asked.system, asked.code, work)
    listed = member.listed if member else None
    return _with_display(Verdict(True), asked, concept or (member and member.concept), listed, languages, abstract)


def _with_display(
    verdict: Verdict, asked: Asked, concept: Concept | None, listed: Json | None, languages: tuple[str, ...], abstract: bool
) -> Verdict:  # fmt: skip
    verdict = replace(verdict, display=display_of(concept, listed, languages))
    if concept and concept.abstract and not abstract:
        return replace(verdict, result=False, message="This code only groups others and is not to be chosen.")
    names = [verdict.display, (listed or {}).get("display", ""), concept.display if concept else ""]
    names += [each.value for each in all_names(concept, listed)]
    if asked.display and any(names) and not _is_one_of(asked.display, names):
        return replace(verdict, result=False, message="The display is none of this code's names.")
    note = "The code is in the system but inactive." if concept and concept.inactive else ""
    return replace(verdict, message=note)


def _is_one_of(display: str, names: Iterable[str]) -> bool:
    """Case, accents and punctuation do not count."""
    said = normalize_text(display)
    return any(said == normalize_text(name) for name in names if name)


def judge_any(verdicts: Iterable[Verdict]) -> Verdict:
    """Of a CodeableConcept: one of its codings has to be right."""
    found = list(verdicts)
    best = next((each for each in found if each.result), None)
    if best is not None:
        return best
    unsure = next((each for each in found if each.result is None), None)
    if unsure is not None:
        return unsure
    messages = list(dict.fromkeys(each.message for each in found if each.message))
    return Verdict(False, " ".join(messages) or "There is no coding to check.")
