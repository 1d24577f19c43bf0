"""Names say what a thing is for, and nothing in the repository depends on where it was written."""

from __future__ import annotations

import re
import warnings

from tests.architecture.source import PACKAGE, ROOT, python_files, shown, text_files

EMPTY_WORDS = re.compile(r"(^|_)(utils?|helpers?|managers?|services?|misc|common)(_|$)")
LONG = 400
# Put together from pieces, so that this file does not hold what it looks for.
MACHINE_PATHS = re.compile("|".join(["/" + "work/", "/ro" + "ot/", "/ho" + "me/[a-z]", "/Us" + "ers/[a-z]"]))
PACKAGE_HOSTS = re.compile("|".join(["py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.(org|com)"]))


def test_no_module_is_named_after_nothing():
    names = [path for path in python_files() if any(EMPTY_WORDS.search(part) for part in _parts(path))]
    assert [shown(path) for path in names] == []


def _parts(path):
    return [*path.relative_to(PACKAGE).parent.parts, path.stem]


def test_no_file_holds_a_path_of_the_machine_it_was_written_on():
    assert _places(MACHINE_PATHS) == []


def test_no_file_names_the_host_of_a_package_registry():
    assert _places(PACKAGE_HOSTS) == []


def _places(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{shown(path)}:{number}: {line.strip()[:100]}"
        for path in text_files()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_long_files_are_reported():
    """A habit and not a gate: a file over 400 lines deserves a thought."""
    for path in python_files(ROOT):
        lines = path.read_text().count("\n")
        if lines > LONG:
            warnings.warn(f"{shown(path)} has {lines} lines", stacklevel=1)
