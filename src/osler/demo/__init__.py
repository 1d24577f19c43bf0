"""The synthetic clinic: seeded, coherent, the same every time.

`generate` yields the clinic and its patients as FHIR R4 resources; `staff` lists who can sign in. Pure: no files, no
network, no clock.
"""

from osler.demo.accounts import Account, staff
from osler.demo.delgado import DELGADO
from osler.demo.generate import generate
from osler.demo.heavy import HEAVY

__all__ = ["DELGADO", "HEAVY", "Account", "generate", "staff"]
