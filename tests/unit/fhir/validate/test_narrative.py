"""Narrative is safe to show: text and tables pass, whatever acts or loads is refused."""

from __future__ import annotations

import pytest

from osler.fhir.path import Path
from osler.fhir.validate import Validator

VALIDATOR = Validator()
SAFE = Path("text.`div`.htmlChecks()")
OPENED = '<div xmlns="http://www.w3.org/1999/xhtml">'


def _rules(div: str) -> list[str]:
    patient = {"resourceType": "Patient", "text": {"status": "generated", "div": div}}
    told = [each.rule for each in VALIDATOR.issues(patient) if each.severity == "error"]
    assert SAFE.test(patient) is not bool(told), "the rule and FHIRPath's function agree"
    return told


@pytest.mark.parametrize(
    "inside",
    [
        "text",
        "a &amp; b &lt; c &nbsp; &eacute; &#160;",
        "<p class='a' style='color: red'>x<br/>y</p>",
        "<table border='1' summary='x'><thead><tr><th scope='col'>a</th></tr></thead><tbody><tr><td colspan='2'>b</td></tr></tbody></table>",
        "<a href='https://example.org/x?y=1#z' title='x'>x</a>",
        "<a href='Patient/1'>x</a><a href='#top'>x</a><a href='mailto:a@example.org'>x</a>",
        "<img src='data:image/png;base64,AAAA' alt='x'/>",
        "<img src='data: image/png;base64,AAAA' alt='x'/>",
        "<img src='#image1' alt='x'/>",
        "<ul><li>a</li></ul><ol start='3' type='a'><li value='4'>b</li></ol>",
        "<!-- a comment --> x",
        "<b>x</b>" * 20_000,
    ],
)
def test_harmless(inside: str) -> None:
    assert _rules(f"{OPENED}{inside}</div>") == []


@pytest.mark.parametrize(
    "inside",
    [
        "x<script>alert(1)</script>",
        "x<style>p {}</style>",
        "x<object data='x'/>",
        "x<iframe src='https://example.org'/>",
        "<form><input/></form>x",
        "<p onclick='alert(1)'>x</p>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' JaVaScRiPt:alert(1)'>x</a>",
        "<a href='java&#10;script:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<img src='data:image/svg+xml,x' alt='x'/>",
        "<img src='javascript:x' alt='x'/>",
        "<p style='width: expression(alert(1))'>x</p>",
        "<p style='background: url(javascript:x)'>x</p>",
        "<svg xmlns='http://www.w3.org/2000/svg'/>x",
        "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>x</x:script>",
        "<?php x ?>x",
        "<p>x",
        "<p>x</b>",
        "&unknown; x",
        "x &",
        "<b>" * 300 + "x" + "</b>" * 300,
    ],
)
def test_harmful_or_broken(inside: str) -> None:
    assert _rules(f"{OPENED}{inside}</div>") == ["txt-1"]


@pytest.mark.parametrize(
    "div",
    [
        "text",
        "<p>x</p>",
        "<div xmlns='http://www.w3.org/2000/svg'>x</div>",
        f"<!DOCTYPE div [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>{OPENED}&b;</div>",
        f"{OPENED}x</div>{OPENED}y</div>",
        f"{OPENED}\x01</div>",
    ],
)
def test_what_is_no_single_div(div: str) -> None:
    assert _rules(div) == ["txt-1"]


@pytest.mark.parametrize("inside", ["", "  \n ", "<p> </p>", "<br/>"])
def test_what_says_nothing(inside: str) -> None:
    assert _rules(f"{OPENED}{inside}</div>") == ["txt-2"]
