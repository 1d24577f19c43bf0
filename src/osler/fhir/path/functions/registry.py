"""Where the functions of FHIRPath are entered, each with how its call is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from osler.fhir.path.code import Code, from_items, from_truth
from osler.fhir.path.environment import Environment
from osler.fhir.path.nodes import Item, Items
from osler.fhir.path.syntax import Call

if TYPE_CHECKING:
    from osler.fhir.path.compiler import Compiler

Compile = Callable[["Compiler", Call, Code], Code]


class Function(NamedTuple):
    compile: Compile
    """From the compiler, the call and the code of what it is called on."""
    least: int
    """Arguments it must have."""
    most: int


FUNCTIONS: dict[str, Function] = {}


def form(name: str, least: int = 0, most: int | None = None) -> Callable[[Compile], Compile]:
    """Enter a function that does not just take its arguments' items, or that is worth compiling by hand."""

    def enter(compile_call: Compile) -> Compile:
        FUNCTIONS[name] = Function(compile_call, least, least if most is None else most)
        return compile_call

    return enter


def gives_items(name: str, least: int = 0, most: int | None = None) -> Callable[[Callable[..., Items]], Any]:
    """Enter a function of (items, environment, items of each argument); arguments are read at `$this` of outside."""

    def enter(compute: Callable[..., Items]) -> Any:
        form(name, least, most)(lambda compiler, call, source: from_items(_applied(compiler, call, source, compute)))
        return compute

    return enter


def gives_truth(name: str, least: int = 0, most: int | None = None) -> Callable[[Callable[..., bool | None]], Any]:
    """The same for functions that give true, false or None for nothing."""

    def enter(compute: Callable[..., bool | None]) -> Any:
        form(name, least, most)(lambda compiler, call, source: from_truth(_applied(compiler, call, source, compute)))
        return compute

    return enter


def _applied(compiler: Compiler, call: Call, source: Code, compute: Callable[..., Any]) -> Callable[..., Any]:
    read = source.items
    arguments = [compiler.scoped(argument).items for argument in call.arguments]
    if not arguments:
        return lambda this, env: compute(read(this, env), env)
    if len(arguments) == 1:
        argument = arguments[0]
        return lambda this, env: compute(read(this, env), env, argument(this, env))

    def applied(this: Item, env: Environment) -> Any:
        return compute(read(this, env), env, *(each(this, env) for each in arguments))

    return applied
