"""One patient's record while it is being written."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import blake2b
from random import Random
from zoneinfo import ZoneInfo

from osler.demo.body import Body
from osler.demo.codes.systems import SITE_TAG, US_CORE
from osler.demo.people import Person

_OPENED = 9 * 60 + 27
"""The minute of today at which the clinic of the stories is seen: some were treated, one is in Room 4, others wait."""
_BEGUN, _SLOT = 9 * 60 + 20, 20
_STEP = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


class Record:
    """The resources so far, and what every further one needs: ids, times, the patient, the body.

    The ids are a walk through 64 bits that starts from a hash of the seed and the patient, so that they are stable,
    look like ids and do not meet those of another patient.
    """

    __slots__ = (
        "_id", "_offsets", "active", "body", "conditions", "id", "latest", "now", "person", "resources", "rng",
        "seen_vaccines", "tag", "today", "zone",
    )  # fmt: skip

    def __init__(
        self, *, seed: int, key: str, rng: Random, person: Person, today: date, zone: ZoneInfo, id: str = "",
        now: datetime | None = None,
    ) -> None:  # fmt: skip
        self._id = int.from_bytes(blake2b(f"{seed}:{key}".encode(), digest_size=8).digest())
        self._offsets: dict[date, str] = {}
        self.id = id or self.new_id()
        self.rng = rng
        self.person = person
        self.today = today
        self.now = now.astimezone(zone).replace(tzinfo=None) if now else None
        self.zone = zone
        self.body = Body(rng, person, today)
        self.resources: list[dict] = []
        self.conditions: dict[str, dict] = {}
        """Problems by key, for notes and references."""
        self.active: dict[str, dict] = {}
        """Running prescriptions by drug key."""
        self.latest: dict[str, str] = {}
        """The last result of each analyte, as the notes print it."""
        self.seen_vaccines: dict[str, list[date]] = {}
        self.tag = {"system": SITE_TAG, "code": person.site}

    def new_id(self) -> str:
        self._id = (self._id + _STEP) & _MASK
        return f"{self._id:016x}"

    def meta(self, *profiles: str) -> dict:
        """`meta` with US Core profiles by short name (`us-core-` left out), the owning site and the patient's labels."""
        found: dict = {"profile": [f"{US_CORE}us-core-{name}" for name in profiles]} if profiles else {}
        if self.person.labels:
            found["security"] = [{"system": s, "code": c, "display": d} for s, c, d in self.person.labels]
        found["tag"] = [dict(self.tag)]
        return found

    def add(self, resource: dict) -> dict:
        self.resources.append(resource)
        return resource

    @property
    def subject(self) -> dict:
        return {"reference": f"Patient/{self.id}"}

    def stamp(self, day: date, minute: int) -> str:
        """The instant `minute` minutes after the local midnight of `day`, with its offset.

        Where there is a `now`, today's morning is moved to end there, by whole appointments: nothing lies ahead of it.
        """
        if self.now is None or day != self.today:
            return self._written(day, minute)
        return self._at(min(self._moved(minute), self.now))

    def planned(self, day: date, minute: int) -> str:
        """The same for what is booked, which may lie ahead."""
        return self._written(day, minute) if self.now is None or day != self.today else self._at(self._moved(minute))

    def _moved(self, minute: int) -> datetime:
        assert self.now is not None
        opened = self.now.hour * 60 + self.now.minute
        by = max(
            (opened - _OPENED) // _SLOT * _SLOT, -_BEGUN
        )  # the visit going on is of today, just after midnight too
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(minutes=minute + by)

    def _at(self, moment: datetime) -> str:
        return self._written(moment.date(), moment.hour * 60 + moment.minute)

    def _written(self, day: date, minute: int) -> str:
        offset = self._offsets.get(day)
        if offset is None:
            offset = self._offsets[day] = datetime(day.year, day.month, day.day, 12, tzinfo=self.zone).strftime("%z")
            offset = self._offsets[day] = f"{offset[:3]}:{offset[3:]}"
        return f"{day.isoformat()}T{minute // 60:02d}:{minute % 60:02d}:00{offset}"

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)
