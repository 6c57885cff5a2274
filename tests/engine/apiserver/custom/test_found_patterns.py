"""Where patterns match: as Go's regexp finds it."""

import pytest

from engine.apiserver.custom.patterns import PatternError, find, find_all, matches


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("[0-9]+", "abc 123 45", "123"),
        ("xyz", "abc", ""),
        ("a|ab", "ab", "a"),
        ("ab|a", "ab", "ab"),
        ("a+?", "aaa", "a"),
        ("(?U)a+", "aaa", "a"),
        ("a{2}", "aaa", "aa"),
        ("a{2,}b?", "aaab", "aaab"),
        ("a{,2}", "xa{,2}", "a{,2}"),
        ("(?i)B+", "abBc", "bB"),
        ("(?i:b)B", "abBBc", "bB"),
        ("a.c", "a\nc", ""),
        ("(?s)a.c", "a\nc", "a\nc"),
        ("^b", "a\nb", ""),
        ("(?m)^b$", "a\nb\nc", "b"),
        (r"\bb\B", "a b bc", "b"),
        (r"[[:upper:]]\d\pL", "aB2c", "B2c"),
        (r"[^\]a]+", "a]bc", "bc"),
        (r"\Qa.b\E+", "a.bbb", "a.bbb"),
        (r"(?P<name>\x61)\x{62}", "ab", "ab"),
        ("(|a)*", "aa", ""),
        ("(|a)+", "aa", ""),
        ("é+", "caféé", "éé"),
    ],
)
def test_the_first_match_is_the_leftmost_and_the_preferred_one(pattern, text, found):
    assert find(text, pattern) == found


def test_matches_follow_one_another():
    assert find_all("123 abc 456", "[0-9]+") == ["123", "456"]
    assert find_all("123 abc 456", "[0-9]+", 1) == ["123"]
    assert find_all("123 abc 456", "[0-9]+", 0) == []
    assert find_all("123", "x") == []
    assert find_all("ab1", "[0-9]*") == ["", "", "1"]
    assert find_all("", "a*") == [""]
    assert find_all("baac", "a*") == ["", "aa", ""]


def test_what_re2_does_not_take_is_no_pattern():
    for pattern in ("(", "a**", r"(a)\1", "(?=a)", "[b-a]"):
        with pytest.raises(PatternError):
            find("a", pattern)


def test_no_pattern_takes_longer_than_text_times_pattern():
    assert find("a" * 100_000, "(a*)*b") == ""


def test_half_a_character_is_none():
    assert matches("^.$", "\ud800")
    with pytest.raises(PatternError):
        matches("(\ud800", "")
