"""By which fields objects can be selected, and what stands in them.

    checked(FieldSelector.parse("spec.host=node-1"), pods).matches(selectable_fields(pods, pod))

What a resource accepts is AddFieldLabelConversionFunc in pkg/apis/*/*/conversion.go, what an object
has is ToSelectableFields in pkg/registry/*/*/strategy.go (v1.36). All others, and custom resources
that declare no more, are selected by name and namespace only.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.model.field_selector import FieldSelector
from engine.model.quoting import quote
from engine.model.requirement import SelectorError
from engine.schema.resource import Resource

_REFERENCE = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")

# By resource: the field's name to what it is when the object says nothing.
_FIELDS: dict[tuple[str, str], dict[str, str]] = {
    ("", "pods"): {
        "spec.nodeName": "",
        "spec.restartPolicy": "",
        "spec.schedulerName": "",
        "spec.serviceAccountName": "",
        "spec.hostNetwork": "false",
        "status.phase": "",
        "status.podIP": "",
        "status.podIPs": "",
        "status.nominatedNodeName": "",
    },
    ("", "nodes"): {"spec.unschedulable": "false"},
    ("", "namespaces"): {"status.phase": ""},
    ("", "secrets"): {"type": ""},
    ("", "services"): {"spec.clusterIP": "", "spec.type": ""},
    ("", "replicationcontrollers"): {"status.replicas": "0"},
    ("", "events"): {
        **{f"involvedObject.{field}": "" for field in _REFERENCE},
        **dict.fromkeys(("reason", "reportingComponent", "source", "type"), ""),
    },
    ("events.k8s.io", "events"): {
        **{f"regarding.{field}": "" for field in _REFERENCE},
        **dict.fromkeys(("reason", "reportingController", "type"), ""),
    },
    ("batch", "jobs"): {"status.successful": "0"},
    ("certificates.k8s.io", "certificatesigningrequests"): {"spec.signerName": ""},
    ("resource.k8s.io", "resourceslices"): {"spec.nodeName": "", "spec.driver": ""},
}

_OLD_NAMES = {("", "pods"): {"spec.host": "spec.nodeName"}}

# Where a field's value stands, if not at the path that its name is.
_PATHS = {
    ("batch", "jobs"): {"status.successful": "status.succeeded"},
    ("", "events"): {"source": "source.component"},
}


def checked(selector: FieldSelector, resource: Resource) -> FieldSelector:
    """The selector with old names replaced, else SelectorError for a field that cannot be used."""
    key = (resource.group, resource.name)
    old_names = _OLD_NAMES.get(key, {})
    terms = tuple(
        replace(term, field=old_names.get(term.field, term.field)) for term in selector.terms
    )
    accepted = _defaults(resource)
    for term in terms:
        if term.field not in accepted:
            raise SelectorError(_refusal(resource, term.field))
    return FieldSelector(terms)


def selectable_fields(resource: Resource, obj: Mapping[str, Any]) -> dict[str, str]:
    """The fields of an object, in the form that the resource shows it in, by which it is selected.

    `status.podIPs` may be asked for, and is empty always.
    """
    paths = _PATHS.get((resource.group, resource.name), {})
    fields = {
        field: _text(obj, paths.get(field, field)) or default
        for field, default in _defaults(resource).items()
    }
    if "source" in fields and not fields["source"]:
        fields["source"] = fields["reportingComponent"]
    return fields


def _defaults(resource: Resource) -> dict[str, str]:
    fields = {"metadata.name": ""}
    known = _FIELDS.get((resource.group, resource.name))
    # The kinds that only have the common fields take a namespace, though they be of the cluster.
    if resource.namespaced or (known is None and not resource.custom):
        fields["metadata.namespace"] = ""
    return fields | (known or {}) | dict.fromkeys(resource.selectable_fields, "")


def _refusal(resource: Resource, field: str) -> str:
    key = (resource.group, resource.name)
    if key == ("batch", "jobs"):
        return f"field label {quote(field)} not supported for Job"
    if key not in _FIELDS and not resource.custom:
        # DefaultMetaV1FieldSelectorConversion in pkg/runtime/conversion.go of apimachinery (v1.36).
        return (
            f"{quote(field)} is not a known field selector: "
            'only "metadata.name", "metadata.namespace"'
        )
    return f"field label not supported: {field}"


def _text(value: Any, path: str) -> str:
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, Mapping | list) else str(value)
