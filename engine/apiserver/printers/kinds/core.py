"""Namespaces, configuration, quotas: pkg/printers/internalversion/printers.go, v1.36."""

from datetime import datetime

from engine.apiserver.printers.ages import age
from engine.apiserver.printers.containers import container_cells
from engine.apiserver.printers.contract import AGE, NAME, Cell, Column, Object, Printer
from engine.apiserver.printers.fields import amount, mapping, maps, name, text
from engine.apiserver.printers.labels import format_labels


def _namespace(namespace: Object, now: datetime) -> tuple[Cell, ...]:
    return name(namespace), text(namespace, "status", "phase"), age(namespace, now)


def _config_map(config_map: Object, now: datetime) -> tuple[Cell, ...]:
    keys = len(mapping(config_map, "data")) + len(mapping(config_map, "binaryData"))
    return name(config_map), keys, age(config_map, now)


def _secret(secret: Object, now: datetime) -> tuple[Cell, ...]:
    return name(secret), text(secret, "type"), len(mapping(secret, "data")), age(secret, now)


def _service_account(account: Object, now: datetime) -> tuple[Cell, ...]:
    return name(account), age(account, now)


def _resource_quota(quota: Object, now: datetime) -> tuple[Cell, ...]:
    requests, limits = list[str](), list[str]()
    for resource in sorted(mapping(quota, "status", "hard")):
        used = amount(quota, "status", "used", resource)
        shown = f"{resource}: {used}/{amount(quota, 'status', 'hard', resource)}"
        (limits if resource.startswith("limits.") else requests).append(shown)
    return name(quota), ", ".join(requests), ", ".join(limits), age(quota, now)


def _pod_template(template: Object, now: datetime) -> tuple[Cell, ...]:
    return (
        name(template),
        *container_cells(template, "template", "spec"),
        format_labels(mapping(template, "template", "metadata", "labels")),
    )


def _component_status(component: Object, now: datetime) -> tuple[Cell, ...]:
    for entry in maps(component, "conditions"):
        if entry.get("type") == "Healthy":
            status = "Healthy" if entry.get("status") == "True" else "Unhealthy"
            return name(component), status, text(entry, "message"), text(entry, "error")
    return name(component), "Unknown", "", ""


PRINTERS = (
    Printer("", "Namespace", (NAME, Column("Status"), AGE), _namespace),
    Printer("", "ConfigMap", (NAME, Column("Data"), AGE), _config_map),
    Printer("", "Secret", (NAME, Column("Type"), Column("Data"), AGE), _secret),
    Printer("", "ServiceAccount", (NAME, AGE), _service_account),
    Printer("", "ResourceQuota", (NAME, Column("Request"), Column("Limit"), AGE), _resource_quota),
    Printer(
        "",
        "PodTemplate",
        (NAME, Column("Containers"), Column("Images"), Column("Pod Labels")),
        _pod_template,
    ),
    Printer(
        "",
        "ComponentStatus",
        (NAME, Column("Status"), Column("Message"), Column("Error")),
        _component_status,
    ),
)
