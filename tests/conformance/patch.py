"""Patches of every kind, applied and computed, against Kubernetes' own."""

from typing import Any

from engine.apiserver.patch.diff.json_merge import three_way_merge_patch
from engine.apiserver.patch.diff.strategic import three_way_patch, two_way_patch
from engine.apiserver.patch.errors import PatchError
from engine.apiserver.patch.json_patch import apply_json_patch
from engine.apiserver.patch.merge_patch import apply_merge_patch
from engine.apiserver.patch.strategic.merge import apply_strategic_merge_patch
from tests.conformance.differences import differences

Vector = dict[str, Any]


def check(vector: Vector) -> list[str]:
    """How our result differs from the vector's."""
    given = {"id", "type", "apiVersion", "kind", "original", "modified", "current"}
    if not vector["type"].endswith(("_diff", "_three_way")):
        given.add("patch")
    expected = {key: value for key, value in vector.items() if key not in given}
    try:
        actual = _computed(vector)
    except PatchError as error:
        actual = {"error": str(error)}
    return differences(expected, actual)


def _computed(vector: Vector) -> dict[str, Any]:
    types = (vector["apiVersion"], vector["kind"])
    original, patch = vector["original"], vector.get("patch")
    match vector["type"]:
        case "json":
            return {"result": apply_json_patch(original, patch)}
        case "merge":
            return {"result": apply_merge_patch(original, patch)}
        case "merge_three_way":
            made = three_way_merge_patch(original, vector["modified"], vector["current"])
            return {"patch": made, "result": apply_merge_patch(vector["current"], made)}
        case "strategic":
            return {"result": apply_strategic_merge_patch(original, patch, *types)}
        case "strategic_diff":
            made = two_way_patch(original, vector["modified"], *types)
            live = vector.get("current", original)
        case "strategic_three_way":
            live = vector["current"]
            made = three_way_patch(original, vector["modified"], live, *types)
        case other:
            return {"unknown type": other}
    return {"patch": made, "result": apply_strategic_merge_patch(live, made, *types)}
