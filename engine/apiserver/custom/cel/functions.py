"""The functions that Kubernetes adds to CEL.

Quantities, addresses, URLs, versions and formats are maps to CEL, with one key that no object has.
Functions whose values are optional, macros, and what shares its name with a function of the library
are spelled otherwise before (macros.py). What there is not is in docs/FIDELITY.md.

Source: k8s.io/apiserver pkg/cel/library/*.go, cel-go ext/{lists,sets}.go, v1.36.
"""

from __future__ import annotations

from engine.apiserver.custom.cel import (
    addresses,
    collections,
    formats,
    iteration,
    positions,
    quantities,
    texts,
    urls,
    versions,
)
from engine.apiserver.custom.cel.contract import Function

__all__ = ["FUNCTIONS", "Function"]

FUNCTIONS: tuple[Function, ...] = (
    *collections.FUNCTIONS,
    *quantities.FUNCTIONS,
    *addresses.FUNCTIONS,
    *urls.FUNCTIONS,
    *versions.FUNCTIONS,
    *formats.FUNCTIONS,
    *iteration.FUNCTIONS,
    *positions.FUNCTIONS,
    *texts.FUNCTIONS,
)
