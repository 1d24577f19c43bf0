"""One web worker, started by serve.py: `python -m osler.interfaces.cli.worker_process PLAN`, a JSON object.

What takes time to import is imported once the process is bound to its parent: until then it would hold the port of one that
was killed.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import uvicorn

    from osler.core.settings import Settings

DRAIN_SECONDS = 10
"""How long requests in progress may take to end after a worker was asked to stop."""

_PR_SET_PDEATHSIG = 1


class Plan(msgspec.Struct, frozen=True):
    """What the supervisor tells a worker. `socket` and `tally` are inherited file handles."""

    factory: str
    parent: int
    socket: int
    tally: int
    number: int
    workers: int


def main(plan: Plan) -> None:
    """Answers requests on an inherited listening socket until told to stop, or until the parent is gone."""
    end_with(plan.parent)
    from osler.core.log import configure
    from osler.core.settings import Settings
    from osler.interfaces.cli.fair_server import FairServer, inherit

    settings = Settings()
    configure(settings.log_level)
    listening, tally = inherit(plan.socket, plan.tally, plan.workers)
    FairServer(configuration(plan.factory, settings), listening, tally, plan.number).run()


def configuration(factory: str, settings: Settings) -> uvicorn.Config:
    import uvicorn

    from osler.interfaces.cli.strict_protocol import StrictProtocol

    return uvicorn.Config(
        factory,
        factory=True,
        http=StrictProtocol,
        log_config=None,
        access_log=settings.access_log,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_keep_alive=75,
        backlog=2048,
        limit_concurrency=connection_limit(),
        server_header=False,
        date_header=True,
        ws="none",
    )


def connection_limit() -> int:
    """Connections held at once; more get 503. Leaves file handles for the database, logs and static files."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(100, min(20_000, soft - 200))


def end_with(parent: int) -> None:
    """The kernel kills this process when its parent ends, so that a restarted server finds its port free.

    Nothing is lost by it: what was acknowledged is on disk, and without the parent there is no database either.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    main(msgspec.json.decode(sys.argv[1], type=Plan))
