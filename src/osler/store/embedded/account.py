"""Which operating system account the bundled server runs as: never root."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from osler.core.errors import Unavailable

_PREFERRED = ("osler", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int
    name: str

    @property
    def is_ours(self) -> bool:
        """Whether it is the account that this very process runs as, so that nothing has to be handed over."""
        return self.uid == os.geteuid()


def server_account(cluster: Path) -> Account:
    """The account for the server of this cluster folder.

    Not root: this process's own account. Root: the owner of the cluster when it exists, else the first of `osler`,
    `postgres` and `nobody` that there is. Raises Unavailable when there is none, or it has no name: PostgreSQL insists.
    """
    if os.geteuid() != 0:
        return _named(os.geteuid())
    if cluster.exists() and (owner := cluster.stat().st_uid) != 0:
        return _named(owner)
    for name in _PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
    raise Unavailable(
        "PostgreSQL does not run as root, and this machine has none of the accounts osler, postgres and nobody. "
        "Create one (`useradd --system osler`), or start Osler as an ordinary user."
    )


def _named(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise Unavailable(
            f"The account with number {uid} has no name on this machine, and PostgreSQL does not start without one. "
            "Add it to /etc/passwd, or start Osler as another user."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
