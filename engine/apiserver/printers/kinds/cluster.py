"""Kinds that configure the cluster: pkg/printers/internalversion/printers.go, v1.36; APIServices:
staging/src/k8s.io/kube-aggregator/pkg/registry/apiservice/etcd/etcd.go."""

from datetime import datetime

from engine.apiserver.printers.ages import age
from engine.apiserver.printers.contract import AGE, NAME, Cell, Column, Object, Printer, count
from engine.apiserver.printers.fields import (
    deleting,
    dig,
    flag,
    integer,
    mapping,
    maps,
    name,
    text,
)

NONE = "<none>"


def _priority_class(priority: Object, now: datetime) -> tuple[Cell, ...]:
    return (
        name(priority),
        integer(priority, "value"),
        flag(priority, "globalDefault"),
        age(priority, now),
        text(priority, "preemptionPolicy"),
    )


def _lease(lease: Object, now: datetime) -> tuple[Cell, ...]:
    return name(lease), text(lease, "spec", "holderIdentity"), age(lease, now)


def _runtime_class(runtime: Object, now: datetime) -> tuple[Cell, ...]:
    return name(runtime), text(runtime, "handler"), age(runtime, now)


def _api_service(api_service: Object, now: datetime) -> tuple[Cell, ...]:
    service = dig(api_service, "spec", "service")
    backend = f"{text(service, 'namespace')}/{text(service, 'name')}" if service else "Local"
    return name(api_service), backend, _available(api_service), age(api_service, now)


def _available(api_service: Object) -> str:
    """`True`, or the status and the reason: `False (MissingEndpoints)`."""
    for entry in maps(api_service, "status", "conditions"):
        if entry.get("type") == "Available":
            status = text(entry, "status")
            return status if status == "True" else f"{status} ({text(entry, 'reason')})"
    return "Unknown"


def _flow_schema(schema: Object, now: datetime) -> tuple[Cell, ...]:
    method = dig(schema, "spec", "distinguisherMethod")
    dangling = [
        text(entry, "status")
        for entry in maps(schema, "status", "conditions")
        if entry.get("type") == "Dangling"
    ]
    return (
        name(schema),
        text(schema, "spec", "priorityLevelConfiguration", "name"),
        integer(schema, "spec", "matchingPrecedence"),
        NONE if method is None else text(method, "type"),
        age(schema, now),
        dangling[0] if dangling else "?",
    )


def _flow_schema_order(schema: Object) -> tuple[int, str]:
    """FlowSchemaSequence of staging/src/k8s.io/apiserver/pkg/util/apihelpers/helpers.go, v1.36."""
    return integer(schema, "spec", "matchingPrecedence"), name(schema)


def _priority_level(level: Object, now: datetime) -> tuple[Cell, ...]:
    limited = dig(level, "spec", "limited")
    queuing = dig(limited, "limitResponse", "queuing")
    return (
        name(level),
        text(level, "spec", "type"),
        NONE if limited is None else integer(limited, "nominalConcurrencyShares"),
        *(
            NONE if queuing is None else integer(queuing, field)
            for field in ("queues", "handSize", "queueLengthLimit")
        ),
        age(level, now),
    )


def _named(value: Object, now: datetime) -> tuple[Cell, ...]:
    return name(value), age(value, now)


def _resource_claim(claim: Object, now: datetime) -> tuple[Cell, ...]:
    return name(claim), ",".join(_claim_states(claim)), age(claim, now)


def _claim_states(claim: Object) -> list[str]:
    states = ["deleted"] if deleting(claim) else []
    if dig(claim, "status", "allocation") is None:
        return states or ["pending"]
    reserved = ["reserved"] if maps(claim, "status", "reservedFor") else []
    return [*states, "allocated", *reserved]


def _resource_slice(resource_slice: Object, now: datetime) -> tuple[Cell, ...]:
    spec = mapping(resource_slice, "spec")
    return (
        name(resource_slice),
        text(spec, "nodeName"),
        text(spec, "driver"),
        text(spec, "pool", "name"),
        age(resource_slice, now),
    )


FLOW_CONTROL = "flowcontrol.apiserver.k8s.io"
RESOURCE = "resource.k8s.io"
PRINTERS = (
    Printer(
        "scheduling.k8s.io",
        "PriorityClass",
        (
            NAME,
            count("Value"),
            Column("Global-Default", "boolean"),
            AGE,
            Column("PreemptionPolicy"),
        ),
        _priority_class,
    ),
    Printer("coordination.k8s.io", "Lease", (NAME, Column("Holder"), AGE), _lease),
    Printer("node.k8s.io", "RuntimeClass", (NAME, Column("Handler"), AGE), _runtime_class),
    Printer(
        "apiregistration.k8s.io",
        "APIService",
        (NAME, Column("Service"), Column("Available"), AGE),
        _api_service,
    ),
    Printer(
        FLOW_CONTROL,
        "FlowSchema",
        (
            NAME,
            Column("PriorityLevel"),
            Column("MatchingPrecedence"),
            Column("DistinguisherMethod"),
            AGE,
            Column("MissingPL"),
        ),
        _flow_schema,
        _flow_schema_order,
    ),
    Printer(
        FLOW_CONTROL,
        "PriorityLevelConfiguration",
        (
            NAME,
            Column("Type"),
            Column("NominalConcurrencyShares"),
            Column("Queues"),
            Column("HandSize"),
            Column("QueueLengthLimit"),
            AGE,
        ),
        _priority_level,
    ),
    Printer(RESOURCE, "DeviceClass", (NAME, AGE), _named),
    Printer(RESOURCE, "ResourceClaimTemplate", (NAME, AGE), _named),
    Printer(RESOURCE, "ResourceClaim", (NAME, Column("State"), AGE), _resource_claim),
    Printer(
        RESOURCE,
        "ResourceSlice",
        (NAME, Column("Node"), Column("Driver"), Column("Pool"), AGE),
        _resource_slice,
    ),
)
