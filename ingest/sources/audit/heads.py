"""The heads of answers, a column at once: what each is, what it is called, its revision.

The API server writes an object's type and the beginning of its metadata in one order and each key
once (the order of the fields of TypeMeta and ObjectMeta in k8s.io/apimachinery/pkg/apis/meta/v1/
types.go, v1.36). A vectorised search reads these off the text; a body of another form, such as a
custom resource, a Status or a list, is looked at one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from ingest.sources.audit.envelope import Head, head

_TEXT = r'[^"\\]'
_DIGITS_MAX = 18
"""So many digits fit into 64 bits, whatever they are."""

_USUAL = (
    rf'^\{{"kind":"({_TEXT}+)","apiVersion":"({_TEXT}+)","metadata":\{{"name":"({_TEXT}+)",'
    rf'(?:"generateName":"{_TEXT}*",)?(?:"namespace":"({_TEXT}+)",)?(?:"selfLink":"{_TEXT}*",)?'
    rf'"uid":"({_TEXT}+)","resourceVersion":"([1-9][0-9]{{0,{_DIGITS_MAX - 1}}})"'
)


@dataclass(frozen=True, slots=True)
class Heads:
    """Columns, null where a body does not tell."""

    kind: pa.Array
    api_version: pa.Array
    name: pa.Array
    namespace: pa.Array
    uid: pa.Array
    resource_version: pa.Array


def heads(bodies: pa.Array) -> Heads:
    """What the bodies, JSON texts, are and are called; of a Status what its details say."""
    found = pl.Series(pl.from_arrow(bodies)).str.extract_groups(_USUAL).to_arrow()
    columns = [column.cast(pa.string()) for column in found.flatten()]
    others = np.asarray(
        pc.and_not(bodies.is_valid(), columns[0].is_valid()).to_numpy(zero_copy_only=False)
    )
    if others.any():
        rows = [_row(head(body.as_buffer().to_pybytes())) for body in bodies.filter(others)]
        columns = [
            pc.replace_with_mask(column, pa.array(others), pa.array(values, pa.string()))
            for column, values in zip(columns, zip(*rows, strict=True), strict=True)
        ]
    kind, api_version, name, namespace, uid, revision = columns
    return Heads(kind, api_version, name, namespace, uid, revision.cast(pa.int64()))


_Row = tuple[str | None, str | None, str | None, str | None, str | None, str | None]


def _row(top: Head) -> _Row:
    """The values in the order of `Heads`."""
    name = namespace = uid = revision = None
    if top.metadata is not None:
        name, namespace, uid = top.metadata.name, top.metadata.namespace, top.metadata.uid
        revision = _revision(top.metadata.resource_version)
    if top.details is not None:
        name, uid = name or top.details.name, uid or top.details.uid
    return top.kind, top.api_version, name or None, namespace or None, uid or None, revision


def _revision(text: str | None) -> str | None:
    """Only etcd's are numbers: those of aggregated servers may be anything, and 0 is none."""
    if not text or not text.isdecimal() or not text.isascii() or len(text) > _DIGITS_MAX:
        return None
    return text if int(text) else None
