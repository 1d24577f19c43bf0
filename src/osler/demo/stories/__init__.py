"""The stories of the demo clinic's patients: threads of long illness as data, and lives that need their own code."""

from __future__ import annotations

from osler.demo.stories.heart import HEART
from osler.demo.stories.lungs import LUNGS
from osler.demo.stories.metabolic import METABOLIC
from osler.demo.stories.mind import MIND
from osler.demo.stories.other import OTHER
from osler.demo.threads import Thread

THREADS: dict[str, Thread] = {**METABOLIC, **HEART, **LUNGS, **MIND, **OTHER}
