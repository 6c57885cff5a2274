import pytest

from engine.apiserver.typed import scalars
from engine.apiserver.typed.errors import Misfit


@pytest.mark.parametrize(
    ("text", "place"),
    [("*", 0), ("YQ*=", 2), ("Y", 0), ("YWJjY", 4), ("YQ=", 3), ("YQ=a", 2), ("Y===", 1),
     ("YQ==YQ==", 4), ("YWI=x", 4), ("YQ\n=", 4), ("=", 0)],
)  # fmt: skip
def test_base64_is_refused_where_go_stops(text, place):
    with pytest.raises(Misfit) as refused:
        scalars.in_bytes(text, "[]uint8")
    assert refused.value.message() == f"illegal base64 data at input byte {place}"


def test_bytes_may_be_given_as_numbers():
    assert scalars.in_bytes([97, None], "[]uint8") == "YQA="
    with pytest.raises(Misfit) as refused:
        scalars.in_bytes([256], "[]uint8")
    assert refused.value.what == "number 256"


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0001, "0.0001"), (0.00001, "0.00001"), (1e-7, "1e-7"), (1e20, "100000000000000000000"),
     (1e21, "1e+21"), (1.5, "1.5"), (1.0, "1.0"),
     (float("inf"), "inf")],
)  # fmt: skip
def test_floats_are_written_as_go_writes_them(number, text):
    assert scalars.go_float(number) == text


@pytest.mark.parametrize(
    ("given", "kept"), [("25%", "25%"), (80, 80), ("", ""), (-(2**31), -(2**31))]
)
def test_an_int_or_string_is_kept_as_either(given, kept):
    assert scalars.int_or_string(given) == kept


@pytest.mark.parametrize(
    ("given", "what"), [(1.5, "number 1.5"), (True, "bool"), (2**31, "number 2147483648")]
)
def test_an_int_or_string_is_an_int32(given, what):
    with pytest.raises(Misfit) as refused:
        scalars.int_or_string(given)
    assert refused.value.message() == f"json: cannot unmarshal {what} into Go value of type int32"
