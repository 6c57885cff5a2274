"""The typed columns of the resource views, declared once: the views and docs/schema.md derive from
them (see `ingest.log.resources`).

`$.path` in a value stands for the text at that path of the object; null if there is nothing. The
macros are in sql/functions.sql and sql/pod_functions.sql.
"""

from __future__ import annotations

from collections.abc import Mapping

from ingest.log.pod_columns import POD_PARTS, PODS
from ingest.log.resources import Column, Parts, count, flag, number, quantity, text, time

_CONDITIONS = ({"conditions": "conditions_of($.status.conditions)"},)

NODES = (
    text(
        "ready",
        "coalesce(condition(conditions, 'Ready').status, 'Unknown')",
        "True, False or Unknown: its condition Ready",
    ),
    flag("unschedulable", "$.spec.unschedulable", "cordoned"),
    Column(
        "taints",
        "VARCHAR[]",
        "[t.key || coalesce('=' || nullif(t.value, ''), '') || ':' || t.effect FOR t IN "
        "try(from_json($.spec.taints, "
        """'[{"key":"VARCHAR","value":"VARCHAR","effect":"VARCHAR"}]'))]""",
        "as key=value:Effect",
    ),
    *(
        quantity(f"{resource}_{column}", f"$.status.{column}.{resource}", f"{unit}: {doc}")
        for column, doc in (("capacity", "all there is"), ("allocatable", "what pods may have"))
        for resource, unit in (("cpu", "cores"), ("memory", "bytes"), ("pods", "pods"))
    ),
    *(
        text(
            name,
            "list_first([a.address FOR a IN try(from_json($.status.addresses, "
            """'[{"type":"VARCHAR","address":"VARCHAR"}]')) """
            f"IF a.type = '{kind}'])",
            f"its address of type {kind}",
        )
        for name, kind in (("internal_ip", "InternalIP"), ("external_ip", "ExternalIP"))
    ),
    text("pod_cidr", "$.spec.podCIDR", "range of its pods' addresses"),
    text("zone", '$.metadata.labels."topology.kubernetes.io/zone"', "its zone, by label"),
    text("kubelet_version", "$.status.nodeInfo.kubeletVersion", "version of the kubelet"),
    text("os_image", "$.status.nodeInfo.osImage", "operating system"),
    text("kernel_version", "$.status.nodeInfo.kernelVersion", "version of the kernel"),
    text("container_runtime", "$.status.nodeInfo.containerRuntimeVersion", "name and version"),
    text("provider_id", "$.spec.providerID", "what the cloud calls it"),
)

_GENERATIONS = (
    number("generation", "$.metadata.generation", "how often its spec was changed, from 1"),
    number("observed_generation", "$.status.observedGeneration", "the one its controller has seen"),
)

REPLICASETS = (
    Column("desired", "BIGINT", "coalesce($.spec.replicas, '1')", "pods that are wanted"),
    count("current", "$.status.replicas", "pods that are there"),
    count("ready", "$.status.readyReplicas", "pods that are ready"),
    count("available", "$.status.availableReplicas", "pods ready for minReadySeconds"),
    *_GENERATIONS,
)

DEPLOYMENTS = (
    *REPLICASETS[:3],
    count("updated", "$.status.updatedReplicas", "pods of the newest template"),
    *REPLICASETS[3:4],
    count("unavailable", "$.status.unavailableReplicas", "pods still missing"),
    *_GENERATIONS,
    text("strategy", "$.spec.strategy.type", "RollingUpdate or Recreate"),
    flag("paused", "$.spec.paused", "its rollout stands still"),
    text(
        "progress",
        "condition(conditions, 'Progressing').reason",
        "NewReplicaSetAvailable when the rollout is done, ProgressDeadlineExceeded when stuck, …",
    ),
    number(
        "revision", '$.metadata.annotations."deployment.kubernetes.io/revision"', "of the rollout"
    ),
)

