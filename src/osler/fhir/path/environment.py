"""What an expression may know besides its focus, and how much work it may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, NoReturn, Protocol

from osler.core.errors import Invalid, TooCostly
from osler.fhir.path.kinds import node_of
from osler.fhir.path.nodes import EMPTY, Items, Node

MOST_STEPS = 300_000
"""Default limit of work: some half a second's."""


class Terminology(Protocol):
    """Answers about codes; None where it cannot tell."""

    def member(self, value_set_url: str, system: str | None, code: str, display: str | None = None) -> bool | None:
        """Whether a value set has the code; without system, whether it has it in any."""
        ...

    def subsumes(self, system: str, code: str, other: str) -> bool | None:
        """Whether `code` is the same as or more general than `other`."""
        ...


class Environment:
    """Surroundings of evaluations. Not to be shared between threads."""

    __slots__ = (
        "_resource_node",
        "_root_node",
        "conforms",
        "context",
        "defined",
        "focus",
        "index",
        "left",
        "now",
        "resolve",
        "resource",
        "root_resource",
        "steps",
        "strict",
        "terminology",
        "total",
        "trace",
        "variables",
        "zone",
    )

    def __init__(
        self,
        resource: dict[str, Any] | None = None,
        root_resource: dict[str, Any] | None = None,
        context: Node | None = None,
        *,
        now: datetime | None = None,
        zone: tzinfo | None = None,
        variables: Mapping[str, Any] | None = None,
        resolve: Callable[[str], dict[str, Any] | None] | None = None,
        terminology: Terminology | None = None,
        conforms: Callable[[dict[str, Any], str], bool | None] | None = None,
        trace: Callable[[str, Items], None] | None = None,
        steps: int = MOST_STEPS,
    ) -> None:
        self.resource = resource
        """`%resource`; None: the focus, when that is a resource."""
        self.root_resource = root_resource
        """`%rootResource`; None: the same as `resource`."""
        self.context = context
        """`%context`; None: the focus."""
        self.focus: Node | None = None
        self.now = now
        """`now()`, aware; None: this moment in `zone`, or in UTC."""
        self.zone = zone
        """Of dates and times without an offset; None: they may be of any zone, and comparisons may be empty for it."""
        self.variables: Mapping[str, Any] = variables or {}
        """`%name`: one value of FHIRPath, a resource, or a list of these."""
        self.resolve = resolve
        """The resource a reference leads to, where it is neither contained nor in the same bundle."""
        self.terminology = terminology
        self.conforms = conforms
        """`conformsTo`: whether a resource conforms to the profile; None when there is no such profile."""
        self.trace = trace
        self.steps = steps
        """Work that one evaluation may do: about a microsecond or two each."""
        self.left = steps
        self.strict = True
        self.index: int | None = None
        self.total: Items = EMPTY
        self.defined: dict[str, Items] = {}
        self._resource_node: Node | None = None
        self._root_node: Node | None = None

    def begin(self, focus: Node | None, *, strict: bool) -> None:
        """Make ready for one evaluation."""
        self.focus = focus
        self.strict = strict
        self.left = self.steps
        self.index = None
        self.total = EMPTY
        self.defined = {}

    def spend(self, steps: int) -> None:
        """Count work. Raises TooCostly when there has been too much."""
        self.left -= steps
        if self.left < 0:
            too_costly()

    def resource_node(self) -> Node | None:
        """`%resource`."""
        if self.resource is None:
            focus = self.focus
            return focus if focus is not None and "Resource" in focus.kind.bases else None
        if self._resource_node is None:
            self._resource_node = node_of(self.resource)
        return self._resource_node

    def root_node(self) -> Node | None:
        """`%rootResource`."""
        if self.root_resource is None:
            return self.resource_node()
        if self._root_node is None:
            self._root_node = node_of(self.root_resource)
        return self._root_node

    def moment(self) -> datetime:
        """`now()`: the same during all evaluations with this environment."""
        if self.now is None:
            self.now = datetime.now(self.zone or UTC)
        return self.now


def too_costly() -> NoReturn:
    """Raises TooCostly: the limit of work is reached."""
    raise TooCostly("The FHIRPath expression takes more work than is allowed.")


def fail(reason: str) -> NoReturn:
    """Raises Invalid: the expression was given something that it cannot work with."""
    raise Invalid(f"The FHIRPath expression cannot be evaluated: {reason}.")
