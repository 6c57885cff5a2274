"""SQL's names of the Arrow types in which the stored tables are declared."""

from __future__ import annotations

import pyarrow as pa

from ingest.log.schema import TIME

_NAMES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.int32(): "INTEGER",
    pa.bool_(): "BOOLEAN",
    TIME: "TIMESTAMPTZ",
}


def sql_type(type_: pa.DataType) -> str:
    """The DuckDB type in which a Parquet column of this Arrow type is read."""
    if pa.types.is_map(type_):
        return f"MAP({sql_type(type_.key_type)}, {sql_type(type_.item_type)})"
    if pa.types.is_list(type_):
        return f"{sql_type(type_.value_type)}[]"
    if pa.types.is_struct(type_):
        return f"STRUCT({', '.join(f'{field.name} {sql_type(field.type)}' for field in type_)})"
    return _NAMES[type_]