STATEFULSETS = (
    *REPLICASETS[:3],
    count("updated", "$.status.updatedReplicas", "pods of the newest template"),
    *REPLICASETS[3:4],
    *_GENERATIONS,
    text("current_revision", "$.status.currentRevision", "ControllerRevision of its older pods"),
    text("update_revision", "$.status.updateRevision", "ControllerRevision of its newest pods"),
    text("service", "$.spec.serviceName", "its governing Service"),
)

DAEMONSETS = (
    count("desired", "$.status.desiredNumberScheduled", "nodes that should run a pod of it"),
    count("current", "$.status.currentNumberScheduled", "nodes that should and do"),
    count("ready", "$.status.numberReady", "nodes on which its pod is ready"),
    count("updated", "$.status.updatedNumberScheduled", "nodes with a pod of the newest template"),
    count("available", "$.status.numberAvailable", "nodes on which its pod is available"),
    count("misscheduled", "$.status.numberMisscheduled", "nodes that should not but do run one"),
    *_GENERATIONS,
)

JOBS = (
    number("completions", "$.spec.completions", "pods that must succeed; null: any"),
    number("parallelism", "$.spec.parallelism", "pods at a time"),
    count("active", "$.status.active", "pods pending or running"),
    count("succeeded", "$.status.succeeded", "pods that succeeded"),
    count("failed", "$.status.failed", "pods that failed"),
    flag("suspended", "$.spec.suspend", "it is suspended"),
    Column(
        "conditions",
        "VARCHAR[]",
        "true_conditions(conditions)",
        "its conditions that hold: Complete, Failed, Suspended, …",
    ),
    text("failure", "condition(conditions, 'Failed').reason", "why it failed"),
    time("started", "$.status.startTime", "when it started (whole seconds)"),
    time("completed", "$.status.completionTime", "when it succeeded (whole seconds)"),
)

CRONJOBS = (
    text("schedule", "$.spec.schedule", "when it runs, as cron writes it"),
    text("time_zone", "$.spec.timeZone", "of the schedule; null: the controller manager's"),
    text("concurrency_policy", "$.spec.concurrencyPolicy", "Allow, Forbid or Replace"),
    flag("suspended", "$.spec.suspend", "it makes no Jobs"),
    Column("active", "BIGINT", "coalesce(json_count($.status.active), 0)", "Jobs that run"),
    time("last_schedule", "$.status.lastScheduleTime", "when it made a Job last"),
    time("last_success", "$.status.lastSuccessfulTime", "when a Job of it succeeded last"),
)

SERVICES = (
    text("type", "$.spec.type", "ClusterIP, NodePort, LoadBalancer or ExternalName"),
    text("cluster_ip", "$.spec.clusterIP", "its address in the cluster, or None"),
    text(
        "external_ip",
        "coalesce($.status.loadBalancer.ingress[0].ip, $.status.loadBalancer.ingress[0].hostname)",
        "address or name of its load balancer",
    ),
    Column(
        "ports",
        "VARCHAR[]",
        """[p.port || coalesce(':' || p."nodePort", '') || '/' || coalesce(p.protocol, 'TCP') """
        "FOR p IN try(from_json($.spec.ports, "
        """'[{"port":"BIGINT","nodePort":"BIGINT","protocol":"VARCHAR"}]'))]""",
        "as port/protocol or port:nodePort/protocol",
    ),
    Column("selector", "MAP(VARCHAR, VARCHAR)", "json_map($.spec.selector)", "labels of its pods"),
)

ENDPOINTSLICES = (
    text("service", '$.metadata.labels."kubernetes.io/service-name"', "whose endpoints they are"),
    text("address_type", "$.addressType", "IPv4, IPv6 or FQDN"),
    Column("endpoints", "BIGINT", "coalesce(json_count($.endpoints), 0)", "how many"),
    Column(
        "ready_addresses",
        "VARCHAR[]",
        "flatten([e.addresses FOR e IN try(from_json($.endpoints, "
        """'[{"addresses":["VARCHAR"],"conditions":{"ready":"BOOLEAN"}}]')) """
        "IF e.conditions.ready])",
        "addresses that get traffic",
    ),
)

