"""Changes in words: what stands after `it would fit if`."""

from __future__ import annotations

from collections.abc import Mapping

from engine.scheduler.remedies.change import Change
from engine.scheduler.remedies.cluster_changes import (
    AddNode,
    AddPod,
    AddVolume,
    Label,
    Labels,
    RemovePod,
    Uncordon,
    Untaint,
)
from engine.scheduler.remedies.pod_changes import (
    LowerMinDomains,
    LowerRequest,
    OpenGates,
    RaiseSkew,
    SettleClaim,
    Tolerate,
)
from engine.scheduler.resources import MEMORY, as_quantity
from reports.kubectl.yaml_scalars import Style, choose_style


def in_words(change: Change) -> str:
    """One change."""
    return _of_the_pod(change) or _of_a_node(change) or _of_other_objects(change)


def _of_the_pod(change: Change) -> str:
    match change:
        case LowerRequest(resource, before, after):
            less, was = as_quantity(resource, after), as_quantity(resource, before)
            return f"it requested {less} of {resource} instead of {was}"
        case Tolerate():
            return f"it had the toleration {flow(change.toleration)}"
        case OpenGates(gates):
            return f"its scheduling gates were removed: {', '.join(gates)}"
        case RaiseSkew(_, key, before, after):
            return f"maxSkew over {key} were {after} instead of {before}"
        case LowerMinDomains(_, key, before, after):
            return f"minDomains over {key} were {after} instead of {before}"
        case SettleClaim(claim):
            return f"its claim {claim} were settled (asked as if it did not use it)"
    return ""


def _of_a_node(change: Change) -> str:
    match change:
        case AddNode():
            return _node(change)
        case Label(node, labels):
            return f"node {node} had {_labels(labels)}"
        case Uncordon(node):
            return f"node {node} were uncordoned"
        case Untaint(node, key, value, effect):
            taint = f"{key}={value}:{effect}" if value else f"{key}:{effect}"
            return f"node {node} lost the taint {taint}, which stands for its state"
    return ""


def _of_other_objects(change: Change) -> str:
    match change:
        case RemovePod(_, namespace, name, node, _, terminating):
            going = ", which is terminating," if terminating else ""
            return f"pod {namespace}/{name}{going} were gone from {node}"
        case AddPod(namespace, own, node):
            wanted = ",".join(f"{key}={value}" for key, value in own) or "any labels"
            return f"a pod with {wanted} ran in the namespace {namespace} on {node}"
        case AddVolume():
            return _volume(change)
    return ""


def flow(values: Mapping[str, str]) -> str:
    """A map in YAML's short form, each text in quotes where it would be read as something else."""
    return f"{{{', '.join(f'{key}: {_scalar(value)}' for key, value in values.items())}}}"


def _scalar(text: str) -> str:
    return text if text and choose_style(text, True) is Style.PLAIN else f'"{text}"'


def _labels(labels: Labels) -> str:
    own = [f"the label {key}={value}" for key, value in labels if value is not None]
    lost = [f"no label {key}" for key, value in labels if value is None]
    return " and ".join((*own, *lost))


def _volume(change: AddVolume) -> str:
    wanted = [
        f"class {change.storage_class}" if change.storage_class else "no class",
        str(as_quantity(MEMORY, change.size_bytes)),
        *change.access_modes,
        *([change.mode] if change.mode != "Filesystem" else []),
        *(f"{key}={value}" for key, value in change.labels),
    ]
    return f"there were a free PersistentVolume for the claim {change.claim}: {', '.join(wanted)}"


def _node(change: AddNode) -> str:
    more = [f"{as_quantity(name, amount)} of {name}" for name, amount in change.amounts]
    parts = [*([_labels(change.labels)] if change.labels else []), *more]
    wanted = f" with {' and '.join(parts)}" if parts else ""
    return f"there were one more node like {change.like}{wanted}, still empty"
