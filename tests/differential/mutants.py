"""Small wrongs to be done to the SQL builder, each of which the comparison with the reference must notice."""

from __future__ import annotations

import contextlib
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType


@dataclass(frozen=True, slots=True)
class Mutant:
    """In the function `where` (`module:function`), the text `right` becomes `wrong`."""

    name: str
    where: str
    right: str
    wrong: str


WHERE, WALK, BUILD = "osler.store.search.where", "osler.store.search.walk", "osler.store.search.build"
SPANS, ORDER, INCLUDE = "osler.store.search.spans", "osler.store.search.order", "osler.store.search.include"
DRIVERS, DRIVING, WAYS = "osler.store.search.drivers", "osler.store.search.driving", "osler.store.search.ways"
LINKS, LISTS, COMPARTMENTS = "osler.store.search.links", "osler.store.search.lists", "osler.store.search.compartments"
TOKENS, TEXTS = "osler.store.search.tokens", "osler.store.search.texts"
NUMBERS, DATES = "osler.store.search.numbers", "osler.store.search.dates"

MUTANTS = [
    Mutant(
        "criteria are or-ed",
        f"{WHERE}:where_of",
        'return " AND ".join(parts)',
        'return " AND ".join(parts[:2]) + " AND (" + " OR ".join(parts[2:]) + ")"',
    ),
    Mutant("deleted rows are found", f"{WHERE}:where_of", 'f"NOT {row}.deleted"', '"true"'),
    Mutant("other types are found", f"{DRIVING}:of_type", "{row}.type {equals} {build.type(type_)}", "{row}.type > 0"),
    Mutant("criteria beside the driver are forgotten", f"{WHERE}:where_of", "criterion not in answered", "not driver"),
    Mutant(":not is dropped", f"{TOKENS}:fence_tokens", "if criterion.negated else", "if False else"),
    Mutant("only the first alternative counts", f"{BUILD}:Build.tokens", "for key in keys", "for key in keys[:1]"),
    Mutant("alternatives are and-ed", f"{LISTS}:any_of", '" OR "', '" AND "'),
    Mutant("eq includes its upper end", f"{SPANS}:number_condition", "{hi} < {num(r.hi)})", "{hi} <= {num(r.hi)})"),
    Mutant("gt becomes ge", f"{SPANS}:number_condition", "{hi} > {num(r.exact)}", "{hi} >= {num(r.exact)}"),
    Mutant("open is not greater", f"{SPANS}:number_condition", "> {num(r.exact)}, true", "> {num(r.exact)}, false"),
    Mutant("lt looks at the upper end", f"{SPANS}:number_condition", "{lo} < {num(r.exact)}", "{hi} < {num(r.exact)}"),
    Mutant("ne forgets its not", f"{SPANS}:number_condition", "NOT coalesce", "coalesce"),
    Mutant("ap is no wider than eq", f"{SPANS}:number_condition", "num(_minus(r.lo, tenth))", "num(r.lo)"),
    Mutant(
        "dates: the ends are swapped in eq",
        f"{SPANS}:date_condition",
        "({lo} >= {low()} AND {hi} <= {high()})",
        "({hi} >= {low()} AND {lo} <= {high()})",
    ),
    Mutant("dates: sa begins too early", f"{SPANS}:date_condition", "{lo} >= {high()}", "{lo} >= {low()}"),
    Mutant("dates: le becomes lt", f"{SPANS}:date_condition", "{lo} < {high()}", "{lo} < {low()}"),
    Mutant("dates: eb leaves its end out", f"{SPANS}:date_condition", "{hi} <= {low()}", "{hi} < {low()}"),
    Mutant("an absent clinical date has a span", f"{DATES}:fence_dates", " AND {_has_clinical_date(row)}", ""),
    Mutant(
        "dates of any parameter count",
        f"{DATES}:fence_dates",
        "criterion.param)})",
        "criterion.param)}) IS NOT NULL",
    ),
    Mutant(
        "numbers of any component count",
        f"{NUMBERS}:_fenced",
        "{build.comp(r.comp)})",
        "{build.comp(r.comp)}) IS NOT NULL",
    ),
    Mutant("units do not matter", f"{NUMBERS}:_option", "elif r.unit:", "elif False:"),
    Mutant("the text of a unit is forgotten", f"{NUMBERS}:_option", "n.unit = {code}", "n.code = {code}"),
    Mutant("starts-with is contains", f"{TEXTS}:_meets", "if criterion.contains:", "if True:"),
    Mutant("starts-with is equality", f"{TEXTS}:_starts", "LAST_CHARACTER", "chr(1)"),
    Mutant("chains end anywhere", f"{BUILD}:Build.matches", "in query.where]", "in query.where[:0]]"),
    Mutant("chains follow any link", f"{LINKS}:fence_chain", "ANY ({param})", "ANY ({param}) IS NOT NULL"),
    Mutant("_has follows any link", f"{LINKS}:drive_has", "{param}) AND", "{param}) IS NOT NULL AND"),
    Mutant("a negation drives", f"{WAYS}:driver_of", "Tokens(negated=False)", "Tokens()"),
    Mutant("of a patient, one code only", f"{DRIVERS}:_combined", "in keys)\n", "in keys[:1])\n"),
    Mutant(
        "only the first patient counts", f"{COMPARTMENTS}:fence_compartment", "{wanted} = ANY ({row}.pats)", "false"
    ),
    Mutant("_include takes any type", f"{INCLUDE}:_target_types", "if include.target:", "if False:"),
    Mutant(
        "_include follows any link",
        f"{INCLUDE}:_groups",
        "codes = [include.param]",
        "codes = list(definitions().search_params(include.source))",
    ),
    Mutant("descending sorts ascend", f"{ORDER}:order_by", "_way(s.descending, back)", "_way(False, back)"),
    Mutant("descending goes by the lowest", f"{ORDER}:key", '("max", "hi")', '("min", "lo")'),
    Mutant("absent values come first", f"{ORDER}:order_by", '"FIRST" if back', '"FIRST" if True'),
    Mutant(
        "a page repeats a row", f"{ORDER}:after", "'<' if descending(query) != back else '>'", "'<=' if False else '>='"
    ),
    Mutant("nothing follows an absent value", f"{ORDER}:after", '{k} IS NULL")\n', '{k} IS NOT NULL")\n'),
    Mutant("of a long list the first counts", f"{LISTS}:_table", "sql.arg(list(column),", "sql.arg(list(column[:1]),"),
    Mutant("of a long list one shape counts", f"{LISTS}:any_value", "condition in rows]", "condition in rows[:1]]"),
    Mutant("long lists say what is not", f"{TOKENS}:is_among", "IN (SELECT", "NOT IN (SELECT"),
    Mutant("long lists of texts are of whole texts", f"{TEXTS}:_meets_one", 'after = "%" if', 'after = "" if'),
    Mutant("patients are anybody", f"{TOKENS}:patients_of", 'n.startswith("Patient/")', "n"),
    Mutant("a walk repeats a row", f"{WALK}:_after", '"<" if down else ">"', '"<=" if down else ">="'),
]


