"""The chart summary: one page for one patient."""

from __future__ import annotations

from dataclasses import dataclass

from osler.interfaces.web.components.allergies import AllergyList
from osler.interfaces.web.components.banner import BannerView
from osler.interfaces.web.components.medications import MedicationList
from osler.interfaces.web.components.notes import NoteEditor, NotesCard, NoteView
from osler.interfaces.web.components.problems import ProblemList
from osler.interfaces.web.components.results import ResultsCard
from osler.interfaces.web.components.shell import Rail
from osler.interfaces.web.components.states import Alert
from osler.interfaces.web.components.timeline import TimelineCard
from osler.interfaces.web.components.vitals import TrendCard, VitalsGrid


@dataclass(frozen=True, slots=True)
class ChartSummary:
    """What `components/chart_page.html` shows, in reading order: lists, measurements, words.

    None where the reader's role does not open that part: the page says so.
    """

    banner: BannerView
    rail: Rail
    problems: ProblemList | None
    medications: MedicationList | None
    allergies: AllergyList | None
    vitals: VitalsGrid | None
    results: ResultsCard | None
    since: TimelineCard
    notes: NotesCard | None
    trends: tuple[TrendCard, ...] = ()
    alerts: tuple[Alert, ...] = ()
    editor: NoteEditor | None = None
    """The draft being written, if this person has one."""
    note: NoteView | None = None
    """A note opened to read."""
