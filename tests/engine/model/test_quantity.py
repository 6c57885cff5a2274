from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.model.quantity import MILLI, Format, Quantity, QuantityError

SUFFIXES = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "e3", "E-2"]

texts = st.builds(
    lambda sign, whole, fraction, suffix: f"{sign}{whole}{fraction}{suffix}",
    st.sampled_from(["", "-", "+"]),
    st.integers(0, 10**12),
    st.sampled_from(["", ".", ".5", ".25", ".001", ".123456789123"]),
    st.sampled_from(SUFFIXES),
)
quantities = texts.map(Quantity.parse)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0", "0"),
        ("0.1", "100m"),
        ("1000m", "1"),
        ("1.5Gi", "1536Mi"),
        ("1024Ki", "1Mi"),
        ("1000Ki", "1000Ki"),
        ("0.5Ki", "512"),
        ("12e6", "12e6"),
        ("1e21", "1e21"),
        ("0.1n", "1n"),
        ("+5", "5"),
        (".5", "500m"),
        ("-1.5", "-1500m"),
        ("9Ei", "9223372036854775807"),
    ],
)
def test_the_canonical_form_is_an_integer_with_the_largest_suffix(text, canonical):
    assert Quantity.parse(text).canonical() == canonical


@pytest.mark.parametrize(
    ("text", "printed"), [("1536Mi", "1536Mi"), ("1500m", "1500m"), ("1000m", "1"), ("0.5", "500m")]
)
def test_what_is_canonical_already_is_printed_as_it_was_written(text, printed):
    assert str(Quantity.parse(text)) == printed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must match the regular expression"),
        ("1.2.3", "must match the regular expression"),
        ("five", "must match the regular expression"),
        ("1 Gi", "must match the regular expression"),
        ("1\n", "must match the regular expression"),
        ("١", "must match the regular expression"),
        ("1Zi", "must match the regular expression"),
        ("1mm", "unable to parse quantity's suffix"),
        ("1e", "unable to parse quantity's suffix"),
        (".e-10", "unable to parse numeric part"),
    ],
)
def test_what_is_no_quantity_is_refused_with_kubernetes_words(text, message):
    with pytest.raises(QuantityError, match=message):
        Quantity.parse(text)


@pytest.mark.parametrize("text", ["1e2001", "9" * 2001, "1e" + "9" * 5000])
def test_a_number_too_large_to_compute_with_is_refused(text):
    with pytest.raises(QuantityError):
        Quantity.parse(text)


def test_a_number_far_below_the_smallest_one_is_rounded_up_at_once():
    assert str(Quantity.parse("1e-2000000000")) == "1e-9"


def test_units_round_up():
    assert Quantity.parse("1.1").value() == 2
    assert Quantity.parse("100m").value() == 1
    assert Quantity.parse("0.0001").milli_value() == 1
    assert Quantity.parse("2").milli_value() == 2000


def test_rounding_up_tells_whether_it_was_exact():
    assert Quantity.parse("1.5").round_up(MILLI) == (Quantity.parse("1500m"), True)
    assert Quantity.parse("1.0005").round_up(MILLI) == (Quantity.parse("1001m"), False)


def test_an_overflow_wraps_or_vanishes_as_in_kubernetes():
    assert Quantity.parse("1e30").value() == 0
    assert Quantity.parse("10E").milli_value() == 0


def test_a_json_number_is_a_quantity_and_null_is_zero():
    assert Quantity.from_json(2) == Quantity.parse("2")
    assert Quantity.from_json(0.5) == Quantity.parse("500m")
    assert Quantity.from_json(" 1Gi ") == Quantity.parse("1Gi")
    assert Quantity.from_json(None) == Quantity()


@pytest.mark.parametrize("value", [True, [], {}])
def test_other_json_is_no_quantity(value):
    with pytest.raises(QuantityError):
        Quantity.from_json(value)


def test_a_sum_is_written_as_its_first_operand_is_unless_that_is_zero():
    assert str(Quantity.parse("1Gi") + Quantity.parse("1G")) == "2073741824"
    assert (Quantity.parse("1Gi") + Quantity.parse("1G")).format is Format.BINARY_SI
    assert str(Quantity.parse("0") + Quantity.parse("2048Ki")) == "2Mi"


def test_quantities_of_one_value_are_one_in_a_set():
    assert len({Quantity.parse("1"), Quantity.parse("1000m"), Quantity.parse("1e0")}) == 1


def exact(quantity):
    return Fraction(quantity.as_decimal())


@given(quantities)
def test_the_canonical_form_says_the_same(quantity):
    # Kubernetes writes 1e21 as 1 where the format knows no exponents: there is no suffix for it.
    assume(quantity.format is Format.DECIMAL_EXPONENT or abs(exact(quantity)) < 10**21)
    again = Quantity.parse(quantity.canonical())
    assert again == quantity
    # A binary quantity that no suffix divides is written as a plain number, which is a decimal one.
    if again.format is quantity.format:
        assert again.canonical() == quantity.canonical()


@given(quantities, quantities)
def test_sums_and_differences_are_exact(a, b):
    assert exact(a + b) == exact(a) + exact(b)
    assert (a + b) - b == a
    assert a + b == b + a


@given(quantities, quantities)
def test_the_order_is_that_of_the_values(a, b):
    assert (a < b) == (exact(a) < exact(b))
    assert (a == b) == (exact(a) == exact(b))
    assert a != b or hash(a) == hash(b)


@given(quantities, st.integers(-(10**6), 10**6))
def test_a_product_is_exact(quantity, factor):
    assert exact(quantity.multiply(factor)[0]) == exact(quantity) * factor


@given(st.text(max_size=12))
def test_any_text_is_a_quantity_or_refused(text):
    try:
        quantity = Quantity.parse(text)
    except QuantityError:
        return
    assert str(quantity)
