"""Her six problems, in the order of her list, and the goals that belong to them."""

from __future__ import annotations

from osler.demo.codes.systems import quantity
from osler.demo.goals import set_goal
from osler.demo.record import Record
from osler.demo.resources.planning import add_goal
from osler.demo.resources.problems import add_problem

_PROBLEMS = (
    ("diabetes-ckd", 4020, ""),
    ("hypertension", 3300, ""),
    ("ckd-3a", 283, "CKD stage 3a, A2"),
    ("hyperlipidemia", 3180, ""),
    ("knee-oa", 1205, ""),
    ("depression-remission", 2890, ""),
)
"""Key, days since the onset, and words where the chart has its own."""

_REVISED = 101
"""Days since the list was last put in order, at the visit before this one."""


def write_problems(record: Record) -> None:
    """The list was rewritten at the last visit: the recorded times keep its order, the onsets tell the history."""
    revised = record.ago(_REVISED)
    for place, (key, onset, text) in enumerate(_PROBLEMS):
        add_problem(
            record,
            key,
            onset=record.ago(onset).isoformat(),
            recorded=record.stamp(revised, 600 + place),
            recorder="okafor",
            text=text,
        )
    start, due = revised.isoformat(), record.ago(-180).isoformat()
    set_goal(record, "a1c", start=start, due=due, problem="diabetes-ckd")
    set_goal(record, "bp", start=start, due=due, problem="hypertension")
    set_goal(record, "ldl", start=start, due=due, problem="hyperlipidemia")
    add_goal(
        record, "Slow the loss of kidney function", start=start, due=due, problem="ckd-3a",
        measure=("9318-7", "Albumin/Creatinine [Mass Ratio] in Urine"), detail={"detailQuantity": {"comparator": "<", **quantity(30, "mg/g")}},
    )  # fmt: skip
