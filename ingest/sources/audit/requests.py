"""What a request's URI and body say about how it was meant: dry run, patch type, hidden tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote

import msgspec
from msgspec import Raw, Struct, field

from engine.schema.resources import catalog
from ingest.sources.audit.envelope import Event, ObjectMeta, part

# Names of parameters that hold a secret, without '-', '_' and '.'.
_TOKEN_PARAMETERS = frozenset(
    (
        *("token", "accesstoken", "idtoken", "refreshtoken", "authtoken", "apitoken", "jwt"),
        *("sessiontoken", "xamzsecuritytoken", "bearer", "auth", "authorization", "apikey"),
        *("accesskey", "secretkey", "secret", "clientsecret", "password", "passwd", "pwd"),
        *("passphrase", "signature", "sig", "xamzsignature", "xgoogsignature", "credentials"),
    )
)
_MAY_BE_TOKEN = re.compile(r"(?i)token|bearer|auth|key|secret|pass|pwd|sig|jwt|credential|%")
_PARAMETER = re.compile(r"([?&;])([^=&;]*)=([^&;]*)")

# kubectl sends a merge patch for these, whatever the type: pkg/cmd/label/label.go,
# pkg/cmd/annotate/annotate.go and pkg/scale/scale.go of k8s.io/kubectl v1.36.
_KUBECTL_MERGE = frozenset(("kubectl-label", "kubectl-annotate"))

_DIRECTIVE = re.compile(rb'"\$(?:patch|setElementOrder|deleteFromPrimitiveList|retainKeys)[/"]')


class _DeleteOptions(Struct, gc=False):
    dry_run: list[str] | None = field(name="dryRun", default=None)


class _Eviction(Struct, gc=False):
    delete_options: _DeleteOptions | None = field(name="deleteOptions", default=None)


class _Patch(Struct, gc=False):
    kind: str | None = None
    api_version: str | None = field(name="apiVersion", default=None)


class _Created(Struct, gc=False):
    metadata: ObjectMeta | None = None


_decode_options = msgspec.json.Decoder(_DeleteOptions).decode
_decode_eviction = msgspec.json.Decoder(_Eviction).decode
_decode_patch = msgspec.json.Decoder(_Patch).decode
_decode_created = msgspec.json.Decoder(_Created).decode


@cache
def _built_in_groups() -> frozenset[str]:
    """Groups whose types have a strategic merge; groups without a dot are reserved for such."""
    return frozenset(resource.group for resource in catalog())


def query(uri: str) -> Mapping[str, str]:
    """The parameters of the URI's query; of a repeated one the last."""
    return _parameters(uri.partition("?")[2])


@lru_cache(maxsize=4096)
def _parameters(text: str) -> Mapping[str, str]:
    """A log of millions of lines has some tens of different queries."""
    return MappingProxyType(dict(parse_qsl(text, keep_blank_values=True)))


def hide_tokens(uri: str, hash_: Callable[[str], str]) -> str:
    """The URI with the values of parameters that are secrets replaced by their hashes."""

    if not _MAY_BE_TOKEN.search(uri, uri.find("?") + 1):
        return uri

    def hidden(found: re.Match[str]) -> str:
        mark, name, value = found.groups()
        plain = re.sub(r"[-_.]", "", unquote(name)).lower()
        if plain not in _TOKEN_PARAMETERS or not value:
            return found[0]
        return f"{mark}{name}={hash_(unquote(value))}"

    return _PARAMETER.sub(hidden, uri)


def is_dry_run(event: Event, parameters: Mapping[str, str]) -> bool:
    """Whether nothing was to be stored: by the query, or by the options in the body."""
    if "dryRun" in parameters:
        return parameters["dryRun"] != ""
    if event.verb in ("delete", "deletecollection"):
        options = part(_decode_options, event.request, _DeleteOptions())
        return bool(options.dry_run)
    if event.object_ref is not None and event.object_ref.subresource == "eviction":
        eviction = part(_decode_eviction, event.request, _Eviction())
        return eviction.delete_options is not None and bool(eviction.delete_options.dry_run)
    return False


def patch_type(event: Event, group: str, parameters: Mapping[str, str]) -> str | None:
    """json, merge, strategic or apply, inferred: the log does not hold the content type.

    A list is a JSON patch. `force` is allowed for server-side apply alone, which also needs a
    fieldManager and a body with its type; where the answer's managedFields say that this manager
    updated and never applied, it was none. Otherwise built-in types get a strategic merge patch
    and custom resources, which have none, a JSON merge patch. A merge patch of a built-in type
    looks like a strategic one: only the program that sent it can tell.
    """
    body = bytes(event.request)
    if body.startswith(b"["):
        return "json"
    if parameters.get("force") or _is_apply(event, body, parameters):
        return "apply"
    if not body or body == b"null":
        return None
    if _DIRECTIVE.search(body):
        return "strategic"
    manager = parameters.get("fieldManager", "")
    scaled = event.object_ref is not None and event.object_ref.subresource == "scale"
    by_kubectl = (event.user_agent or "").startswith("kubectl")
    if manager in _KUBECTL_MERGE or (scaled and by_kubectl):
        return "merge"
    return "strategic" if "." not in group or group in _built_in_groups() else "merge"


def _is_apply(event: Event, body: bytes, parameters: Mapping[str, str]) -> bool:
    manager = parameters.get("fieldManager")
    if not manager:
        return False
    patch = part(_decode_patch, event.request, _Patch())
    if not patch.kind or not patch.api_version:
        return False
    answer = bytes(event.response)
    quoted = msgspec.json.encode(manager)
    applied = b'"manager":' + quoted + b',"operation":"Apply"'
    updated = b'"manager":' + quoted + b',"operation":"Update"'
    return applied in answer or updated not in answer


def name_in_body(body: Raw) -> str | None:
    """The name that a request body gives its object."""
    metadata = part(_decode_created, body, _Created()).metadata
    return metadata.name or None if metadata is not None else None
