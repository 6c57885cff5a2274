"""ServiceAccount: pods run as an account, and mount its token.

Source: plugin/pkg/admission/serviceaccount/admission.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.apiserver.admission.contract import PODS, UPDATE, Attributes, Plugin
from engine.apiserver.admission.objects import annotations_of, containers_of, spec_of, with_spec
from engine.apiserver.admission.refusal import forbidden
from engine.apiserver.verbs.contract import Object
from engine.apiserver.verbs.metadata import metadata_of

ACCOUNTS = ("", "serviceaccounts")
DEFAULT_NAME = "default"
MIRROR = "kubernetes.io/config.mirror"
ENFORCE_MOUNTABLE = "kubernetes.io/enforce-mountable-secrets"
VOLUME_PREFIX = "kube-api-access-"
MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"

EXPIRATION_SECONDS = 3607
"""An hour, and a little by which the server tells such tokens from others
(pkg/serviceaccount/claims.go, WarnOnlyBoundTokenExpirationSeconds)."""

TRUE_TEXTS = frozenset({"1", "t", "T", "TRUE", "true", "True"})
"""What Go's strconv.ParseBool takes for true."""


class ServiceAccount(Plugin):
    """Gives new pods an account, its token and its pull secrets."""

    name = "ServiceAccount"
    resources = (PODS,)

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The pod with the account's name, token volume, mounts and pull secrets."""
        if not attributes.creates:
            return obj
        if MIRROR in annotations_of(obj):
            if not attributes.write.accepted:
                self._check_mirror(attributes, obj)
            return obj
        name = spec_of(obj).get("serviceAccountName") or DEFAULT_NAME
        # The second field is the first's old name, printed beside it ever since.
        pod = with_spec(obj, serviceAccountName=name, serviceAccount=name)
        account = self._account(attributes, pod)
        if _automounts(spec_of(pod), account):
            pod = _with_token(attributes, pod)
        secrets = (account or {}).get("imagePullSecrets")
        if secrets and not spec_of(pod).get("imagePullSecrets"):
            pod = with_spec(pod, imagePullSecrets=[dict(secret) for secret in secrets])
        return pod

    def validate(self, attributes: Attributes, obj: Object, before: Object | None) -> None:
        """Refuse pods that use what their account may not."""
        if attributes.operation == UPDATE and attributes.write.subresource == "ephemeralcontainers":
            account = self._account(attributes, obj)
            if account is not None and _enforces(account):
                containers = containers_of(spec_of(obj), "ephemeralContainers")
                kind = "ephemeral container"
                self._limit_containers(attributes, obj, account, containers, kind)
        if not attributes.creates:
            return
        if MIRROR in annotations_of(obj):
            self._check_mirror(attributes, obj)
            return
        account = self._account(attributes, obj)
        if account is not None and _enforces(account):
            self._limit_secrets(attributes, obj, account)

    def _account(self, attributes: Attributes, pod: Object) -> Object | None:
        """The pod's account, None if it is not known; a pod is refused whose account is absent."""
        write, name = attributes.write, spec_of(pod).get("serviceAccountName", "")
        account = attributes.view.get(*ACCOUNTS, write.namespace, name)
        if account is None and attributes.view.knows(*ACCOUNTS) and not write.accepted:
            why = (
                f"error looking up service account {write.namespace}/{name}: "
                f'serviceaccount "{name}" not found'
            )
            raise forbidden(attributes, pod, why)
        return account

    def _check_mirror(self, attributes: Attributes, pod: Object) -> None:
        """Mirror pods refer to nothing that only the API server has."""
        spec = spec_of(pod)
        if spec.get("serviceAccountName"):
            raise forbidden(attributes, pod, "a mirror pod may not reference service accounts")
        if any(True for _ in secret_names(spec)):
            raise forbidden(attributes, pod, "a mirror pod may not reference secrets")
        for volume in spec.get("volumes") or ():
            sources = (volume.get("projected") or {}).get("sources") or ()
            if any(source.get("serviceAccountToken") is not None for source in sources):
                why = "a mirror pod may not use service account token volume projections"
                raise forbidden(attributes, pod, why)

    def _limit_secrets(self, attributes: Attributes, pod: Object, account: Object) -> None:
        """limitSecretReferences: only the secrets that the account lists."""
        spec, name, allowed = spec_of(pod), metadata_of(account).get("name"), _listed(account)
        for volume in spec.get("volumes") or ():
            secret = (volume.get("secret") or {}).get("secretName")
            if volume.get("secret") is not None and secret not in allowed:
                why = (
                    f'volume with secret.secretName="{secret}" is not allowed because service '
                    f"account {name} does not reference that secret"
                )
                raise forbidden(attributes, pod, why)
        for field, kind in (("initContainers", "init container"), ("containers", "container")):
            containers = containers_of(spec, field)
            self._limit_containers(attributes, pod, account, containers, kind)
        pull_secrets = {one.get("name") for one in account.get("imagePullSecrets") or ()}
        for index, secret in enumerate(spec.get("imagePullSecrets") or ()):
            if secret.get("name") not in pull_secrets:
                why = (
                    f'imagePullSecrets[{index}].name="{secret.get("name", "")}" is not allowed '
                    f"because service account {name} does not reference that imagePullSecret"
                )
                raise forbidden(attributes, pod, why)

    def _limit_containers(
        self,
        attributes: Attributes,
        pod: Object,
        account: Object,
        containers: Iterable[Object],
        kind: str,
    ) -> None:
        name, allowed = metadata_of(account).get("name"), _listed(account)
        for container in containers:
            for variable, secret in _secret_variables(container):
                if secret not in allowed:
                    why = (
                        f"{kind} {container.get('name', '')} with envVar {variable} referencing "
                        f'secret.secretName="{secret}" is not allowed because service account '
                        f"{name} does not reference that secret"
                    )
                    raise forbidden(attributes, pod, why)


