"""The functions that Kubernetes adds to CEL.

Those whose values are optional or macros (`format.*`, two-variable comprehensions), and regular
expressions' `find`, are not among them. Quantities, addresses, URLs and versions are maps to CEL,
with one key that no object has.

Source: k8s.io/apiserver pkg/cel/library/*.go, cel-go ext/{lists,sets}.go, v1.36.
"""

from __future__ import annotations

from engine.apiserver.custom.cel import addresses, collections, quantities, urls, versions
from engine.apiserver.custom.cel.contract import Function

__all__ = ["FUNCTIONS", "Function"]

FUNCTIONS: tuple[Function, ...] = (
    *collections.FUNCTIONS,
    *quantities.FUNCTIONS,
    *addresses.FUNCTIONS,
    *urls.FUNCTIONS,
    *versions.FUNCTIONS,
)
