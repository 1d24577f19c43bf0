"""Runs one PostgreSQL program as an unprivileged account, tied to the life of the process that asked for it.

This file is started on its own (`python -I -S launcher.py PLAN`), so that nothing has to happen between fork and exec
in a process that may have threads; it therefore imports nothing of Osler. PLAN is JSON:

    uid, gid    the account to become; null to stay
    folders     {name: [path, mount point]}: what the program must be able to reach. "{name}" in an argument becomes the
                path, or the mount point when the account cannot walk to the path
    argv, env   the program
    folder      the working directory
    parent      process id of the asking process; death_signal: what the program gets when that process ends

When a folder lies below one that is closed to the account (a home folder of root, say), it is mounted at the short
mount point in a mount namespace of the program's own. Permissions of other people's folders are never changed.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing would double this program's start
    from typing import Any

CLONE_NEWNS = 0x00020000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
PR_SET_PDEATHSIG = 1
REFUSED = 97
"""Exit code: the account cannot reach its folders, and the system refuses a mount namespace."""


def main(plan: dict[str, Any]) -> None:
    # Absolute first: the working directory may be one that the account cannot see.
    os.chdir("/")
    folders: dict[str, str] = {name: path for name, (path, _) in plan["folders"].items()}
    uid, gid = plan["uid"], plan["gid"]
    if uid is not None:
        if not all(reachable(path, uid, gid) for path in folders.values()):
            folders = mount(plan["folders"])
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.umask(0o077)
    die_with_parent(plan["parent"], plan["death_signal"])
    os.chdir(fill(plan["folder"], folders))
    argv = [fill(each, folders) for each in plan["argv"]]
    env = {name: fill(value, folders) for name, value in plan["env"].items()}
    os.execve(argv[0], argv, env)  # noqa: S606


def reachable(path: str, uid: int, gid: int) -> bool:
    """Whether the account can walk to `path` and list it, asked of the kernel rather than worked out from mode bits."""
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(gid)
    os.seteuid(uid)
    try:
        os.listdir(path)
    except OSError:
        return False
    else:
        return True
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def mount(folders: dict[str, list[str]]) -> dict[str, str]:
    """Mounts each folder at its mount point, seen by this process and its children only; gives the mount points."""
    libc = ctypes.CDLL(None, use_errno=True)

    def call(what: str, code: int) -> None:
        if code != 0:
            sys.stderr.write(f"{what}: {os.strerror(ctypes.get_errno())}\n")
            sys.exit(REFUSED)

    call("unshare", libc.unshare(CLONE_NEWNS))
    call("make mounts private", libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None))
    for path, point in folders.values():
        os.makedirs(point, mode=0o755, exist_ok=True)
        call("bind " + path, libc.mount(os.fsencode(path), os.fsencode(point), None, MS_BIND | MS_REC, None))
    return {name: point for name, (_, point) in folders.items()}


def fill(text: str, folders: dict[str, str]) -> str:
    """In one pass: a path may itself hold braces."""
    return re.sub(r"\{(\w+)\}", lambda match: folders.get(match[1], match[0]), text)


def die_with_parent(parent: int, signal_number: int) -> None:
    if not signal_number or not sys.platform.startswith("linux"):
        return
    # After setuid: a change of account clears it.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
