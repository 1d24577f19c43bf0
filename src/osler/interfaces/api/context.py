"""What every request of the API works with: one per process, made by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from osler.access.gate import Gate
from osler.access.gatehouse import Gatehouse
from osler.access.sessions import Sessions
from osler.access.tokens import Tokens
from osler.core.settings import Settings
from osler.interfaces.api.load import Load
from osler.interfaces.api.metrics import Meter
from osler.terminology.valuesets import Terminology, built_in_terminology


@dataclass(slots=True)
class Context:
    """`gate` is the only way to the record; `tokens` and `sessions` say who asks."""

    settings: Settings
    gate: Gate
    gatehouse: Gatehouse
    tokens: Tokens
    sessions: Sessions
    meter: Meter = field(default_factory=Meter)
    load: Load = field(default_factory=Load)
    terminology: Callable[[], Terminology] = built_in_terminology
    """What is built in and loaded, without the record's own resources. May take a moment the first time."""
