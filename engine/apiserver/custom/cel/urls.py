"""URLs in rules.

Source: k8s.io/apiserver pkg/cel/library/urls.go (net/url.ParseRequestURI), v1.36.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from engine.apiserver.custom.cel.contract import Function, Opaque, member
from engine.apiserver.custom.formats import is_of_format

URL = Opaque("url")


def _url(text: str) -> dict[str, Any]:
    if not is_of_format("uri", text):
        raise ValueError(f"URL parse error during conversion from string: {text}")
    return URL.wrap(text)


def _split(value: Any) -> Any:
    return urlsplit(URL.unwrap(value))


def _host(value: Any) -> str:
    return str(_split(value).netloc.rpartition("@")[2])


def _hostname(value: Any) -> str:
    host = _host(value)
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _port(value: Any) -> str:
    after = _host(value).rpartition("]")[2]
    return after.partition(":")[2]


FUNCTIONS: tuple[Function, ...] = (
    Function("url", ("STRING",), _url),
    Function("isURL", ("STRING",), lambda text: is_of_format("uri", text)),
    member("getScheme", lambda value: _split(value).scheme, "MAP"),
    member("getHost", _host, "MAP"),
    member("getHostname", _hostname, "MAP"),
    member("getPort", _port, "MAP"),
    member("getEscapedPath", lambda v: quote(_split(v).path, safe="/%:@!$&'()*+,;=-._~"), "MAP"),
    member("getQuery", lambda v: parse_qs(_split(v).query, keep_blank_values=True), "MAP"),
)
