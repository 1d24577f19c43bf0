"""One database connection's place in the audit: its number, and what it has written but not yet committed."""

from __future__ import annotations

from osler.access.audit.entry import AuditEntry
from osler.access.audit.key import AuditKey, moment_of
from osler.store.audit import AuditRow, WriterMark


class AuditWriter:
    """Numbers rows without gaps: a number is only used up when its commit succeeded.

    When the outcome of a commit is not known, the connection is closed and this writer with it. Its last row is then
    there or not; either way its numbers have no gap.
    """

    __slots__ = ("_key", "_macs", "head", "id", "num", "sealed")

    def __init__(self, id_: int, key: AuditKey) -> None:
        self.id = id_
        self.num = 0
        """The last number whose commit succeeded."""
        self.head = 0
        """The running hash at `num`."""
        self.sealed = 0
        """The number up to which a seal has been committed."""
        self._key = key
        self._macs: list[int] = []

    @property
    def pending(self) -> bool:
        """Whether rows were stamped whose commit has not been reported."""
        return bool(self._macs)

    def stamp(self, entry: AuditEntry, actor: int, what: int) -> AuditRow:
        """The row for `entry`, with the next number, to be inserted in the current transaction."""
        num = self.num + len(self._macs) + 1
        rest = (self.id, actor, what, entry.n, entry.action, entry.purpose.number, entry.outcome, entry.type)
        mac = self._key.row(num, moment_of(entry.at), entry.target, entry.pat, *rest)
        self._macs.append(mac)
        return (num, entry.at, entry.target, entry.pat, mac, *rest)

    def committed(self) -> None:
        """The transaction of every row stamped since the last call has been committed, for certain."""
        for mac in self._macs:
            self.head = self._key.head(self.head, mac)
        self.num += len(self._macs)
        self._macs.clear()

    def rolled_back(self) -> None:
        """The transaction has been rolled back, for certain: its numbers are free again."""
        self._macs.clear()

    def mark(self, *, closed: bool = False) -> WriterMark:
        return WriterMark(self.id, self.num, self.head, closed, self.num - self.sealed)
