"""Every command and flag of `osler` is documented, and every documented command is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer.main

from osler.interfaces.cli.main import app
from tests.architecture.source import ROOT

PAGE = ROOT / "docs" / "reference" / "cli.md"
COMMON = {"--help", "--data-dir"}


def _commands(group: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, (*words, name))
        elif not command.hidden:
            yield " ".join((*words, name)), command


def _documented() -> dict[str, str]:
    """The text of each command's section by the command's words."""
    _, *sections = re.split(r"^## osler ", PAGE.read_text(), flags=re.MULTILINE)
    return {words.strip(): text for words, _, text in (section.partition("\n") for section in sections)}


def test_every_command_is_documented_and_nothing_else():
    assert sorted(_documented()) == sorted(words for words, _ in _commands(typer.main.get_command(app)))


def test_every_flag_is_documented():
    sections = _documented()
    silent = [
        f"osler {words} {flag}"
        for words, command in _commands(typer.main.get_command(app))
        for parameter in command.params
        for flag in parameter.opts
        if flag.startswith("--") and flag not in COMMON and flag not in sections.get(words, "")
    ]
    assert silent == []
