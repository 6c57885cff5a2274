"""Server-side apply: steps on one object, each applied or updated by some manager."""

from typing import Any

from engine.apiserver.managedfields.conflicts import ApplyError, ConflictError
from engine.apiserver.managedfields.entries import Writer
from engine.apiserver.managedfields.kinds import KindRules
from engine.apiserver.managedfields.manager import apply, updated
from engine.apiserver.managedfields.schema import Compiler
from engine.apiserver.managedfields.tracking import UpdateError
from tests.conformance.differences import differences

Vector = dict[str, Any]

# The vectors' types are without OpenAPI's defaults: no port is TCP that does not say so.
_TYPES = Compiler(with_defaults=False)


def check(vector: Vector) -> list[str]:
    """How our outcome of each step differs from Kubernetes'."""
    # The objects of these vectors are not typed, so an object that is not there has nothing.
    live = {"apiVersion": vector["apiVersion"], "kind": vector["kind"]}
    rules = _rules(vector["apiVersion"], vector["kind"])
    found: list[str] = []
    for index, step in enumerate(vector["steps"]):
        outcome, live = _run(step, live, rules)
        expected = {key: step[key] for key in ("error", "live", "managedFields") if key in step}
        found += [f"step {index}: {line}" for line in differences(expected, outcome)]
    return found


def _rules(api_version: str, kind: str) -> KindRules:
    atom = _TYPES.kind(api_version, kind)
    assert atom is not None, f"{kind} of {api_version} is no kind of Kubernetes"
    return KindRules(api_version.rpartition("/")[0], kind, {api_version: atom})


def _run(
    step: dict[str, Any], live: dict[str, Any], rules: KindRules
) -> tuple[dict[str, Any], dict[str, Any]]:
    writer = Writer(step["manager"], "2026-01-01T00:00:00Z")
    try:
        if step["op"] == "apply":
            after = apply(live, step["object"], writer, step["force"], rules)
        else:
            after = updated(live, step["object"], writer, rules)
    except (ApplyError, ConflictError, UpdateError) as error:
        return {"error": str(error)}, live
    metadata = dict(after.get("metadata", {}))
    entries = [
        {key: value for key, value in entry.items() if key != "time"}
        for entry in metadata.pop("managedFields", [])
    ]
    entries.sort(key=_identity)
    shown = {**after, "metadata": metadata} if "metadata" in after else after
    return {"live": shown, **({"managedFields": entries} if entries else {})}, after


def _identity(entry: dict[str, Any]) -> tuple[str, ...]:
    keys = ("operation", "manager", "apiVersion", "subresource")
    return tuple(entry.get(key, "") for key in keys)
