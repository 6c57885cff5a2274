"""What becomes of an object on its way through the API server's internal types and back.

The server keeps a request in an internal type while it works on it. Most fields come back as they
were; here are those that do not, because the internal type has them once where v1 has them twice,
or not at all.

Source: pkg/apis/{core,apps,autoscaling,policy}/*/conversion.go (v1.36).
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any

from engine.apiserver.typed.errors import DecodeError
from engine.apiserver.typed.walk import Walks
from engine.model import int64

Object = dict[str, Any]

TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
ROLLBACK_TO = "deprecated.deployment.rollback.to"
PDB_V1BETA1_LABEL = "pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match"

_INIT_CONTAINERS = frozenset(
    f"pod.{stage}.kubernetes.io/init-container{what}"
    for stage in ("alpha", "beta")
    for what in ("s", "-statuses")
)
_AUTOSCALER_ANNOTATIONS = frozenset(
    f"autoscaling.alpha.kubernetes.io/{what}"
    for what in (
        *("metrics", "current-metrics", "conditions", "behavior"),
        *("scale-up-tolerance", "scale-down-tolerance"),
    )
)
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)


def convert(obj: Object, like: Object | None = None) -> None:
    """Make the object what the internal types make of it, in place; it is typed and defaulted.

    Doing it again changes nothing, so what it shares with `like`, of which it was made before, is
    passed over. Raises DecodeError where an annotation that stands for a field
    of an old version cannot be read.
    """
    _WALKS.apply(obj, like)


def _with_annotations(metadata: Object, annotations: dict[str, str]) -> None:
    """A new map, because the old one may be shared; none if it is empty."""
    if annotations:
        metadata["annotations"] = annotations
    else:
        metadata.pop("annotations", None)


def _without_annotations(obj: Object, names: frozenset[str]) -> None:
    annotations = obj["metadata"].get("annotations")
    if annotations and not names.isdisjoint(annotations):
        kept = {key: text for key, text in annotations.items() if key not in names}
        _with_annotations(obj["metadata"], kept)


def _pod_template(obj: Object) -> None:
    _without_annotations(obj, _INIT_CONTAINERS)


def _pod_spec(spec: Object) -> None:
    """The account has two names, of which the new one wins; host namespaces need a context."""
    account = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if account:
        spec["serviceAccountName"] = spec["serviceAccount"] = account
    if "securityContext" not in spec:
        spec["securityContext"] = {}


def _pod_status(status: Object) -> None:
    """`podIP` is the first of `podIPs`, and wins where they differ."""
    _one_and_many(status, "podIP", "podIPs", "ip")


def _node_spec(spec: Object) -> None:
    """`podCIDR` is the first of `podCIDRs`, and wins where they differ."""
    _one_and_many(spec, "podCIDR", "podCIDRs", "")


def _one_and_many(obj: Object, one: str, many: str, key: str) -> None:
    values = obj.get(many)
    first = (values[0].get(key, "") if key else values[0]) if values else ""
    single = obj.get(one)
    if single and single != first:
        obj[many] = [{key: single} if key else single]
    elif first and not single:
        obj[one] = first


def _secret(obj: Object) -> None:
    """`stringData` is for writing only."""
    texts = obj.pop("stringData", None)
    if texts:
        encoded = {
            key: b64encode(text.encode("utf-8", "surrogatepass")).decode()
            for key, text in texts.items()
        }
        obj["data"] = {**obj.get("data", {}), **encoded}


def _daemon_set(obj: Object) -> None:
    """The template's generation is a field of the internal type and an annotation of v1."""
    annotations = obj["metadata"].get("annotations") or {}
    text = annotations.get(TEMPLATE_GENERATION)
    number = 0 if text is None else _int64(text, "")
    if text != str(number):
        _with_annotations(obj["metadata"], {**annotations, TEMPLATE_GENERATION: str(number)})


def _deployment(obj: Object) -> None:
    annotations = obj["metadata"].get("annotations") or {}
    text = annotations.get(ROLLBACK_TO)
    if text:
        prefix = f"failed to parse annotation[{ROLLBACK_TO}]={text} as int64: "
        number = _int64(text, prefix)
        if text != str(number):
            _with_annotations(obj["metadata"], {**annotations, ROLLBACK_TO: str(number)})
    elif text is not None:
        _without_annotations(obj, frozenset({ROLLBACK_TO}))


def _int64(text: str, prefix: str) -> int:
    """As strconv.ParseInt reads it, whose error is shown after `prefix`."""
    if not _INTEGER.fullmatch(text):
        raise DecodeError(f'{prefix}strconv.ParseInt: parsing "{text}": invalid syntax')
    if len(text) > 20 or not int64.fits(int(text)):  # a sign and 19 digits
        raise DecodeError(f'{prefix}strconv.ParseInt: parsing "{text}": value out of range')
    return int(text)


def _rolling_update(obj: Object) -> None:
    obj.setdefault("maxUnavailable", 0)
    obj.setdefault("maxSurge", 0)


def _rolling_stateful_set(obj: Object) -> None:
    obj.setdefault("partition", 0)


def _stateful_set_spec(spec: Object) -> None:
    """Claims in a template are stored with their kind."""
    for claim in spec.get("volumeClaimTemplates") or ():
        claim["apiVersion"] = "v1"
        claim["kind"] = "PersistentVolumeClaim"


def _autoscaler(obj: Object) -> None:
    _without_annotations(obj, _AUTOSCALER_ANNOTATIONS)


def _disruption_budget(obj: Object) -> None:
    """The label by which v1beta1 matched all or nothing stays only where it is all there is."""
    selector = obj["spec"].get("selector")
    if not selector:
        return
    every = {"matchExpressions": [{"key": PDB_V1BETA1_LABEL, "operator": "DoesNotExist"}]}
    none = {"matchExpressions": [{"key": PDB_V1BETA1_LABEL, "operator": "Exists"}]}
    if selector in (every, none):
        return
    labels = selector.get("matchLabels") or {}
    expressions = selector.get("matchExpressions") or []
    stripped = {
        "matchLabels": {k: v for k, v in labels.items() if k != PDB_V1BETA1_LABEL},
        "matchExpressions": [e for e in expressions if e["key"] != PDB_V1BETA1_LABEL],
    }
    obj["spec"]["selector"] = {key: value for key, value in stripped.items() if value}


_CORE = "io.k8s.api.core.v1"
_APPS = "io.k8s.api.apps.v1"
_WALKS = Walks(
    {
        f"{_CORE}.Pod": _pod_template,
        f"{_CORE}.PodTemplateSpec": _pod_template,
        f"{_CORE}.PodSpec": _pod_spec,
        f"{_CORE}.PodStatus": _pod_status,
        f"{_CORE}.NodeSpec": _node_spec,
        f"{_CORE}.Secret": _secret,
        f"{_APPS}.DaemonSet": _daemon_set,
        f"{_APPS}.RollingUpdateDaemonSet": _rolling_update,
        f"{_APPS}.Deployment": _deployment,
        f"{_APPS}.RollingUpdateDeployment": _rolling_update,
        f"{_APPS}.StatefulSetSpec": _stateful_set_spec,
        f"{_APPS}.RollingUpdateStatefulSetStrategy": _rolling_stateful_set,
        "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler": _autoscaler,
        "io.k8s.api.policy.v1.PodDisruptionBudget": _disruption_budget,
    }
)