PERSISTENTVOLUMECLAIMS = (
    text("phase", "$.status.phase", "Pending, Bound or Lost"),
    text("volume", "$.spec.volumeName", "the PersistentVolume that it is bound to"),
    text("storage_class", "$.spec.storageClassName", "name of its StorageClass"),
    quantity("requested", "$.spec.resources.requests.storage", "bytes asked for"),
    quantity("capacity", "$.status.capacity.storage", "bytes got"),
    Column("access_modes", "VARCHAR[]", "json_texts($.spec.accessModes)", "ReadWriteOnce, …"),
)

PERSISTENTVOLUMES = (
    text("phase", "$.status.phase", "Available, Bound, Released or Failed"),
    text("claim", "$.spec.claimRef.namespace || '/' || $.spec.claimRef.name", "namespace/name"),
    text("storage_class", "$.spec.storageClassName", "name of its StorageClass"),
    quantity("capacity", "$.spec.capacity.storage", "bytes"),
    text("reclaim_policy", "$.spec.persistentVolumeReclaimPolicy", "Retain or Delete"),
    Column("access_modes", "VARCHAR[]", "json_texts($.spec.accessModes)", "ReadWriteOnce, …"),
)

EVENTS = (
    text("type", "$.type", "Normal or Warning"),
    text("reason", "$.reason", "such as FailedScheduling"),
    text("message", "coalesce($.message, $.note)", "in words"),
    *(
        text(f"about_{name}", f"coalesce($.involvedObject.{name}, $.regarding.{name})", doc)
        for name, doc in (
            ("kind", "kind of the object that it is about"),
            ("namespace", "its namespace"),
            ("name", "its name"),
            ("uid", "its uid"),
        )
    ),
    Column(
        "count",
        "BIGINT",
        "coalesce($.series.count, nullif($.count, '0'), $.deprecatedCount, '1')",
        "how often it happened",
    ),
    time(
        "first_seen",
        "coalesce($.firstTimestamp, $.deprecatedFirstTimestamp, $.eventTime)",
        "when it happened first",
    ),
    time(
        "last_seen",
        "coalesce($.series.lastObservedTime, $.lastTimestamp, $.deprecatedLastTimestamp, "
        "$.eventTime)",
        "when it happened last",
    ),
    text(
        "component",
        "coalesce(nullif($.reportingComponent, ''), nullif($.reportingController, ''), "
        "$.source.component, $.deprecatedSource.component)",
        "who says so",
    ),
    text("host", "coalesce($.source.host, $.deprecatedSource.host)", "on which node, if any"),
)

HORIZONTALPODAUTOSCALERS = (
    text(
        "target",
        "$.spec.scaleTargetRef.kind || '/' || $.spec.scaleTargetRef.name",
        "what it scales",
    ),
    Column("minimum", "BIGINT", "coalesce($.spec.minReplicas, '1')", "fewest pods"),
    number("maximum", "$.spec.maxReplicas", "most pods"),
    count("current", "$.status.currentReplicas", "pods seen last"),
    count("desired", "$.status.desiredReplicas", "pods wanted last"),
    time("last_scale", "$.status.lastScaleTime", "when it changed the number last"),
)

PODDISRUPTIONBUDGETS = (
    text("min_available", "$.spec.minAvailable", "number or percentage"),
    text("max_unavailable", "$.spec.maxUnavailable", "number or percentage"),
    count("allowed", "$.status.disruptionsAllowed", "evictions allowed now"),
    count("expected", "$.status.expectedPods", "pods that it counts"),
    count("healthy", "$.status.currentHealthy", "of these, healthy ones"),
    count("desired_healthy", "$.status.desiredHealthy", "as many must stay"),
)

