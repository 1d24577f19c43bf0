"""The site's own search parameters in a running store: known to every process, indexed in the background, answered when that is
done (docs/adr/0006-search-parameters-at-run-time.md)."""

from osler.store.custom.asking import check
from osler.store.custom.keeping import index_custom, keep
from osler.store.custom.loading import refresh
from osler.store.custom.state import Custom

__all__ = ["Custom", "check", "index_custom", "keep", "refresh"]
