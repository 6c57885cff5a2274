"""What the URI and the body of a request tell about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.redact import PREFIX
from tests.ingest.sources.logs import line, read_log

URI = "/api/v1/namespaces/shop/configmaps/web"


def row_of(tmp_path: Path, **changes: Any) -> dict[str, Any]:
    return read_log(tmp_path, line(1, **changes)).rows[0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"requestURI": URI + "?dryRun=All"}, True),
        ({"requestURI": URI + "?fieldManager=x&dryRun=All&force=true"}, True),
        ({"requestURI": URI + "?dryRun="}, False),
        ({"requestURI": URI + "?labelSelector=dryRun%3DAll"}, False),
        ({"verb": "delete", "requestObject": {"kind": "DeleteOptions", "dryRun": ["All"]}}, True),
        ({"verb": "delete", "requestObject": {"kind": "DeleteOptions"}}, False),
        ({"verb": "update", "requestObject": {"dryRun": ["All"]}}, False),
        (
            {
                "verb": "create",
                "objectRef": {"resource": "pods", "name": "web", "subresource": "eviction"},
                "requestObject": {"kind": "Eviction", "deleteOptions": {"dryRun": ["All"]}},
            },
            True,
        ),
    ],
)
def test_a_dry_run_is_told_by_the_query_or_the_options(
    tmp_path: Path, changes: dict[str, Any], expected: bool
) -> None:
    assert row_of(tmp_path, **changes)["dry_run"] is expected


TYPED = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "data": {}}
UPDATED = {"metadata": {"managedFields": [{"manager": "me", "operation": "Update"}]}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"requestObject": [{"op": "remove", "path": "/data/a"}]}, "json"),
        ({"requestURI": URI + "?fieldManager=me", "requestObject": TYPED}, "apply"),
        (
            {
                "requestURI": URI + "?fieldManager=me",
                "requestObject": TYPED,
                "responseObject": UPDATED,
            },
            "strategic",
        ),
        ({"requestURI": URI + "?fieldManager=me&force=true", "requestObject": None}, "apply"),
        ({"requestURI": URI + "?fieldManager=me", "requestObject": {"data": {}}}, "strategic"),
        ({"requestURI": URI + "?fieldManager=kubectl-label"}, "merge"),
        ({"objectRef": {"resource": "widgets", "apiGroup": "example.com"}}, "merge"),
        ({"objectRef": {"resource": "roles", "apiGroup": "rbac.authorization.k8s.io"}},
         "strategic"),
        ({"objectRef": {"resource": "x", "apiGroup": "snapshot.storage.k8s.io"}}, "merge"),
        ({"objectRef": {"resource": "deployments", "apiGroup": "apps", "subresource": "scale"}},
         "merge"),
        ({"requestObject": {"spec": {"$setElementOrder/ports": []}}}, "strategic"),
        ({"requestObject": None}, None),
        ({"verb": "update"}, None),
    ],
)  # fmt: skip
def test_the_patch_type_is_inferred(
    tmp_path: Path, changes: dict[str, Any], expected: str | None
) -> None:
    fields = {"verb": "patch", "requestObject": {"data": {"a": "2"}}, **changes}
    assert row_of(tmp_path, **fields)["patch_type"] == expected


@pytest.mark.parametrize(
    "parameter", ["token", "access_token", "TOKEN", "%74oken", "a=b&token", "id_token"]
)
def test_tokens_in_the_query_are_hidden(tmp_path: Path, parameter: str) -> None:
    uri = f"{URI}?{parameter}=s3cr3t-value&timeout=5s"
    shown = row_of(tmp_path, requestURI=uri)["request_uri"]
    assert "s3cr3t" not in shown
    assert shown.startswith(URI)
    assert f"={PREFIX}" in shown
    assert shown.endswith("&timeout=5s")


def test_other_parameters_are_shown_as_they_are(tmp_path: Path) -> None:
    uri = URI + "?labelSelector=app%3Dweb&limit=500&continue=eyJ2IjoibWV0YSJ9"
    assert row_of(tmp_path, requestURI=uri)["request_uri"] == uri
