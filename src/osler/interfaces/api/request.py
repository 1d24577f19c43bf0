"""One interaction as its handler sees it: asked over HTTP, or by an entry of a bundle."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

from osler.access.actors import Actor
from osler.access.audit.entry import Action
from osler.access.records import Records
from osler.core.errors import Invalid
from osler.fhir.bundle import parse_etag
from osler.fhir.search.query import Query
from osler.interfaces.api.context import Context
from osler.interfaces.api.media import FHIR_JSON

if TYPE_CHECKING:
    from osler.interfaces.api.routes import Route

Params = list[tuple[str, str]]
Result = TypeVar("Result")
MOST_PARAMETERS = 500


@dataclass(slots=True)
class Request:
    """`parts` are the segments of the path below /fhir; `headers` have lower-case names."""

    context: Context
    method: str
    parts: list[str]
    query: str
    headers: dict[str, str]
    base: str
    """The address of the API as this client reaches it, without a slash at the end."""
    actor: Actor
    route: Route | None = None
    body: bytes | None = None
    """None for methods without one, and in a bundle, whose entries have it decoded."""
    resource: Any = None
    """The decoded resource of a bundle's entry."""
    records: Records | None = None
    """Set inside a transaction: what this interaction reads with."""
    audited: bool = False
    """Whether the gate has this interaction's audit row in its hands."""
    what: str = ""
    """Its shape for the audit, without any value."""
    media_type: bytes = FHIR_JSON
    """What the answer is sent as."""
    raw: bool = False
    """A Binary is wanted as the file it holds."""
    prefer: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def type(self) -> str:
        return self.parts[0]

    @property
    def id(self) -> str:
        return self.parts[1]

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    def params(self) -> Params:
        """The decoded parameters of the query, in their order."""
        return read_params(self.query)

    def if_match(self) -> int | None:
        given = self.headers.get("if-match")
        return None if given is None or self.if_there() else parse_etag(given)

    def if_there(self) -> bool:
        """`If-Match: *`: any version will do, as long as there is one (RFC 9110 §13.1.1)."""
        return self.headers.get("if-match", "").strip() == "*"

    def reading(self, action: Action, what: str) -> contextlib.AbstractAsyncContextManager[Records]:
        """Records for the length of the block; inside a transaction, those of the transaction."""
        if self.records is not None:
            return contextlib.nullcontext(self.records)
        self.audited, self.what = True, what
        return self.context.gate.reading(self.actor, action=action, what=what)

    async def write(self, work: Callable[[Records], Awaitable[Result]], action: Action, what: str) -> Result:
        """Runs `work` in one transaction; may run it again from the start."""
        self.audited, self.what = True, what
        return await self.context.gate.write(
            self.actor, work, action=action, what=what, in_bundle=self.resource is not None
        )


def read_params(text: str) -> Params:
    """Decoded `name=value` pairs. Raises Invalid for broken percent-encoding and absurd numbers of them."""
    if not text:
        return []
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise Invalid("The parameters are not UTF-8.") from None
    except ValueError:
        raise Invalid(f"More than {MOST_PARAMETERS} parameters were given.") from None


def read_prefer(text: str) -> dict[str, str]:
    """`Prefer: return=minimal; handling=lenient` (RFC 7240) by name."""
    if not text:
        return {}
    pairs = (part.partition("=") for part in text.replace(";", ",").split(","))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


__all__ = ["Params", "Query", "Request", "read_params", "read_prefer"]
