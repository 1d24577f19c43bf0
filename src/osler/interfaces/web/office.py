"""What every request of the web app works with: one per process, made by the composition root as `app.state.office`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import tzinfo

from osler.access.gate import Gate
from osler.access.gatehouse import Gatehouse
from osler.access.installation import Finding
from osler.access.sessions import Sessions
from osler.core.clock import Clock
from osler.core.clock import now as present
from osler.interfaces.web.components.forms import Notice
from osler.interfaces.web.vocabulary import Vocabulary
from osler.terminology.typeahead import Suggestion


async def _nothing_found() -> list[Finding]:
    return []


@dataclass(slots=True)
class Office:
    """`gate` is the only way to the record; `gatehouse` and `sessions` say who is there."""

    gate: Gate
    gatehouse: Gatehouse
    sessions: Sessions
    https: bool = False
    """Whether browsers reach the server by HTTPS: cookies are then sent no other way."""
    site: str = "Osler"
    environment: str = ""
    """`Demo data` and the like, shown on every page."""
    notice: Notice | None = None
    """Said on the sign-in page."""
    clock: Clock = present
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    look_over: Callable[[], Awaitable[list[Finding]]] = _nothing_found
    """What the doctor finds; takes a moment."""
    suggest: Callable[[str, str, int], list[Suggestion]] = lambda kind, text, limit: []
    """Kind, what was typed, how many: concepts of the code systems that are loaded. Takes some milliseconds."""

    @property
    def zone(self) -> tzinfo:
        """The zone that dates and times are shown in."""
        return self.gate.store.zone