LEASES = (
    text("holder", "$.spec.holderIdentity", "who holds it"),
    time("acquired", "$.spec.acquireTime", "when the holder got it"),
    time("renewed", "$.spec.renewTime", "when it was renewed last"),
    number("duration", "$.spec.leaseDurationSeconds", "seconds"),
    count("transitions", "$.spec.leaseTransitions", "how often it changed hands"),
)

NAMESPACES = (text("phase", "$.status.phase", "Active or Terminating"),)

CONFIGMAPS = (
    Column("data", "MAP(VARCHAR, VARCHAR)", "json_map($.data)", "its texts by key"),
    flag("immutable", "$.immutable", "it cannot be changed"),
)

SECRETS = (
    text("type", "$.type", "such as Opaque"),
    Column("keys", "VARCHAR[]", "map_keys(json_map($.data))", "names of its values"),
)

INGRESSES = (
    text("class", "$.spec.ingressClassName", "name of its IngressClass"),
    Column(
        "hosts",
        "VARCHAR[]",
        """[r.host FOR r IN try(from_json($.spec.rules, '[{"host":"VARCHAR"}]'))]""",
        "hosts of its rules; null for every host",
    ),
)

STORAGECLASSES = (
    text("provisioner", "$.provisioner", "who makes the volumes"),
    text("reclaim_policy", "$.reclaimPolicy", "Retain or Delete"),
    text("binding_mode", "$.volumeBindingMode", "Immediate or WaitForFirstConsumer"),
)

PRIORITYCLASSES = (
    number("value", "$.value", "the priority of its pods"),
    flag("default", "$.globalDefault", "for pods that name none"),
    text("preemption_policy", "$.preemptionPolicy", "PreemptLowerPriority or Never"),
)

RESOURCEQUOTAS = (
    Column("hard", "MAP(VARCHAR, VARCHAR)", "json_map($.status.hard)", "limits by resource"),
    Column("used", "MAP(VARCHAR, VARCHAR)", "json_map($.status.used)", "use by resource"),
)

COLUMNS: Mapping[tuple[str, str], tuple[Column, ...]] = {
    ("", "pods"): PODS,
    ("", "nodes"): NODES,
    ("apps", "deployments"): DEPLOYMENTS,
    ("apps", "replicasets"): REPLICASETS,
    ("", "replicationcontrollers"): REPLICASETS,
    ("apps", "statefulsets"): STATEFULSETS,
    ("apps", "daemonsets"): DAEMONSETS,
    ("batch", "jobs"): JOBS,
    ("batch", "cronjobs"): CRONJOBS,
    ("", "services"): SERVICES,
    ("discovery.k8s.io", "endpointslices"): ENDPOINTSLICES,
    ("", "persistentvolumeclaims"): PERSISTENTVOLUMECLAIMS,
    ("", "persistentvolumes"): PERSISTENTVOLUMES,
    ("", "events"): EVENTS,
    ("autoscaling", "horizontalpodautoscalers"): HORIZONTALPODAUTOSCALERS,
    ("policy", "poddisruptionbudgets"): PODDISRUPTIONBUDGETS,
    ("coordination.k8s.io", "leases"): LEASES,
    ("", "namespaces"): NAMESPACES,
    ("", "configmaps"): CONFIGMAPS,
    ("", "secrets"): SECRETS,
    ("networking.k8s.io", "ingresses"): INGRESSES,
    ("storage.k8s.io", "storageclasses"): STORAGECLASSES,
    ("scheduling.k8s.io", "priorityclasses"): PRIORITYCLASSES,
    ("", "resourcequotas"): RESOURCEQUOTAS,
}
"""The typed columns by (API group, plural resource name). All others have the common columns."""

PARTS: Mapping[tuple[str, str], Parts] = {
    ("", "pods"): POD_PARTS,
    ("", "nodes"): _CONDITIONS,
    ("apps", "deployments"): _CONDITIONS,
    ("batch", "jobs"): _CONDITIONS,
}
"""What several columns of a resource stand on, made before them."""
