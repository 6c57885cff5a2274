"""Formats of strings that the API server checks.

Source: k8s.io/apiextensions-apiserver pkg/apiserver/validation/formats.go, k8s.io/kube-openapi
pkg/validation/strfmt and pkg/internal/third_party/govalidator, v1.36.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from engine.apiserver.custom import patterns
from engine.apiserver.validation.ips import parse_cidr, parse_ip

_HEX = "[0-9a-fA-F]"
_UUID = r"(?i:[0-9a-f]{{8}}-?[0-9a-f]{{4}}-?{0}-?{1}-?[0-9a-f]{{12}})"
_ANY4 = "[0-9a-f]{4}"
_SHORT_NAME = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"

# HostnamePattern, strfmt/default.go.
_HOSTNAME = (
    r"^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|"
    r"([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}"
    r"([a-zA-Z\p{L}]){2,63})$"
)
_RGB = r"\s*(?:0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*"
_CREDIT_CARD = (
    r"4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|"
    r"3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11}"
)
_GO_DURATION = re.compile(r"[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)", re.ASCII)
_SCALA_DURATION = re.compile(r"\d+\s*([A-Za-zµ]+)", re.ASCII)
_UNITS = (
    ("ns", "nano"), ("us", "µs", "micro"), ("ms", "milli"), ("s", "sec"), ("m", "min"),
    ("h", "hr", "hour"), ("d", "day"), ("w", "wk", "week"),
)  # fmt: skip
_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|[+-][0-9]{2}:[0-9]{2})", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ATOM = r"[^\s()<>\[\]:;@\\,.\"\x00-\x1f]+"
_ADDRESS = (
    rf"(?:{_ATOM}(?:\.{_ATOM})*|\"(?:[^\"\\]|\\.)*\")@(?:{_ATOM}(?:\.{_ATOM})*|\[[^\[\]\\]*\])"
)
_EMAIL = re.compile(rf"\s*(?:{_ADDRESS}|[^<>@]*<{_ADDRESS}>)\s*")
_URI = re.compile(
    r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:(?!//)[^\s]*|"
    r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//(?:[^/?#@\s]*@)?(?:\[[0-9a-fA-F:.%]+\]|[^/?#@:\s\\^`{|}]*)"
    r"(?::\d*)?(?:[/?#].*)?|/(?!/).*|\*)",
    re.DOTALL,
)  # fmt: skip
_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NAME_MAX, _LABEL_MAX, _HOSTNAME_MAX = 253, 63, 255


def is_of_format(name: str, text: str) -> bool:
    """Whether a text is of a format; that no API server knows is of none and fits anything."""
    check = _CHECKS.get(name.replace("-", ""))
    return check is None or check(text)


def is_known(name: str) -> bool:
    """Whether API servers know a format of strings; others are ignored."""
    return name.replace("-", "") in _CHECKS


def _full(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


def _is_uri(text: str) -> bool:
    if _CONTROL.search(text) or not _URI.fullmatch(text):
        return False
    return _ESCAPE.search(text.partition("?")[0]) is None


def _is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def _is_hostname(text: str) -> bool:
    if len(text.encode("utf-8", "replace")) > _HOSTNAME_MAX:
        return False
    labels = text.split(".")
    if any(len(label.encode("utf-8", "replace")) > _LABEL_MAX for label in labels):
        return False
    return patterns.matches(_HOSTNAME, text)


def _is_mac(text: str) -> bool:
    size = (6, 8, 20)
    pairs = any(re.fullmatch(rf"{_HEX}{{2}}(?:[{s}]{_HEX}{{2}})+", text) for s in ":-")
    if pairs:
        return (len(text) + 1) // 3 in size
    fours = re.fullmatch(rf"{_HEX}{{4}}(?:\.{_HEX}{{4}})+", text)
    return fours is not None and (len(text) + 1) // 5 * 2 in size


def _is_isbn10(text: str) -> bool:
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        return False
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum((i + 1) * value for i, value in enumerate(values)) % 11 == 0


def _is_isbn13(text: str) -> bool:
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{13}", digits):
        return False
    return sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(digits)) % 10 == 0


def _is_credit_card(text: str) -> bool:
    digits = re.sub(r"[^0-9]", "", text)
    if not re.fullmatch(_CREDIT_CARD, digits):
        return False
    doubled = [int(digit) * (2 if i % 2 else 1) for i, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    year, month, day = map(int, text.split("-"))
    try:
        # Go knows a year 0; it is a leap year, as 4 is.
        date(year or 4, month, day)
    except ValueError:
        return False
    return True


def _is_date_time(text: str) -> bool:
    parts = text.lower().split("t")
    if len(parts) < 2 or not _is_date(parts[0]):
        return False
    match = _TIME.fullmatch(parts[1])
    return match is not None and match[1] <= "23" and match[2] <= "59" and match[3] <= "59"


def _is_duration(text: str) -> bool:
    if _GO_DURATION.fullmatch(text):
        return True
    units = [unit.lower() for unit in _SCALA_DURATION.findall(text)]
    return any(
        unit in variants or unit.startswith(variants[-1]) for unit in units for variants in _UNITS
    )


def _is_long_name(text: str) -> bool:
    names = rf"{_SHORT_NAME}(?:\.{_SHORT_NAME})*"
    return len(text) <= _NAME_MAX and re.fullmatch(names, text) is not None


def _is_short_name(text: str) -> bool:
    return len(text) <= _LABEL_MAX and re.fullmatch(_SHORT_NAME, text) is not None


_CHECKS: dict[str, Callable[[str], bool]] = {
    "bsonobjectid": _full(rf"{_HEX}{{24}}"),
    "uri": _is_uri,
    "email": _is_email,
    "hostname": _is_hostname,
    "ipv4": lambda text: "." in text and parse_ip(text) is not None,
    "ipv6": lambda text: ":" in text and parse_ip(text) is not None,
    "cidr": lambda text: parse_cidr(text) is not None,
    "mac": _is_mac,
    "uuid": _full(_UUID.format(_ANY4, _ANY4)),
    "uuid3": _full(_UUID.format("3[0-9a-f]{3}", _ANY4)),
    "uuid4": _full(_UUID.format("4[0-9a-f]{3}", "[89ab][0-9a-f]{3}")),
    "uuid5": _full(_UUID.format("5[0-9a-f]{3}", "[89ab][0-9a-f]{3}")),
    "isbn": lambda text: _is_isbn10(text) or _is_isbn13(text),
    "isbn10": _is_isbn10,
    "isbn13": _is_isbn13,
    "creditcard": _is_credit_card,
    "ssn": _full(r"\d{3}[- ]?\d{2}[- ]?\d{4}"),
    "hexcolor": _full(r"#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})"),
    "rgbcolor": _full(rf"rgb\({_RGB},{_RGB},{_RGB}\)"),
    "byte": _full(
        r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})"
    ),
    "password": lambda _: True,
    "date": _is_date,
    "duration": _is_duration,
    "datetime": _is_date_time,
    "k8sshortname": _is_short_name,
    "k8slongname": _is_long_name,
}
