"""Which file has the defaults of which package of Go types."""

from engine.apiserver.defaults import (
    access,
    autoscaling,
    core,
    extension,
    networking,
    pods,
    storage,
    workloads,
)
from engine.apiserver.defaults.contract import Defaults

PACKAGES: tuple[tuple[str, Defaults], ...] = (
    ("io.k8s.api.core.v1", pods.DEFAULTS),
    ("io.k8s.api.core.v1", core.DEFAULTS),
    ("io.k8s.api.apps.v1", workloads.APPS),
    ("io.k8s.api.batch.v1", workloads.BATCH),
    ("io.k8s.api.autoscaling.v1", autoscaling.V1),
    ("io.k8s.api.autoscaling.v2", autoscaling.V2),
    ("io.k8s.api.networking.v1", networking.NETWORKING),
    ("io.k8s.api.discovery.v1", networking.DISCOVERY),
    ("io.k8s.api.rbac.v1", access.RBAC),
    ("io.k8s.api.authentication.v1", access.AUTHENTICATION),
    ("io.k8s.api.scheduling.v1", access.SCHEDULING),
    ("io.k8s.api.storage.v1", storage.STORAGE),
    ("io.k8s.api.resource.v1", storage.RESOURCE),
    ("io.k8s.api.admissionregistration.v1", extension.ADMISSION),
    ("io.k8s.api.flowcontrol.v1", extension.FLOW_CONTROL),
    (
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1",
        extension.CUSTOM_RESOURCES,
    ),
    ("io.k8s.kube-aggregator.pkg.apis.apiregistration.v1", extension.AGGREGATION),
)
"""The groups policy, coordination, events, node and certificates set no defaults of their own."""

BY_TYPE = {f"{package}.{name}": f for package, defaults in PACKAGES for name, f in defaults.items()}
"""By the full name of the Go type."""