def _automounts(spec: Object, account: Object | None) -> bool:
    """ShouldAutomount; of an account that is not known nothing is presumed."""
    asked = spec.get("automountServiceAccountToken")
    if asked is None and account is not None:
        asked = account.get("automountServiceAccountToken")
        return asked is None or bool(asked)
    return bool(asked)


def _with_token(attributes: Attributes, pod: Object) -> Object:
    """mountServiceAccountToken: where no other volume is mounted in its place."""
    spec = spec_of(pod)
    volumes = spec.get("volumes") or []
    names = (str(volume.get("name", "")) for volume in volumes)
    there = next((name for name in names if name.startswith(VOLUME_PREFIX)), "")
    lacking = [one for one in containers_of(spec) if not _mounts_there(one)]
    if not lacking:
        return pod
    name = there or attributes.choices.token_volume(attributes.write)
    mount = {"name": name, "readOnly": True, "mountPath": MOUNT_PATH}
    fields = {
        field: [_with_mount(one, mount) for one in spec[field]]
        for field in ("initContainers", "containers")
        if spec.get(field)
    }
    if not there:
        fields["volumes"] = [*volumes, _volume(name)]
    return with_spec(pod, **fields)


def _mounts_there(container: Object) -> bool:
    mounts = container.get("volumeMounts") or ()
    return any(mount.get("mountPath") == MOUNT_PATH for mount in mounts)


def _with_mount(container: Object, mount: Object) -> Object:
    if _mounts_there(container):
        return container
    return {**container, "volumeMounts": [*(container.get("volumeMounts") or ()), dict(mount)]}


def _volume(name: str) -> Object:
    """TokenVolumeSource: the token, the server's certificate, and the name of the namespace."""
    sources: list[Object] = [
        {"serviceAccountToken": {"expirationSeconds": EXPIRATION_SECONDS, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {
            "downwardAPI": {
                "items": [
                    {
                        "path": "namespace",
                        "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"},
                    }
                ]
            }
        },
    ]
    return {"name": name, "projected": {"sources": sources, "defaultMode": 0o644}}


def _enforces(account: Object) -> bool:
    return annotations_of(account).get(ENFORCE_MOUNTABLE) in TRUE_TEXTS


def _listed(account: Object) -> set[str]:
    return {str(secret.get("name", "")) for secret in account.get("secrets") or ()}


def _secret_variables(container: Object) -> Iterator[tuple[str, str]]:
    for variable in container.get("env") or ():
        reference = (variable.get("valueFrom") or {}).get("secretKeyRef")
        if reference is not None:
            yield variable.get("name", ""), reference.get("name", "")


def secret_names(spec: Object) -> Iterator[str]:
    """VisitPodSecretNames (pkg/api/pod/util.go), for what a mirror pod can have of them."""
    for secret in spec.get("imagePullSecrets") or ():
        yield secret.get("name", "")
    for container in containers_of(spec, "initContainers", "containers", "ephemeralContainers"):
        yield from (secret for _, secret in _secret_variables(container))
        for source in container.get("envFrom") or ():
            if source.get("secretRef") is not None:
                yield source["secretRef"].get("name", "")
    for volume in spec.get("volumes") or ():
        if volume.get("secret") is not None:
            yield volume["secret"].get("secretName", "")
        for source in (volume.get("projected") or {}).get("sources") or ():
            if source.get("secret") is not None:
                yield source["secret"].get("name", "")