VISIBLE, READ, WRITE = "osler.store.visible", "osler.store.read", "osler.store.write"
EVERYTHING, BEGINNINGS = "osler.store.search.everything", "osler.store.search.beginnings"

GATE = [
    Mutant("any interaction will do", f"{VISIBLE}:rules_for", "interaction in rule.interactions", "True"),
    Mutant("any type will do", f"{VISIBLE}:rules_for", "type_ is None or rule.types is None or", "True or"),
    Mutant("any type will do across types", f"{VISIBLE}:_types", "if rule.types is None or", "if True or"),
    Mutant("searches may look at hidden elements", f"{VISIBLE}:hides_any", "return ", "return False and "),
    Mutant("filters are forgotten", f"{VISIBLE}:_tokens", "if not rule.tokens:", "if True:"),
    Mutant("of several filters one will do", f"{VISIBLE}:_tokens", "_all([type_is, *groups])", "_any(groups)"),
    Mutant("sites are forgotten", f"{VISIBLE}:_sites", "if rule.sites is None:", "if True:"),
    Mutant(
        "what has no site is everybody's", f"{VISIBLE}:_sites", "THEN ({_no_patient(row)} OR {at_home})", "THEN true"
    ),
    Mutant(
        "what has no site is nobody's", f"{VISIBLE}:_sites", "({_no_patient(row)} OR {at_home})", "{_no_patient(row)}"
    ),
    Mutant(
        "any patient's site will do",
        f"{VISIBLE}:_sites",
        "home.self = {row}.pat OR home.self = ANY ({row}.pats)",
        "true",
    ),
    Mutant("panels are forgotten", f"{VISIBLE}:_panel", "if rule.panel is None:", "if True:"),
    Mutant("any panel will do", f"{VISIBLE}:_panel", "p.actor = {actor}", "({actor} IS NOT NULL)"),
    Mutant("care never ends", f"{VISIBLE}:_panel", "p.until > now()", "true"),
    Mutant("the first patient decides the panel", f"{VISIBLE}:_panel", " OR p.pat = ANY ({row}.pats)", ""),
    Mutant("of a bundle one part is enough", f"{VISIBLE}:_holds", "return every if", "return some if"),
    Mutant("of a bundle one part is enough across types", f"{VISIBLE}:_holds", "THEN {every}", "THEN {some}"),
    Mutant(
        "of a bundle one site is enough",
        f"{VISIBLE}:_sites",
        "arraycontained({row}.org, {ids})",
        "arrayoverlap({row}.org, {ids})",
    ),
    Mutant("a bundle is anywhere", f"{VISIBLE}:_sites", 'every=f"(({row}.org IS NULL OR', 'every=f"((true OR'),
    Mutant("where a bundle's patients are does not matter", f"{VISIBLE}:_sites", " AND {all_at_home})", ")"),
    Mutant(
        "a bundle is in any panel",
        f"{VISIBLE}:_panel",
        'every=_each_patient(row, cared_for.format("p.pat = held.pat"))',
        'every="true"',
    ),
    Mutant(
        "one patient of many is enough",
        f"{VISIBLE}:_each_patient",
        "WHERE NOT {condition}",
        "HAVING NOT bool_or({condition})",
    ),
    Mutant(
        "of a bundle one patient is enough",
        f"{VISIBLE}:_patients",
        "arraycontained({row}.pats, {ids})",
        "arrayoverlap({row}.pats, {ids})",
    ),
    Mutant("patients are forgotten", f"{VISIBLE}:_patients", "if rule.patients is None:", "if True:"),
    Mutant("the first patient decides", f"{VISIBLE}:_patients", " OR arrayoverlap({row}.pats, {ids})", ""),
    Mutant("labels are forgotten", f"{VISIBLE}:_not_withheld", "if not visibility.withheld:", "if True:"),
    Mutant("rules are and-ed", f"{VISIBLE}:_any", '" OR "', '" AND "'),
    Mutant("the parts of a rule are or-ed", f"{VISIBLE}:_all", '" AND "', '" OR "'),
    Mutant("reads are not asked about", f"{READ}:find_current", " AND {may}", " AND ({may} OR true)"),
    Mutant("versions are not asked about", f"{READ}:_versions", " AND {may}", " AND ({may} OR true)"),
    Mutant("changes are not asked about", f"{READ}:list_changes", " AND {may}", " AND ({may} OR true)"),
    Mutant("searches are not asked about", f"{WHERE}:where_of", "build.may_see(query.type, row)", '"true"'),
    Mutant("chains are not asked about", f"{BUILD}:Build.matches", "self.may_see(query.type, row)", '"true"'),
    Mutant(
        "driving chains are not asked about",
        f"{LINKS}:_selves",
        "    where = ",
        "    from dataclasses import replace\n    from osler.store.visibility import EVERYTHING\n"
        "    build = replace(build, visibility=EVERYTHING)\n    where = ",
    ),
    Mutant("includes are not asked about", f"{INCLUDE}:_fetch", " AND {may}", " AND ({may} OR true)"),
    Mutant("hidden links are followed", f"{INCLUDE}:_forward", "if not visible.touches(used, each.hidden)", "if True"),
    Mutant("what hides is not asked", f"{READ}:hidden_paths", "if mask >> n & 1", "if False"),
    Mutant("one rule is enough to hide", f"{READ}:hidden_paths", ".intersection(", ".union("),
    Mutant(
        "everything is not asked about", f"{EVERYTHING}:_page", " AND {may}{limits}", " AND ({may} OR true){limits}"
    ),
    Mutant("what is hidden leads around", f"{EVERYTHING}:_page", "own += visible.", 'own += "true" or visible.'),
    Mutant("hidden links lead around", f"{EVERYTHING}:everything", "not any(rule.hidden for rule in rules)", "True"),
    Mutant("beginnings are not asked about", f"{BEGINNINGS}:_statement", 'build.may_see(query.type, "r")', '"true"'),
    Mutant("beginnings may look at hidden elements", f"{BEGINNINGS}:beginning", "if not rules:", "if False:"),
    Mutant("what it points at is its compartment", f"{COMPARTMENTS}:_named_itself", "if type_ not in", "if type_ in"),
    Mutant("writes are not asked about", f"{WRITE}:lock", 'row["readable"] or row["allowed"]', "True"),
    Mutant("readers may write", f"{WRITE}:lock", 'if not row["allowed"]:', "if False:"),
    Mutant("hidden targets may be pointed at", f"{WRITE}:_seen", "may_see == visible.TRUE", "True"),
    Mutant("what is written is not asked about", f"{WRITE}:_check_allowed", "if not found:", "if False:"),
]
"""One clause of the gate taken away at a time."""


@contextlib.contextmanager
def applied(mutant: Mutant) -> Iterator[None]:
    """The wrong in force for a block: the function gets other code, so that everyone who holds it is wronged."""
    module_name, _, path = mutant.where.partition(":")
    module = importlib.import_module(module_name)
    function = module
    for part in path.split("."):
        function = getattr(function, part)
    function = inspect.unwrap(function)  # type: ignore[arg-type]  (a test may have put itself around it)
    assert isinstance(function, FunctionType)
    source = inspect.getsource(module)
    start = source.index(inspect.getsource(function))
    body = inspect.getsource(function)
    assert mutant.right in body, f"{mutant.name}: {mutant.where} no longer has {mutant.right}"
    wronged = source[:start] + body.replace(mutant.right, mutant.wrong) + source[start + len(body) :]
    right = function.__code__
    function.__code__ = _code_of(compile(wronged, module.__file__ or "", "exec"), path.split("."))
    try:
        yield
    finally:
        function.__code__ = right


def _code_of(code: CodeType, path: list[str]) -> CodeType:
    """The code object of a function by its path within a module's code."""
    for part in path:
        code = next(const for const in code.co_consts if isinstance(const, CodeType) and const.co_name == part)
    return code
