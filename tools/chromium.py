"""Find a Chromium for the browser tests, or try to get one. Never a reason to fail: without one they are skipped.

find    print the path of a Chromium that starts, or nothing
ensure  find one, or install one (with Playwright; as root on Debian with apt-get), and say what came of it
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find() -> str:
    """The path of the first Chromium that starts, or an empty string."""
    return next((path for path in _candidates() if _starts(path)), "")


def ensure() -> str:
    """Like find, but tries to install one first where there is none."""
    path = find()
    for install in (_with_playwright, _with_apt):
        if not path:
            install()
            path = find()
    return path


def _candidates() -> Iterator[str]:
    named = os.environ.get("CHROMIUM", "")
    if named:
        yield named
    for name in NAMES:
        path = shutil.which(name)
        if path:
            yield path
    yield from (path for path in MACOS if Path(path).exists())
    yield from _of_playwright()


def _of_playwright() -> Iterator[str]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if Path(path).exists():
        yield path


def _starts(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _with_playwright() -> None:
    print("No Chromium here; asking Playwright for one …", file=sys.stderr)
    _quietly([sys.executable, "-m", "playwright", "install", "chromium"], seconds=300)


def _with_apt() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("Installing Debian's Chromium …", file=sys.stderr)
    _quietly(["apt-get", "update", "-qq"], seconds=300)
    _quietly(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], seconds=900)


def _quietly(command: list[str], *, seconds: float) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"  {command[0]}: {type(error).__name__}", file=sys.stderr)


def main(verb: str) -> None:
    if verb == "find":
        print(find())
        return
    path = ensure()
    print(f"Browser tests will use {path}." if path else "No Chromium to be had: the browser tests will be skipped.")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "find")
