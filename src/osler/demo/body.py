"""A patient's measurements over time: story curves with a slow wander and a little noise on top."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from random import Random

from osler.demo.codes.labs import ANALYTES, USUAL_BY_SEX
from osler.demo.people import Person

_VITAL_SPREAD = {
    "systolic": 8.0, "diastolic": 5.0, "heart-rate": 6.0, "respiration": 1.0, "oxygen": 0.8, "temperature": 0.2,
    "weight": 0.8, "phq9": 1.4, "ejection": 1.5, "fev1": 2.0, "pain": 1.2, "inr": 0.5, "height": 0.0,
}  # fmt: skip
"""How far a person wanders around the own level: standard deviations, in the unit of the measurement."""


class Curve:
    """Values at days, joined by straight lines, level before the first and after the last."""

    __slots__ = ("days", "values")

    def __init__(self, points: Iterable[tuple[int, float]]) -> None:
        ordered = sorted(points)
        self.days = [day for day, _ in ordered]
        self.values = [value for _, value in ordered]

    def at(self, day: int) -> float:
        days, values = self.days, self.values
        place = bisect_right(days, day)
        if place == 0:
            return values[0]
        if place == len(days):
            return values[-1]
        before, after = days[place - 1], days[place]
        share = (day - before) / (after - before)
        return values[place - 1] + share * (values[place] - values[place - 1])


class Body:
    """What an instrument would read on this patient on a day. Asking draws from the patient's random source."""

    __slots__ = ("_curves", "_drift", "_rng", "_usual", "height", "person", "today")

    def __init__(self, rng: Random, person: Person, today: date) -> None:
        self._rng = rng
        self._curves: dict[str, Curve] = {}
        self._drift: dict[str, float] = {}
        self.person = person
        self.today = today
        tall = 176 if person.sex == "male" else 162.5
        self.height = round(rng.gauss(tall, 6.5), 1)
        age = person.age(today)
        bmi = min(max(rng.gauss(27, 3.5), 19), 40)
        self._usual: dict[str, float] = {
            "systolic": min(rng.gauss(115, 6) + max(0, age - 40) * 0.25, 132),
            "diastolic": rng.gauss(73, 4),
            "heart-rate": rng.gauss(72, 6),
            "respiration": 15,
            "oxygen": 98,
            "temperature": 36.8,
            "weight": bmi * (self.height / 100) ** 2,
            "phq9": rng.choice((0, 1, 2, 2, 3)),
            "pain": 0,
            "egfr": min(120, max(72, 128 - age * 0.75 + rng.gauss(0, 6))),
        }

    def follow(self, key: str, points: Iterable[tuple[int, float]]) -> None:
        """Let a measurement follow points of (day before (negative) or after today, value). The first story wins."""
        if key not in self._curves:
            self._curves[key] = Curve(points)

    def bend(self, key: str, points: Iterable[tuple[int, float]]) -> None:
        """Like `follow`, but the new story replaces an earlier one."""
        self._curves[key] = Curve(points)

    def follows(self, key: str) -> bool:
        return key in self._curves

    def usual(self, key: str) -> float:
        """This patient's own level of a measurement that no story bends."""
        found = self._usual.get(key)
        if found is None:
            row = ANALYTES[key]
            mean = USUAL_BY_SEX.get((key, self.person.sex), row.usual)
            found = self._usual[key] = self._rng.gauss(mean, row.spread * 0.8)
        return found

    def read(self, key: str, on: date) -> float:
        """One measurement: the story's value, plus a wander that is remembered, plus noise."""
        curve = self._curves.get(key)
        level = curve.at((on - self.today).days) if curve else self.usual(key)
        spread = _VITAL_SPREAD.get(key)
        if spread is None:
            between = ANALYTES[key].spread
            spread = max(between * 0.35, level * 0.04) if curve else between * 0.5
        gauss = self._rng.gauss
        drift = self._drift[key] = self._drift.get(key, 0.0) * 0.7 + gauss(0, spread * 0.4)
        return level + drift + gauss(0, spread * 0.7)
