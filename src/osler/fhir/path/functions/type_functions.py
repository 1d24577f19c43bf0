"""`is`, `as` and `ofType` as functions, and `type()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.fhir.path.code import Code
from osler.fhir.path.environment import Environment
from osler.fhir.path.functions.registry import form, gives_items
from osler.fhir.path.nodes import Items
from osler.fhir.path.parser import type_name_of
from osler.fhir.path.syntax import Call
from osler.fhir.path.types import cast, type_check, type_filter, type_info

if TYPE_CHECKING:
    from osler.fhir.path.compiler import Compiler


@form("is", 1)
def _is(compiler: Compiler, call: Call, source: Code) -> Code:
    return type_check(source, type_name_of(call.arguments[0]), call.at, strict=compiler.strict)


@form("as", 1)
def _as(compiler: Compiler, call: Call, source: Code) -> Code:
    return cast(source, type_name_of(call.arguments[0]), call.at, single=compiler.strict)


@form("ofType", 1)
def _of_type(compiler: Compiler, call: Call, source: Code) -> Code:
    return type_filter(source, type_name_of(call.arguments[0]), call.at)


@gives_items("type")
def _type(items: Items, env: Environment) -> Items:
    env.spend(len(items))
    return [type_info(item) for item in items]
