"""Every command of `osler` is documented, and every documented command is there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import typer.main

from tests.architecture.source import ROOT

PAGE = ROOT / "docs" / "reference" / "cli.md"


def _commands(group, words: tuple[str, ...] = ()) -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, (*words, name))
        elif not command.hidden:
            yield " ".join((*words, name))


def test_every_command_is_documented_and_nothing_else():
    main = pytest.importorskip("osler.interfaces.cli.main", reason="the command line is not there yet")
    group = typer.main.get_command(main.app)
    documented = re.findall(r"^## osler (.+)$", PAGE.read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(_commands(group))
