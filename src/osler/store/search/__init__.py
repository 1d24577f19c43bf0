"""Search over PostgreSQL: a typed `Query` and a `Visibility` in, a page of stored resources out.

The engine owns the plan (docs/explanation/storage.md): one criterion *drives*, written so that exactly one index can
serve it; all others *fence*, written with functions so that no index can. Sub-selects are arrays (InitPlans) or
correlated EXISTS, never joins, so that prepared generic plans stay right at any size.
"""

from osler.store.search.everything import Everything, everything
from osler.store.search.page import Page, count, search
from osler.store.search.system import search_types, searchable

__all__ = ["Everything", "Page", "count", "everything", "search", "search_types", "searchable"]
