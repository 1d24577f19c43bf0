"""Large XML files in small pieces, without entities and document types: no bomb, no address that is looked up."""

from __future__ import annotations

import xml.parsers.expat as expat
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from osler.core.errors import Invalid
from osler.terminology.loading.parts import Part

MAX_DEPTH = 60
MAX_TEXT = 1 << 20
MAX_NODES = 200_000
"""In one piece."""
_CHUNK = 1 << 16


@dataclass(slots=True)
class Node:
    """An element, its text (of its own, in front of and between its children) and its children."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict[str, str])
    text: str = ""
    children: list[Node] = field(default_factory=list["Node"])
    inside: tuple[str, dict[str, str]] = ("", {})
    """Name and attributes of the element around a piece."""

    def child(self, tag: str) -> Node | None:
        return next((child for child in self.children if child.tag == tag), None)

    def all(self, tag: str) -> list[Node]:
        return [child for child in self.children if child.tag == tag]

    def value(self, tag: str) -> str:
        """The text of the first child of that name, empty without one."""
        found = self.child(tag)
        return found.text.strip() if found else ""


def pieces(part: Part, tags: Collection[str], root: str, step: Callable[[int], None]) -> Iterator[Node]:
    """Every outermost element with one of these names, whole; `step` hears how many bytes were read.

    Raises Invalid when the root has another name, or when the file ends in the middle.
    """
    builder = _Builder(part, frozenset(tags), root)
    with part.opened() as stream:
        while data := stream.read(_CHUNK):
            step(len(data))
            builder.feed(data)
            yield from builder.take()
        builder.feed(b"", last=True)


class _Builder:
    def __init__(self, part: Part, tags: frozenset[str], root: str) -> None:
        self._part, self._tags, self._root = part, tags, root
        self._open: list[Node] = []
        self._depth = self._nodes = 0
        self._whole: list[Node] = []
        self._around: list[tuple[str, dict[str, str]]] = []
        parser = self._parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def feed(self, data: bytes, last: bool = False) -> None:
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            raise Invalid(
                f"{self._part.base} is cut off or damaged in line {error.lineno:,}. Download it again."
            ) from error

    def take(self) -> list[Node]:
        whole, self._whole = self._whole, []
        return whole

    def _doctype(self, *_: object) -> None:
        raise Invalid(f"{self._part.base} has a document type or entities of its own, which no release file has.")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._depth == 0 and tag != self._root:
            raise Invalid(f"{self._part.base} holds <{tag[:40]}> and not <{self._root}>: it is another file.")
        around = self._around[-1] if self._around else ("", {})
        self._around.append((tag, attributes))
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Invalid(f"{self._part.base} is nested over {MAX_DEPTH} levels deep; no release file is.")
        if self._open or tag in self._tags:
            node = Node(tag, attributes, inside=around)
            if self._open:
                self._open[-1].children.append(node)
            self._open.append(node)
            self._nodes += 1
            if self._nodes > MAX_NODES:
                raise Invalid(f"{self._part.base} has an element with over {MAX_NODES:,} in it; no release file has.")

    def _end(self, _: str) -> None:
        self._depth -= 1
        self._around.pop()
        if self._open:
            node = self._open.pop()
            if not self._open:
                self._whole.append(node)
                self._nodes = 0

    def _text(self, text: str) -> None:
        if self._open:
            node = self._open[-1]
            if len(node.text) + len(text) > MAX_TEXT:
                raise Invalid(f"{self._part.base} has a text of over {MAX_TEXT:,} characters; no release file has.")
            node.text += text
