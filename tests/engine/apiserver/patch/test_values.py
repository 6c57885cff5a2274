from engine.apiserver.patch.values import deep_equal, format_string, go_type


def test_numbers_of_different_types_are_not_equal():
    assert not deep_equal({"a": [1]}, {"a": [1.0]})
    assert not deep_equal(1, True)
    assert deep_equal({"a": [1, None]}, {"a": [1, None]})


def test_formatting_as_a_string_complains_about_what_is_none():
    assert format_string({"b": [1, "x"], "a": None}) == "map[a:%!s(<nil>) b:[%!s(int64=1) x]]"
    assert format_string([True, 1e6]) == "[%!s(bool=true) %!s(float64=1e+06)]"


def test_types_have_the_names_that_go_prints():
    assert [go_type(value) for value in ({}, [], "", 1, 1.5, False, None)] == [
        "map[string]interface {}",
        "[]interface {}",
        "string",
        "int64",
        "float64",
        "bool",
        "%!s(<nil>)",
    ]
