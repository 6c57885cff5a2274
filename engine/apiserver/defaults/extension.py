"""Defaults of what extends the API server: webhooks, policies, custom resources, aggregation.

Source: pkg/apis/admissionregistration/v1/defaults.go, pkg/apis/flowcontrol/v1/defaults.go,
apiextensions-apiserver and kube-aggregator defaults.go (v1.36).
"""

from engine.apiserver.defaults.contract import Defaults, Object

HTTPS_PORT = 443
WEBHOOK_SECONDS = 10
MATCHING_PRECEDENCE = 1000
CONCURRENCY_SHARES = 30
HAND_SIZE, QUEUES, QUEUE_LENGTH_LIMIT = 8, 64, 50


def validating_webhook(hook: Object) -> None:
    """SetDefaults_ValidatingWebhook."""
    hook.setdefault("failurePolicy", "Fail")
    match_resources(hook)
    hook.setdefault("timeoutSeconds", WEBHOOK_SECONDS)


def mutating_webhook(hook: Object) -> None:
    """SetDefaults_MutatingWebhook."""
    validating_webhook(hook)
    hook.setdefault("reinvocationPolicy", "Never")


def match_resources(obj: Object) -> None:
    """SetDefaults_MatchResources."""
    obj.setdefault("matchPolicy", "Equivalent")
    obj.setdefault("namespaceSelector", {})
    obj.setdefault("objectSelector", {})


def policy_spec(spec: Object) -> None:
    """SetDefaults_ValidatingAdmissionPolicySpec and SetDefaults_MutatingAdmissionPolicySpec."""
    spec.setdefault("failurePolicy", "Fail")


def rule(obj: Object) -> None:
    """SetDefaults_Rule."""
    obj.setdefault("scope", "*")


def service_reference(obj: Object) -> None:
    """SetDefaults_ServiceReference."""
    obj.setdefault("port", HTTPS_PORT)


def flow_schema_spec(spec: Object) -> None:
    """SetDefaults_FlowSchemaSpec."""
    spec["matchingPrecedence"] = spec.get("matchingPrecedence") or MATCHING_PRECEDENCE


def exempt_priority_level(obj: Object) -> None:
    """SetDefaults_ExemptPriorityLevelConfiguration."""
    obj.setdefault("nominalConcurrencyShares", 0)
    obj.setdefault("lendablePercent", 0)


def limited_priority_level(obj: Object) -> None:
    """SetDefaults_LimitedPriorityLevelConfiguration."""
    if obj["nominalConcurrencyShares"] is None:
        obj["nominalConcurrencyShares"] = CONCURRENCY_SHARES
    obj.setdefault("lendablePercent", 0)


def queuing(obj: Object) -> None:
    """SetDefaults_QueuingConfiguration."""
    obj["handSize"] = obj.get("handSize") or HAND_SIZE
    obj["queues"] = obj.get("queues") or QUEUES
    obj["queueLengthLimit"] = obj.get("queueLengthLimit") or QUEUE_LENGTH_LIMIT


def custom_resource_definition(obj: Object) -> None:
    """SetDefaults_CustomResourceDefinition and SetDefaults_CustomResourceDefinitionSpec."""
    spec = obj["spec"]
    names = spec["names"]
    kind = names["kind"]
    if kind:
        names.setdefault("singular", kind.lower())
        names.setdefault("listKind", f"{kind}List")
    spec.setdefault("conversion", {"strategy": "None"})
    if not obj["status"].get("storedVersions"):
        stored = [v["name"] for v in spec["versions"] or () if v["storage"]][:1]
        obj["status"]["storedVersions"] = stored or None


ADMISSION: Defaults = {
    "ValidatingWebhook": validating_webhook,
    "MutatingWebhook": mutating_webhook,
    "ValidatingAdmissionPolicySpec": policy_spec,
    "MutatingAdmissionPolicySpec": policy_spec,
    "MatchResources": match_resources,
    "RuleWithOperations": rule,
    "NamedRuleWithOperations": rule,
    "ServiceReference": service_reference,
}

FLOW_CONTROL: Defaults = {
    "FlowSchemaSpec": flow_schema_spec,
    "ExemptPriorityLevelConfiguration": exempt_priority_level,
    "LimitedPriorityLevelConfiguration": limited_priority_level,
    "QueuingConfiguration": queuing,
}

CUSTOM_RESOURCES: Defaults = {
    "CustomResourceDefinition": custom_resource_definition,
    "ServiceReference": service_reference,
}

AGGREGATION: Defaults = {"ServiceReference": service_reference}
