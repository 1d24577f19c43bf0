"""Invariants: FHIRPath expressions that have to hold, or cannot be told to fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osler.core.errors import Invalid
from osler.fhir.definitions.profiles import Invariant
from osler.fhir.path import compile_path, kind_of
from osler.fhir.validate.hand_compiled import BY_HAND
from osler.fhir.validate.issue import Path
from osler.fhir.validate.kinds import Check
from osler.fhir.validate.run import Run

Test = Callable[[Any, Any, Run], bool]

_ELSEWHERE = frozenset({"txt-1", "txt-2"})
"""Asked of every narrative anyway."""


def invariant_checks(invariants: tuple[Invariant, ...], structure: str) -> list[Check]:
    """`structure`: key of the definitions for what the element holds, `Patient.contact`, or its primitive type."""
    return [_check(each, structure) for each in invariants if each.key not in _ELSEWHERE]


def _check(invariant: Invariant, structure: str) -> Check:
    by_hand = BY_HAND.get(invariant.expression)
    is_warning, told = invariant.is_warning, f"{invariant.key} is not met: {invariant.expression}"
    test = None if by_hand else _with_path(invariant.expression, structure)

    def tell(path: Path, run: Run) -> None:
        run.add(path, "invariant", told, invariant.key, "warning" if is_warning else "error")

    def check(value: Any, sibling: Any, path: Path, run: Run) -> None:
        if test and not _holds(test, invariant, value, sibling, path, run):
            tell(path, run)

    def check_by_hand(value: Any, sibling: Any, path: Path, run: Run) -> None:
        if by_hand and value is not None and not by_hand(value, run):
            tell(path, run)

    return _when_wanted(check_by_hand if by_hand else check) if is_warning else check_by_hand if by_hand else check


def _when_wanted(check: Check) -> Check:
    def with_warnings(value: Any, sibling: Any, path: Path, run: Run) -> None:
        if run.findings.with_warnings:
            check(value, sibling, path, run)

    return with_warnings


def _holds(test: Test, invariant: Invariant, value: Any, sibling: Any, path: Path, run: Run) -> bool:
    try:
        return test(value, sibling, run)
    except Invalid as error:
        run.add(path, "processing", f"{invariant.key} cannot be checked: {error.message}", invariant.key, "warning")
    return True


def _with_path(expression: str, structure: str) -> Test:
    """Compiled on first use, so that an expression that is none is told as such, of the element it is about."""
    kind = kind_of(structure)

    def test(value: Any, sibling: Any, run: Run) -> bool:
        env = run.environment
        holds = compile_path(expression).test(value, env, kind, sibling)
        run.spend(env.steps - env.left)
        return holds

    return test
