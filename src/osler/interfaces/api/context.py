"""What every request of the API works with: one per process, made by the composition root."""

from __future__ import annotations

from dataclasses import dataclass, field

from osler.access.gate import Gate
from osler.access.gatehouse import Gatehouse
from osler.access.sessions import Sessions
from osler.access.tokens import Tokens
from osler.core.settings import Settings
from osler.interfaces.api.load import Load
from osler.interfaces.api.metrics import Meter


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
