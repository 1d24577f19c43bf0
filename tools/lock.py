"""The lock files: every dependency pinned with hashes, without addresses, for every Python and platform we support.

write [--upgrade]  pin again from pyproject.toml; versions stay as they are unless the ranges or --upgrade move them
check              say what in the lock files does not follow from pyproject.toml (needs no network)
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "requirements"
# dev holds base, and the others share packages with both: each file is pinned within the ones before it.
FILES = ("dev", "base", "build", "node")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")


def inputs() -> dict[str, list[str]]:
    """What each lock file is made from."""
    text = (ROOT / "pyproject.toml").read_text()
    pyproject = tomllib.loads(text)
    project = pyproject["project"]
    base = sorted(project["dependencies"])
    return {
        "base": base,
        "dev": sorted(base + project["optional-dependencies"]["dev"]),
        # hatchling asks for editables when it installs in place, outside of what [build-system] can say.
        "build": sorted([*pyproject["build-system"]["requires"], "editables>=0.5"]),
        # What the build hook asks for on a machine without a Node of its own.
        "node": re.findall(r'^NODE_PACKAGE = "(.+)"$', (ROOT / "hatch_build.py").read_text(), re.MULTILINE),
    }


def heading(name: str) -> str:
    """The first line of a lock file, which holds the digest of what it was made from."""
    digest = hashlib.sha256(json.dumps(inputs()[name]).encode()).hexdigest()[:32]
    return f"# Made by `make lock` from pyproject.toml. Do not edit. Inputs: {digest}\n"


def write(*, upgrade: bool) -> None:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    for place, name in enumerate(FILES):
        file = FOLDER / f"{name}.txt"
        command = [uv, "pip", "compile", "-", "--quiet", "--no-config", "--universal", "--python-version", "3.11"]
        command += ["--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header"]
        command += [word for earlier in FILES[:place] for word in ("--constraints", str(FOLDER / f"{earlier}.txt"))]
        command += ["--output-file", str(file), *(["--upgrade"] if upgrade else [])]
        subprocess.run(command, input="\n".join(inputs()[name]), text=True, check=True, stdout=subprocess.DEVNULL)
        file.write_text(heading(name) + file.read_text())
        print(f"{file.relative_to(ROOT)}: {len(pins(name))} packages")


def pins(name: str) -> dict[str, str]:
    """The pinned version by normalized package name."""
    lines = (FOLDER / f"{name}.txt").read_text().splitlines()
    found = (PIN.match(line) for line in lines)
    return {_normal(match["name"]): match["version"] for match in found if match}


def faults() -> list[str]:
    """What is wrong with the lock files, one sentence each."""
    return [fault for name in FILES for fault in _faults_of(name)]


def _faults_of(name: str) -> list[str]:
    file = FOLDER / f"{name}.txt"
    if not file.exists():
        return [f"{name}.txt is missing: run make lock"]
    text, pinned = file.read_text(), pins(name)
    wrong: list[str] = []
    if not text.startswith(heading(name)):
        wrong.append(f"{name}.txt was made from other requirements than pyproject.toml has now: run make lock")
    for line in inputs()[name]:
        wanted = Requirement(line)
        version = pinned.get(_normal(wanted.name))
        if version is None or not wanted.specifier.contains(version, prereleases=True):
            wrong.append(f"{name}.txt has {version or 'nothing'} for {line}")
    if re.search(r"://|file:|^-|^/| @ ", text, re.MULTILINE):
        wrong.append(f"{name}.txt has an address, a path or an option in it")
    entries = re.split(r"\n(?=\S)", text)[1:]
    wrong += [f"{name}.txt has no hash for {entry.split()[0]}" for entry in entries if "--hash=sha256:" not in entry]
    return wrong


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main(words: list[str]) -> int:
    if words[:1] == ["write"]:
        write(upgrade="--upgrade" in words)
    wrong = faults()
    print("\n".join(wrong) if wrong else "The lock files follow from pyproject.toml.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
