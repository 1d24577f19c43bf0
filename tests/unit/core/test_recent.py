"""What was found out lately is kept, in a bounded space."""

from osler.core.recent import Recent


def test_what_is_kept_is_found_and_nothing_else_is():
    recent = Recent[str, int](3)
    assert recent["a"] is None
    recent.keep("a", 1)
    assert recent["a"] == 1
    assert recent["b"] is None


def test_what_is_asked_for_now_and_then_stays():
    recent = Recent[int, str](4)
    recent.keep(-1, "asked for")
    for number in range(100):
        recent.keep(number, "once")
        assert recent[-1] == "asked for"
    assert recent[0] is None


def test_no_more_is_held_than_twice_the_bound():
    recent = Recent[int, int](10)
    for number in range(1000):
        recent.keep(number, number)
    assert 10 <= sum(recent[number] is not None for number in range(1000)) <= 20
