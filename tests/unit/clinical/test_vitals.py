"""Vital signs: what can be believed, conversions, and how they are written."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from osler.clinical.vitals.fhir import observations_for, part_of, reading_of
from osler.clinical.vitals.pairs import readings_of, told_as_one
from osler.clinical.vitals.rules import Entered, bmi, doubts, flag_of, measured_in
from osler.clinical.vitals.signs import (
    DIASTOLIC,
    ENTERED,
    HEART_RATE,
    HEIGHT,
    PAIN,
    SYSTOLIC,
    TEMPERATURE,
    WEIGHT,
    Sign,
)
from osler.fhir import json
from osler.fhir.structure import faults
from osler.store.stored import Stored

NOW = datetime(2026, 3, 2, 9, 12, tzinfo=UTC)
BY = {"reference": "Practitioner/okafor", "display": "Dr A. Okafor"}


def entered(sign: Sign, value: str, unit: str = "") -> Entered:
    return Entered(sign, Decimal(value), unit or sign.units[0].code)


def a_set(*each: Entered) -> dict[str, Entered]:
    return {one.sign.key: one for one in each}


def stored(resource: dict, id_: str = "o1") -> Stored:
    return Stored(resource["resourceType"], id_, 1, NOW, json.encode({**resource, "id": id_}))


@pytest.mark.parametrize("sign", ENTERED)
def test_what_cannot_be_is_stopped_and_what_is_unusual_is_asked_about(sign: Sign) -> None:
    low, soft_low, soft_high, high = sign.limits
    step = Decimal("0.1") if sign.places else Decimal(1)

    def weights(value: Decimal) -> set[str]:
        return {doubt.weight for doubt in doubts(a_set(entered(sign, str(value)))) if "needs both" not in doubt.message}

    assert weights(low - step) == {"stop"}
    assert weights(high + step) == {"stop"}
    if low < soft_low:
        assert weights(low) == {"ask"}
    assert weights((soft_low + soft_high) // 2) == set()


def test_blood_pressure_needs_both_numbers_in_order() -> None:
    assert [d.weight for d in doubts(a_set(entered(SYSTOLIC, "120")))] == ["stop"]
    assert [d.weight for d in doubts(a_set(entered(DIASTOLIC, "80")))] == ["stop"]
    reversed_pair = doubts(a_set(entered(SYSTOLIC, "80"), entered(DIASTOLIC, "120")))
    assert [d.message for d in reversed_pair] == ["Systolic has to be above diastolic."]


def test_pain_is_a_whole_number() -> None:
    assert [d.weight for d in doubts(a_set(entered(PAIN, "3.5")))] == ["stop"]


def test_limits_are_said_in_the_unit_that_was_written() -> None:
    (doubt,) = doubts(a_set(entered(TEMPERATURE, "37", "[degF]")))
    assert doubt.message == "Temperature has to be between 77 and 113 °F."


def test_a_weight_far_from_the_last_one_is_asked_about() -> None:
    assert [d.weight for d in doubts(a_set(entered(WEIGHT, "95")), before={"weight": Decimal(80)})] == ["ask"]
    assert doubts(a_set(entered(WEIGHT, "84")), before={"weight": Decimal(80)}) == []
    assert [d.key for d in doubts(a_set(entered(HEIGHT, "150")), before={"height": Decimal(163)})] == ["height"]


@pytest.mark.parametrize(
    ("sign", "value", "unit", "expected"),
    [(TEMPERATURE, "98.6", "[degF]", "37"), (WEIGHT, "100", "[lb_av]", "45.359237"), (HEIGHT, "10", "[in_i]", "25.40")],
)
def test_units_convert(sign: Sign, value: str, unit: str, expected: str) -> None:
    assert round(entered(sign, value, unit).converted, 6) == round(Decimal(expected), 6)


def test_body_mass_index() -> None:
    assert bmi(Decimal("82.4"), Decimal(163)) == Decimal("31.0")
    assert bmi(None, Decimal(163)) is None
    assert bmi(Decimal(80), None) is None
    assert bmi(Decimal(80), Decimal(0)) is None


def test_a_set_is_written_as_sound_observations_with_the_numbers_as_entered() -> None:
    values = a_set(
        entered(SYSTOLIC, "132"), entered(DIASTOLIC, "81"), entered(TEMPERATURE, "98.60", "[degF]"), entered(HEART_RATE, "72")
    )  # fmt: skip
    written = observations_for(
        values, computed_bmi=Decimal("31.0"), taken_at=NOW, patient="p", performer=BY, encounter="Encounter/e"
    )
    assert [faults(each) for each in written] == [[], [], [], []]
    assert [each["code"]["coding"][0]["code"] for each in written] == ["85354-9", "8310-5", "8867-4", "39156-5"]
    assert b'"value":98.60,"unit":"\xc2\xb0F"' in json.encode(written[1])
    assert all(each["encounter"] == {"reference": "Encounter/e"} for each in written)


def test_what_is_written_reads_back() -> None:
    written = observations_for(
        a_set(entered(SYSTOLIC, "132"), entered(DIASTOLIC, "81")),
        computed_bmi=None,
        taken_at=NOW,
        patient="p",
        performer=BY,
    )
    reading = reading_of(stored(written[0]))
    assert reading is not None
    assert (reading.key, reading.value, reading.second, reading.by) == ("pressure", 132, 81, "Dr A. Okafor")


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_withdrawn_measurements_are_not_read(status: str) -> None:
    written = observations_for(
        a_set(entered(HEART_RATE, "72")), computed_bmi=None, taken_at=NOW, patient="p", performer=BY
    )
    assert reading_of(stored({**written[0], "status": status})) is None
    assert reading_of(stored({"resourceType": "Observation", "status": "final", "code": {"text": "Mood"}})) is None


def pressure(systolic: int, diastolic: int | None, flag: str = "", key: str = "pressure") -> object:
    from osler.clinical.vitals.fhir import Reading

    second = None if diastolic is None else Decimal(diastolic)
    return Reading("1", key, Decimal(systolic), "mm[Hg]", "2026-01-01", Decimal(systolic), second, flag)


@pytest.mark.parametrize(
    ("reading", "adult", "flag"),
    [
        (pressure(139, 89), True, ""),
        (pressure(140, 80), True, "H"),
        (pressure(120, 90), True, "H"),
        (pressure(89, 50), True, "L"),
        (pressure(200, 120), False, ""),
        (pressure(120, 80, "H"), False, "H"),
        (pressure(180, 80, "N"), True, ""),
        (pressure(91, None, key="spo2"), True, "L"),
        (pressure(120, None, key="heart_rate"), True, "H"),
        (pressure(72, None, key="heart_rate"), True, ""),
        (pressure(72, None, key="weight"), True, ""),
    ],
)
def test_flags(reading: object, adult: bool, flag: str) -> None:
    assert flag_of(reading, adult=adult) == flag  # type: ignore[arg-type]


def measured(code: str, value: int | None = None, at: str = "2026-01-02T09:00:00Z", **more: object) -> dict:
    """An Observation as another system wrote it."""
    quantity = (
        {} if value is None else {"valueQuantity": {"value": value, "code": "/min" if code == "8867-4" else "mm[Hg]"}}
    )
    coded = {"coding": [{"system": "http://loinc.org", "code": code}]}
    return {
        "resourceType": "Observation",
        "status": "final",
        "effectiveDateTime": at,
        "code": coded,
        **quantity,
        **more,
    }


def seen(*observations: dict) -> list[tuple[str, int, int | None]]:
    found = readings_of(stored(each, f"o{place}") for place, each in enumerate(observations))
    return [(each.key, int(each.value), None if each.second is None else int(each.second)) for each in found]


SPLIT = (measured("8462-4", 82), measured("8480-6", 136))
PARTS = [{key: part[key] for key in ("code", "valueQuantity")} for part in SPLIT]


@pytest.mark.parametrize("panel", ["85354-9", "55284-4", "85353-1", "any-other"])
def test_a_blood_pressure_is_read_from_its_components_whatever_the_panel(panel: str) -> None:
    reading = reading_of(stored(measured(panel, component=PARTS)))
    assert reading is not None
    assert (reading.key, reading.value, reading.second) == ("pressure", 136, 82)
    assert seen(measured(panel, component=PARTS)) == [("pressure", 136, 82)]


def test_halves_of_one_time_are_one_blood_pressure() -> None:
    assert seen(measured("8867-4", 72), *SPLIT) == [("heart_rate", 72, None), ("pressure", 136, 82)]
    assert seen(measured("55284-4", component=PARTS), *SPLIT) == [("pressure", 136, 82)]
    assert seen(*SPLIT, *SPLIT) == [("pressure", 136, 82)]


def test_halves_that_need_not_belong_together_are_not_paired() -> None:
    later = "2026-01-02T09:05:00Z"
    assert seen(measured("8462-4", 82, later), measured("8480-6", 136)) == [("pressure", 136, None)]
    assert seen(*SPLIT, measured("8480-6", 120)) == [("pressure", 136, None), ("pressure", 120, None)]
    assert seen(measured("8462-4", 82)) == []


def told(*observations: dict) -> list[list[str]]:
    """What goes with each of these."""
    parts = [part_of(stored(each, f"o{place}")) for place, each in enumerate(observations)]
    return [told_as_one(f"o{place}", [each for each in parts if each]) for place, _ in enumerate(observations)]


def test_what_is_shown_as_one_blood_pressure_is_withdrawn_as_one() -> None:
    later = "2026-01-02T09:05:00Z"
    assert told(*SPLIT, measured("8867-4", 72)) == [["o1"], ["o0"], []]
    assert told(*SPLIT, measured("8462-4", 82, later)) == [["o1"], ["o0"], []]
    assert told(measured("55284-4", component=PARTS), *SPLIT)[0] == ["o1", "o2"]
    assert told(*SPLIT, measured("8480-6", 136)) == [["o1", "o2"], ["o0", "o2"], ["o0", "o1"]]
    assert told(*SPLIT, measured("8480-6", 120)) == [[], [], []]
    assert told(*SPLIT, measured("8480-6", 120), measured("8480-6", 120))[2] == ["o3"]


def test_a_pair_is_normal_only_when_both_halves_were_said_to_be() -> None:
    def flag(*flags: str) -> str:
        said = [{"interpretation": [{"coding": [{"code": each}]}]} if each else {} for each in flags]
        halves = (stored({**each, **more}) for each, more in zip(SPLIT, said, strict=True))
        return readings_of(halves)[0].flag

    assert [flag("H", "N"), flag("N", "N"), flag("", "N"), flag("", "")] == ["H", "N", "", ""]


@pytest.mark.parametrize(
    ("sign", "quantity", "measured"),
    [
        (WEIGHT, {"value": 70, "code": "kg"}, ("70", "kg")),
        (WEIGHT, {"value": 154, "code": "[lb_av]"}, ("154", "[lb_av]")),
        (WEIGHT, {"value": 3500, "code": "g"}, ("3.50", "kg")),
        (WEIGHT, {"value": 70, "unit": "KG"}, ("70", "kg")),
        (WEIGHT, {"value": 70}, None),
        (WEIGHT, {"value": 70, "unit": "stone-ish"}, None),
        (WEIGHT, {"value": 70, "code": "mm[Hg]"}, None),
        (SYSTOLIC, {"value": 16, "code": "kPa"}, ("120.0", "mm[Hg]")),
        (SYSTOLIC, {"value": 120, "unit": "mmHg"}, ("120", "mm[Hg]")),
        (SYSTOLIC, {"value": 120}, ("120", "mm[Hg]")),
        (SYSTOLIC, {"value": 120, "code": "kg"}, None),
    ],
)
def test_a_number_is_read_in_the_unit_it_has_or_not_at_all(sign, quantity, measured):
    found = measured_in(sign, quantity)
    assert (found and (str(found[0]), found[1])) == measured
