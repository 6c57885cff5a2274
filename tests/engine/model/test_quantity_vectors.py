from engine.model.quantity import MILLI, Quantity, QuantityError
from tests.vectors import read


def parsed(text):
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


def paired(a, b, factor):
    a, b = Quantity.parse(a), Quantity.parse(b)
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


def difference(vector):
    given = {"id", "type", "in", "a", "b", "mulBy"}
    expected = {key: value for key, value in vector.items() if key not in given}
    if "float" in expected:
        expected["float"] = float(expected["float"])
    if vector["type"] == "parse":
        actual = parsed(vector["in"])
    else:
        actual = paired(vector["a"], vector["b"], vector["mulBy"])
    return None if actual == expected else (vector, actual)


def test_every_quantity_is_what_kubernetes_makes_of_it():
    assert [found for found in map(difference, read("quantity")) if found] == []
