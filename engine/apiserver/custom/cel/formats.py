"""Formats of texts in rules: `!format.dns1123Label().validate(self.name).hasValue()`.

Source: k8s.io/apiserver pkg/cel/library/format.go, v1.36. Of a text that is no URI, Go says more
precisely what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.apiserver.custom.cel.contract import Function, Opaque
from engine.apiserver.custom.formats import is_of_format
from engine.apiserver.validation.names import (
    is_label_value,
    is_qualified_name,
    name_is_dns1035_label,
    name_is_dns_label,
    name_is_dns_subdomain,
)
from engine.model.quoting import quote

FORMAT = Opaque("format")

Check = Callable[[str], list[str]]


def _of_format(name: str, problem: str, text: str) -> list[str]:
    return [] if is_of_format(name, text) else [problem]


def _uri_problems(text: str) -> list[str]:
    return _of_format("uri", f"parse {quote(text)}: invalid URI for request", text)


CHECKS: Mapping[str, Check] = {
    "dns1123Label": lambda text: name_is_dns_label(text, False),
    "dns1123Subdomain": lambda text: name_is_dns_subdomain(text, False),
    "dns1035Label": lambda text: name_is_dns1035_label(text, False),
    "qualifiedName": is_qualified_name,
    "dns1123LabelPrefix": lambda text: name_is_dns_label(text, True),
    "dns1123SubdomainPrefix": lambda text: name_is_dns_subdomain(text, True),
    "dns1035LabelPrefix": lambda text: name_is_dns1035_label(text, True),
    "labelValue": is_label_value,
    "uri": _uri_problems,
    "uuid": partial(_of_format, "uuid", "does not match the UUID format"),
    "byte": partial(_of_format, "byte", "invalid base64"),
    "date": partial(_of_format, "date", "invalid date"),
    "datetime": partial(_of_format, "datetime", "invalid datetime"),
}


def _made(name: str) -> Callable[[], dict[str, Any]]:
    return lambda: FORMAT.wrap(name)


def _named(name: str) -> list[dict[str, Any]]:
    return [FORMAT.wrap(name)] if name in CHECKS else []


def _problems(value: Any, text: str) -> list[str]:
    return list(CHECKS[FORMAT.unwrap(value)](text))


FUNCTIONS: tuple[Function, ...] = (
    *(Function(f"format.{name}", (), _made(name)) for name in CHECKS),
    # As macros.py spells what has an optional value: a list with it, or nothing.
    Function("format_", ("STRING",), _named),
    Function("problems_", ("MAP", "STRING"), _problems),
)
