"""The typed columns of pods; see `ingest.log.resource_columns`."""

from __future__ import annotations

from ingest.log.resources import Column, number, text, time

POD_PARTS = (
    {
        "conditions": "conditions_of($.status.conditions)",
        "statuses": "container_statuses($.status.containerStatuses)",
        "init_statuses": "container_statuses($.status.initContainerStatuses)",
        "specs": "container_specs($.spec.containers)",
        "init_specs": "container_specs($.spec.initContainers)",
    },
    {
        "awaited": "awaited_init_container(init_statuses, init_specs)",
        **{
            f"{resource}_{kind}": "pod_amount(specs, init_specs, $.spec.resources, "
            f"$.spec.overhead, '{kind}', '{resource}')"
            for resource in ("cpu", "memory")
            for kind in ("requests", "limits")
        },
    },
    {"initialized": "is_initialized(awaited, conditions)"},
)

PODS = (
    text("phase", "$.status.phase", "Pending, Running, Succeeded, Failed or Unknown"),
    text(
        "reason",
        "pod_reason($.status.phase, $.status.reason, $.metadata.deletionTimestamp, "
        "conditions, statuses, init_statuses, init_specs, awaited, initialized)",
        "what kubectl shows as STATUS, such as CrashLoopBackOff, Terminating or Init:0/1",
    ),
    text(
        "ready",
        "ready_containers(statuses, init_statuses, init_specs, awaited, initialized) || '/' || "
        "expected_containers(specs, init_specs)",
        "ready containers out of all, as 1/2",
    ),
    number(
        "ready_containers",
        "ready_containers(statuses, init_statuses, init_specs, awaited, initialized)",
        "containers and sidecars that are ready",
    ),
    Column(
        "is_ready",
        "BOOLEAN",
        "coalesce(condition(conditions, 'Ready').status = 'True', false)",
        "whether the pod gets traffic: its condition Ready",
    ),
    number(
        "restarts",
        "pod_restarts(statuses, init_statuses, init_specs, awaited, initialized)",
        "how often its containers were restarted",
    ),
    text("node", "$.spec.nodeName", "the node that it is bound to; null until then"),
    text("ip", "$.status.podIP", "address"),
    text("nominated_node", "$.status.nominatedNodeName", "where preemption makes room for it"),
    text("qos", "$.status.qosClass", "Guaranteed, Burstable or BestEffort"),
    number("priority", "$.spec.priority", "the higher, the earlier it is scheduled"),
    text("priority_class", "$.spec.priorityClassName", "name of its PriorityClass"),
    Column("cpu_request", "DOUBLE", "cpu_requests", "cores, as the scheduler counts them"),
    Column("memory_request", "DOUBLE", "memory_requests", "bytes, as the scheduler counts them"),
    # A limit of zero is what is left where no container has one.
    Column("cpu_limit", "DOUBLE", "nullif(cpu_limits, 0)", "cores of all its limits; null: none"),
    Column("memory_limit", "DOUBLE", "nullif(memory_limits, 0)", "bytes, as cpu_limit"),
    Column("images", "VARCHAR[]", "[c.image FOR c IN specs]", "images of its containers"),
    text("service_account", "$.spec.serviceAccountName", "as whom it runs"),
    text("scheduler", "$.spec.schedulerName", "which scheduler places it"),
    time(
        "scheduled",
        'list_first([c."lastTransitionTime" FOR c IN conditions '
        "IF c.type = 'PodScheduled' AND c.status = 'True'])",
        "when it was bound to its node (whole seconds)",
    ),
    time("started", "$.status.startTime", "when the kubelet took it on (whole seconds)"),
)
