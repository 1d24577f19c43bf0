"""The page beside the data that says where they come from."""

from __future__ import annotations

from osler.terminology.model import Head
from terminology.reading import Source

PAGE = """# {head.title}

`{head.name}.release.zst` holds {concepts:,} concepts, {relations:,} relations and {aliases:,} other keys, compiled by
`tools/compile_terminology.py`. `osler.terminology.release.unpack_release` reads it.

| | |
|---|---|
| system | `{head.system}` |
| version | {head.version} |
| in force from | {head.effective_on} |
| source | {head.source} |
| license | {head.license} |
{more}
| read from | lines | SHA-256 begins |
|---|---|---|
{files}
"""


def sources_page(head: Head, sources: list[Source], counts: tuple[int, int, int]) -> str:
    said = (("notice", head.notice), ("caution", head.caution))
    more = "".join(f"| {name} | {text} |\n" for name, text in said if text)
    unique = {source.file: source for source in sources}
    files = "\n".join(f"| {s.what} (`{s.file}`) | {s.rows:,} | `{s.sha256[:16]}` |" for s in unique.values())
    concepts, relations, aliases = counts
    return PAGE.format(head=head, concepts=concepts, relations=relations, aliases=aliases, more=more, files=files)
