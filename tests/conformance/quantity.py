"""Quantities: parsed, printed, rounded, compared and calculated with."""

from typing import Any

from engine.model.quantity import MILLI, Quantity, QuantityError
from tests.conformance.differences import differences


def check(vector: dict[str, Any]) -> list[str]:
    """How our result differs from the vector's."""
    given = {"id", "type", "in", "a", "b", "mulBy"}
    expected = {key: value for key, value in vector.items() if key not in given}
    if "float" in expected:
        expected["float"] = float(expected["float"])
    if vector["type"] == "parse":
        return differences(expected, _parsed(vector["in"]))
    return differences(expected, _paired(vector["a"], vector["b"], vector["mulBy"]))


def _parsed(text: str) -> dict[str, Any]:
    try:
        quantity = Quantity.parse(text)
    except QuantityError as error:
        return {"error": str(error)}
    in_list, milli_exact = quantity.round_up(MILLI)
    result = {
        "string": quantity.canonical(),
        "parsedString": str(quantity),
        "resourceListString": str(in_list),
        "milliExact": milli_exact,
        "format": quantity.format,
        "value": str(quantity.value()),
        "milliValue": str(quantity.milli_value()),
        "float": quantity.as_float(),
        "sign": quantity.sign,
        "isZero": quantity.amount == 0,
        "roundUpExact": quantity.round_up(0)[1],
    }
    if quantity.as_int64() is not None:
        result["asInt64"] = str(quantity.as_int64())
    return result


def _paired(first: str, second: str, factor: int) -> dict[str, Any]:
    a, b = Quantity.parse(first), Quantity.parse(second)
    product, exact = a.multiply(factor)
    return {
        "cmp": (a > b) - (a < b),
        "equal": a == b,
        "sum": str(a + b),
        "difference": str(a - b),
        "negA": str(-a),
        "mulA": str(product),
        "mulExact": exact,
    }
