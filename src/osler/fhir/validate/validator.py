"""Is this resource what R4, the profiles it claims and the profiles asked for say it has to be?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from osler.core.errors import Fault, Invalid, TooCostly
from osler.fhir.definitions.profiles import Profiles, builtin_profiles
from osler.fhir.structure import faults
from osler.fhir.validate.checks import Checks
from osler.fhir.validate.claims import check_profile, claimed, package_of
from osler.fhir.validate.codes import GRAMMARS, SYSTEM_OF
from osler.fhir.validate.issue import Issue
from osler.fhir.validate.ports import CodeCheck, Resolve
from osler.fhir.validate.run import Enough, Findings, Run

_GOES_ON_AFTER = frozenset({"value"})
"""Findings of `fhir/structure` after which the shape is still one that rules can be asked of."""


class Validator:
    """Checks resources, as decoded by `osler.fhir.json`. Compiles what it needs on first use and keeps it; share one."""

    def __init__(self, profiles: Profiles | None = None, codes: CodeCheck | None = None) -> None:
        self.profiles = profiles or builtin_profiles()
        self._checks = Checks(self.profiles, codes)

    def issues(
        self,
        resource: Any,
        profiles: Sequence[str] = (),
        *,
        resolve: Resolve | None = None,
        with_warnings: bool = True,
    ) -> list[Issue]:
        """Everything wrong with a resource, at most 100 findings; empty when nothing is.

        `profiles` are asked about besides those in meta.profile. When the shape is wrong, only that is told: what a
        rule says of it would make no sense. Without warnings it is faster.
        """
        findings = Findings(with_warnings=with_warnings)
        try:
            self._check(resource, profiles, resolve, findings)
        except Enough:
            pass
        except TooCostly as error:
            findings.issues.append(Issue("error", "too-costly", "", error.message))
        except RecursionError:
            findings.issues.append(Issue("error", "too-costly", "", "The resource is nested too deep to be checked."))
        return findings.issues

    def refuse(self, resource: Any, profiles: Sequence[str] = (), *, resolve: Resolve | None = None) -> None:
        """Raises Invalid, with a fault for each error, for a resource that must not be stored."""
        found = self.issues(resource, profiles, resolve=resolve, with_warnings=False)
        errors = tuple(Fault(each.message, each.path, each.code) for each in found if each.severity == "error")
        if errors:
            raise Invalid(errors[0].message, faults=errors)

    def unchecked_value_sets(self) -> dict[str, str]:
        """Value sets that codes are required to be from and that cannot be checked without a CodeCheck, with reasons."""
        found = self.profiles.unchecked_value_sets(GRAMMARS)
        return {url: reason for url, reason in found.items() if url not in SYSTEM_OF}

    def _check(self, resource: Any, profiles: Sequence[str], resolve: Resolve | None, findings: Findings) -> None:
        for fault in faults(resource):
            findings.add(Issue("error", fault.code, fault.path.replace("._", "."), fault.message, "structure"))
        if any(issue.code not in _GOES_ON_AFTER for issue in findings.issues):
            return
        own = claimed(resource)
        run = Run(resource, findings, package_of([*profiles, *own], self._checks), resolve)
        self._checks.resource(resource, run.start, run)
        for canonical in dict.fromkeys(profiles):
            if canonical not in own:
                check_profile(canonical, resource, run.start, run, self._checks, run.start, is_claim=False)
