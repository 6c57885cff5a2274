"""What is refused of a container, field by field."""

import pytest

from tests.engine.apiserver.validation.pods.test_pod import errors_of

CONTAINERS = [
    ({"volumeMounts": [{"name": "x", "mountPath": "/a"}]}, 'volumeMounts[0].name: Not found: "x"'),
    (
        {"volumeDevices": [{"name": "x", "devicePath": "/a"}]},
        'volumeDevices[0].name: Not found: "x"',
    ),
    (
        {
            "env": [
                {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['a b']"}}}
            ]
        },
        "env[0].valueFrom.fieldRef: Invalid value",
    ),
    (
        {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "status.phase"}}}]},
        (
            'env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported '
            'values: "metadata.name"'
        ),
    ),
    (
        {
            "env": [
                {
                    "name": "A",
                    "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "2"}},
                }
            ]
        },
        (
            'env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only '
            "divisor's values 1m and 1 are supported with the cpu resource"
        ),
    ),
    (
        {"envFrom": [{}]},
        'envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
    ),
    (
        {"livenessProbe": {"httpGet": {"path": "/", "port": 80, "scheme": "FTP"}}},
        'livenessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
    ),
    (
        {"lifecycle": {"preStop": {"sleep": {"seconds": 31}}}},
        (
            "lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than "
            "terminationGracePeriodSeconds (30)"
        ),
    ),
    (
        {"lifecycle": {"stopSignal": "SIGTERM"}},
        "lifecycle.stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`",
    ),
    (
        {"restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In"}}]},
        "restartPolicy: Required value: must specify restartPolicy when restart rules are used",
    ),
    (
        {"resizePolicy": [{"resourceName": "disk", "restartPolicy": "NotRequired"}]},
        'resizePolicy: Unsupported value: "disk": supported values: "cpu", "memory"',
    ),
    (
        {"resources": {"claims": [{"name": "x"}]}},
        (
            'resources.claims[0]: Not found: "x": must be one of the names in '
            "pod.spec.resourceClaims which is empty"
        ),
    ),
    (
        {"resources": {"requests": {"hugepages-2Mi": "2Mi", "cpu": "1"}}},
        "resources.limits: Required value: Limit must be set for non overcommitable resources",
    ),
    (
        {"securityContext": {"procMount": "Unmasked"}},
        (
            'securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to '
            "use `Unmasked`"
        ),
    ),
    (
        {"securityContext": {"windowsOptions": {"runAsUserName": "a\\b\\c"}}},
        (
            'securityContext.windowsOptions.runAsUserName: Invalid value: "a\\\\b\\\\c": '
            "runAsUserName cannot contain more than one backslash"
        ),
    ),
    (
        {"securityContext": {"appArmorProfile": {"type": "Localhost", "localhostProfile": " a"}}},
        (
            'securityContext.appArmorProfile.localhostProfile: Invalid value: " a": must not be '
            "padded with whitespace"
        ),
    ),
]


@pytest.mark.parametrize(("container", "error"), CONTAINERS)
def test_a_container_is_refused_for_one_field(container, error):
    errors = errors_of(container=container)
    assert len(errors) == 1
    assert errors[0].startswith(f"spec.containers[0].{error}")
