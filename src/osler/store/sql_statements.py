"""Cutting a file of SQL into its statements, so that a failing one can be named."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
    (?P<line_comment> --[^\n]* )
  | (?P<block_start>  /\* )
  | (?P<dollar>       (?<![\w$]) (?P<tag> \$ (?:[A-Za-z_]\w*)? \$) .*? (?: (?P=tag) | \Z) )
  | (?P<escaped>      (?<!\w) [eE]' (?: [^'\\] | \\. | '' )* (?: ' | \Z) )
  | (?P<quoted>       ' (?: [^'] | '' )* (?: ' | \Z) )
  | (?P<identifier>   " [^"]* (?: " | \Z) )
  | (?P<begin_atomic> \bBEGIN\s+ATOMIC\b )
  | (?P<open>         \bCASE\b )
  | (?P<close>        \bEND\b )
  | (?P<end>          ; )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_BLOCK = re.compile(r"/\*|\*/")


def split_statements(sql: str) -> Iterator[tuple[int, str]]:
    """Gives (line it starts on, statement without semicolon); knows quotes, dollar quotes, comments and SQL bodies."""
    start, position, atomic = 0, 0, 0
    while match := _TOKEN.search(sql, position):
        position = match.end()
        kind = match.lastgroup
        if match["block_start"]:
            position = _block_end(sql, position)
        elif match["begin_atomic"] or (kind == "open" and atomic):
            atomic += 1
        elif kind == "close" and atomic:
            atomic -= 1
        elif kind == "end" and not atomic:
            yield from _statement(sql, start, match.start())
            start = position
    yield from _statement(sql, start, len(sql))


def _block_end(sql: str, position: int) -> int:
    """Where a block comment ends; they nest."""
    depth = 1
    while depth and (match := _BLOCK.search(sql, position)):
        depth += 1 if match.group() == "/*" else -1
        position = match.end()
    return len(sql) if depth else position


def _statement(sql: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    text = sql[start:end]
    code = re.sub(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*", "", text, flags=re.DOTALL)
    if code:
        yield sql.count("\n", 0, end - len(code)) + 1, code.rstrip()
