"""Value sets and code systems: look-up, validation, expansion, translation, subsumption, closure.

terminology = Terminology(Catalog.builtin())
terminology.lookup("E11.9", "http://hl7.org/fhir/sid/icd-10-cm")
"""

from osler.terminology.valuesets.library import Library, Shelf
from osler.terminology.valuesets.members import Members
from osler.terminology.valuesets.operations.expand import Expanding
from osler.terminology.valuesets.operations.translate import Translating
from osler.terminology.valuesets.operations.validate import Asked, Verdict
from osler.terminology.valuesets.terminology import Terminology, built_in_terminology
from osler.terminology.valuesets.versions import Versions

__all__ = [
    "Asked",
    "Expanding",
    "Library",
    "Members",
    "Shelf",
    "Terminology",
    "Translating",
    "Verdict",
    "Versions",
    "built_in_terminology",
]
