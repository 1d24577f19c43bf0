"""What a request was about, and how much of the record it saw: for its audit row."""

from __future__ import annotations

from dataclasses import dataclass, field

from osler.store.stored import Stored


@dataclass(slots=True)
class Seen:
    """What the audit row will say this request was about."""

    type: int = 0
    target: int = 0
    patient: int = 0
    count: int = 0
    """Resources that go out or were written, each once however often it was read."""
    written: int = 0
    _met: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])

    def meet(self, *found: Stored) -> None:
        """These were read for whoever asks."""
        before = len(self._met)
        self._met.update((each.rid, each.version) for each in found)
        self.count += len(self._met) - before

    def wrote(self, type_: int, target: int, patient: int) -> None:
        self.type, self.target, self.patient = type_, target, patient
        self.written += 1
        self.count += 1
