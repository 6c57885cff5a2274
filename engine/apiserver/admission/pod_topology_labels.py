"""PodTopologyLabels: a pod shows in which zone and region its node is.

Source: plugin/pkg/admission/podtopologylabels/admission.go, v1.36. Bindings copy the labels too:
see engine.apiserver.pods.
"""

from __future__ import annotations

from engine.apiserver.admission.contract import PODS, Attributes, Plugin
from engine.apiserver.admission.objects import spec_of
from engine.apiserver.pods import TOPOLOGY_LABELS
from engine.apiserver.verbs.contract import Object
from engine.apiserver.verbs.metadata import metadata_of, with_metadata


class PodTopologyLabels(Plugin):
    """Labels new pods that name their node themselves."""

    name = "PodTopologyLabels"
    resources = (PODS,)

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The pod with its node's labels, whatever it said itself."""
        node_name = spec_of(obj).get("nodeName") if attributes.creates else None
        node = attributes.view.get("", "nodes", "", node_name) if node_name else None
        given = metadata_of(node or {}).get("labels") or {}
        copied = {name: given[name] for name in TOPOLOGY_LABELS if name in given}
        if not copied:
            return obj
        metadata = metadata_of(obj)
        labels = {**(metadata.get("labels") or {}), **copied}
        return with_metadata(obj, {**metadata, "labels": labels})
