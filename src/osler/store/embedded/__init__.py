"""The bundled PostgreSQL: started by the process that needs it first, shared with the others, gone with its owner."""

from osler.store.embedded.address import Address
from osler.store.embedded.attach import find_running, open_server
from osler.store.embedded.folders import DataFolder, default_data_dir
from osler.store.embedded.server import EmbeddedServer

__all__ = ["Address", "DataFolder", "EmbeddedServer", "default_data_dir", "find_running", "open_server"]
