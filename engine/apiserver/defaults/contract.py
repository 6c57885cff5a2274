"""What a file of defaults offers: functions by the Go type that they complete."""

from collections.abc import Callable, Mapping
from typing import Any

Object = dict[str, Any]

SetDefaults = Callable[[Object], None]
"""Completes one struct in its typed form, in place. Fields without omitempty are there already; one
that may be left out is absent, never null. Lists and maps of scalars are replaced, not changed,
because they may be shared with other objects. So may structs below the struct's own fields be: a
function that sets something there, and that hangs on more than that struct, replaces it."""

Defaults = Mapping[str, SetDefaults]
"""By the name of the Go type without its package: `{"PodSpec": pod_spec}`."""
