"""The oracle: FHIR search and visibility done slowly and plainly in memory, to hold the real store to account in tests.

It shares nothing with `fhir.search` and the SQL but the standard's own definitions of the search parameters, and is
never used in production.
"""

from osler.store.reference.store import Found, ReferenceStore

__all__ = ["Found", "ReferenceStore"]
