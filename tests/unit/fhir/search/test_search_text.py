"""How text is normalised (docs/reference/search-semantics.md, string)."""

import pytest

from osler.fhir.search.text import exact_text, further_words, normalize_text


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Smith", "smith"),
        ("  two   words\t", "two words"),
        ("José", "jose"),
        ("Jose\u0301", "jose"),
        ("Carreño-Quiñones", "carreno quinones"),
        ("O'Brien", "obrien"),
        ("O’Brien", "obrien"),
        ("D`Angelo", "dangelo"),
        ("a\u00b4b", "ab"),
        ("St. John (Jr.)", "st john jr"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("Sørensen Łódź Ærø Þór Đ ı", "sorensen lodz aero thor d i"),
        ("ＦＵＬＬ ①", "full 1"),
        ("日本語", "日本語"),
        ("५५५", "५५५"),
        ("a+b=c", "a b c"),
        ("under_score", "under score"),
        ("...", ""),
        ("", ""),
        ("nul\x00byte", "nul byte"),
    ],
)
def test_text_is_compared_without_case_accents_and_punctuation(written: str, compared: str):
    assert normalize_text(written) == compared


@pytest.mark.parametrize("text", ["Ünïcödé", "İ", "ŉ", "ΐ", "ﬁne", "Ǆ", "ẞ", "a\u0301\u0301", "\u1e9e'"])
def test_normalising_twice_changes_nothing(text: str):
    assert normalize_text(normalize_text(text)) == normalize_text(text)


def test_exact_text_only_composes():
    assert exact_text("Jose\u0301 ") == "José "
    assert exact_text("Smith") == "Smith"


def test_further_words_leave_the_first_out():
    assert further_words("de la cruz") == ["la cruz", "cruz"]
    assert further_words("smith") == []
