"""The agencies' own release files, read: ICD-10, RxNorm, LOINC, SNOMED CT, HCPCS, CPT, NDC, CVX, value sets, FHIR packages.

Nothing is stored here. `read_release("rxnorm", path, progress)` gives a `Loaded`: the head of the release and its rows,
or says in a sentence what is wrong with the file and which one to give.
"""

from osler.terminology.loading.kinds import KINDS, Kind, kind_of, read_release
from osler.terminology.loading.loaded import Loaded, Options, Progress

__all__ = ["KINDS", "Kind", "Loaded", "Options", "Progress", "kind_of", "read_release"]
