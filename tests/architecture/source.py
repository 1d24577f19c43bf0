"""What the architecture tests look at: the files that git knows or would add."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "osler"
BINARY = {".zst", ".png", ".woff2", ".ico", ".gz", ".zip", ".tgz"}


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file of the project that is not ignored; without git, every file below the folders of the project."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode == 0:
        names = (ROOT / name for name in answer.stdout.split("\0") if name)
    else:
        names = (path for folder in ("src", "tests", "docs", "bench", "tools") for path in (ROOT / folder).rglob("*"))
    return tuple(sorted(path for path in names if path.is_file()))


def text_files() -> list[Path]:
    return [path for path in tracked_files() if path.suffix not in BINARY]


def python_files(folder: Path = PACKAGE) -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".py" and path.is_relative_to(folder)]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))
