"""What waits for the clinicians this morning: results of the last days, and messages from patients."""

from __future__ import annotations

from osler.demo.laboratory import draw_ahead
from osler.demo.record import Record
from osler.demo.resources.notes import add_message
from osler.demo.schedule import TODAY
from osler.demo.stories import THREADS

_MESSAGES: dict[int, tuple[int, int, str]] = {
    # patient number: days ago, minute of the day, text
    3: (2, 1090, "My blood pressure cuff shows 150 over 95 this week. Should I take a second tablet?"),
    13: (1, 1205, "I was given an antibiotic at urgent care for my sinuses. Does it go with warfarin?"),
    16: (3, 1020, "He is doing well in school but does not eat lunch. Can we talk about the dose?"),
    19: (1, 540, "I feel better and would like to stop the sertraline. Is now a good time?"),
    24: (2, 480, "Please renew my metformin, I have ten tablets left."),
    28: (0, 465, "Sorry, I cannot come this morning, my car does not start."),
}
_CRITICAL_POTASSIUM = 21
_PANELS: dict[str, tuple[str, ...]] = {
    thread.problem: tuple(panel for panel, _ in thread.labs if panel != "inr") for thread in THREADS.values()
}
_COVERED_BY = {"bmp": "cmp"}


def fill_inbox(record: Record, number: int) -> None:
    """Blood drawn one to three days ago for those with a visit today, and this patient's message, if any."""
    if number in _MESSAGES:
        ago, minute, text = _MESSAGES[number]
        add_message(record, text, at=record.stamp(record.ago(ago), minute), to=record.person.pcp)
    slot = TODAY.get(number)
    if slot and slot.status in ("booked", "arrived"):
        if number == _CRITICAL_POTASSIUM:
            record.body.bend("potassium", [(-60, 5.0), (-5, 5.9)])
        wanted = dict.fromkeys(panel for problem in record.conditions for panel in _PANELS.get(problem, ()))
        for panel in wanted:
            if _COVERED_BY.get(panel) not in wanted:
                draw_ahead(record, panel, record.today, before=1 + number % 3)
