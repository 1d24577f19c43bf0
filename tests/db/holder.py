"""A process that uses a data folder's server until its standard input ends: `python holder.py DATA_DIR [SETTINGS]`.

Prints one JSON line when it has the server, with the address and whether it owns it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

from osler.store.embedded import DataFolder, attach, open_server

attach._PATIENCE = 600.0
"""Seconds for a server that another process is starting. People wait for less; a test runs beside many others."""


async def main(data_dir: str, extra_settings: str) -> None:
    async with open_server(data_dir, extra_settings=extra_settings) as address:
        state = DataFolder.at(data_dir).read_state() or {}
        owns = state.get("owner") == os.getpid()
        print(json.dumps({"url": address.to_url(), "owns": owns, "postmaster": state.get("postmaster")}), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], "\n".join(sys.argv[2:])))
