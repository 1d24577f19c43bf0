"""One resource being checked: what was found so far, and the resource that a check stands in."""

from __future__ import annotations

from typing import Any

from osler.core.errors import TooCostly
from osler.fhir.path import Environment
from osler.fhir.validate.issue import Issue, Path, Severity, written
from osler.fhir.validate.ports import Resolve

MOST_ISSUES = 100
MOST_STEPS = 1_000_000
"""Work that the invariants and slices of one resource may take, in steps of FHIRPath: about a second's."""
MOST_STEPS_IN_ALL = 10 * MOST_STEPS
"""Work for a resource and all that is inline in it, such as the entries of a Bundle."""


class Enough(Exception):
    """So much is wrong that looking on helps nobody; or, in a trial, one thing is."""


class Findings:
    """Issues of a whole run. Raises Enough at the last that is kept."""

    __slots__ = ("issues", "most", "with_warnings")

    def __init__(self, most: int = MOST_ISSUES, *, with_warnings: bool = True) -> None:
        self.issues: list[Issue] = []
        self.most = most
        self.with_warnings = with_warnings

    def add(self, issue: Issue) -> None:
        self.issues.append(issue)
        if len(self.issues) >= self.most:
            raise Enough


class Run:
    """What checks are handed. There is one for each inline resource, all with the same findings."""

    __slots__ = (
        "_all_work",
        "_contained",
        "_entries",
        "_environment",
        "_trials",
        "_work",
        "findings",
        "near",
        "resolve_elsewhere",
        "resource",
        "root",
        "start",
    )

    def __init__(self, resource: dict[str, Any], findings: Findings, near: str, resolve: Resolve | None) -> None:
        self.resource = resource
        """The resource that the element is part of: %resource."""
        self.root = resource
        """The resource that contains that one, or the same: %rootResource."""
        self.findings = findings
        self.near = near
        """Package whose definitions are meant where an extension has no version."""
        self.resolve_elsewhere = resolve
        self.start: Path = (None, resource["resourceType"], None)
        """Path of `resource`."""
        self._entries: dict[str, dict[str, Any]] | None = None
        self._contained: dict[str, dict[str, Any]] | None = None
        self._trials: set[tuple[int, str]] = set()
        self._environment: Environment | None = None
        self._work = [0]
        self._all_work = [0]

    @property
    def environment(self) -> Environment:
        """For the invariants of this resource."""
        if self._environment is None:
            self._environment = Environment(self.resource, self.root, resolve=self.resolve)
        return self._environment

    def spend(self, steps: int) -> None:
        """Raises TooCostly when too much work has been done on this resource, or on all of which it is one."""
        self._work[0] += steps
        self._all_work[0] += steps
        if self._work[0] > MOST_STEPS or self._all_work[0] > MOST_STEPS_IN_ALL:
            raise TooCostly("The resource takes too much work to check.")

    def add(self, path: Path, code: str, message: str, rule: str = "", severity: Severity = "error") -> None:
        if severity == "error" or self.findings.with_warnings:
            self.findings.add(Issue(severity, code, written(path), message, rule))

    def within(self, resource: dict[str, Any], path: Path, *, is_contained: bool) -> Run:
        """The run for an inline resource: a contained one has this as its root, any other is its own."""
        inner = Run(resource, self.findings, self.near, self.resolve)
        inner.root = self.root if is_contained else resource
        inner.start = path
        inner._trials, inner._all_work = self._trials, self._all_work
        if is_contained:
            inner._work, inner._contained = self._work, self._named()
        return inner

    def trial(self) -> Run:
        """A run of the same resource whose first error raises Enough and is told to nobody."""
        inner = Run(self.resource, Findings(1, with_warnings=False), self.near, self.resolve_elsewhere)
        inner.root, inner.start = self.root, self.start
        inner._work, inner._all_work = self._work, self._all_work
        inner._entries, inner._contained, inner._trials = self._entries, self._named(), self._trials
        return inner

    def begins(self, value: Any, profile: str) -> bool:
        """Whether a trial of a value against a profile is not going on already, further out."""
        key = (id(value), profile)
        if key in self._trials:
            return False
        self._trials.add(key)
        return True

    def ends(self, value: Any, profile: str) -> None:
        self._trials.discard((id(value), profile))

    def resolve(self, reference: str) -> dict[str, Any] | None:
        """The resource referred to: contained, in the same Bundle, or told by whoever asked for the validation."""
        if reference.startswith("#"):
            return self.contained(reference[1:])
        if self.resource["resourceType"] == "Bundle" and (found := self._in_bundle(reference)):
            return found
        return self.resolve_elsewhere(reference) if self.resolve_elsewhere else None

    def contained(self, id: str) -> dict[str, Any] | None:
        if not id:
            return self.root
        return self._named().get(id)

    def _named(self) -> dict[str, dict[str, Any]]:
        """The contained resources by their ids, the first of several; gone through once for all runs of the resource."""
        if self._contained is None:
            found = [(each.get("id"), each) for each in self.root.get("contained", ())]
            self._contained = {id: each for id, each in reversed(found) if isinstance(id, str)}
        return self._contained

    def _in_bundle(self, reference: str) -> dict[str, Any] | None:
        if self._entries is None:
            self._entries = {}
            for entry in self.resource.get("entry", ()):
                if resource := entry.get("resource"):
                    self._entries[entry.get("fullUrl", "")] = resource
                    self._entries[f"{resource.get('resourceType')}/{resource.get('id')}"] = resource
        return self._entries.get(reference)
