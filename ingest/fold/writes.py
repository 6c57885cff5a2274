"""Recorded requests as the API server's rules take them, and what is known of its own choices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from msgspec import structs

from engine.apiserver.scale import manager_of
from engine.apiserver.verbs.contract import Object, User, Write
from engine.model.timestamp import TimestampError, parse_seconds
from engine.schema.resource import Resource
from ingest.bodies import metadata_of, part, shared
from ingest.requests import Request, Step

TOKEN_VOLUME = "kube-api-access-"
"""plugin/pkg/admission/serviceaccount/admission.go (ServiceAccountVolumeName), v1.36."""

UNKNOWN_TOKEN_VOLUME = f"{TOKEN_VOLUME}00000"
"""Stands where the record does not show the name: no generated name has a zero
(k8s.io/apimachinery pkg/util/rand/rand.go, alphanums)."""


def write_of(
    step: Step, resource: Resource, time: int, *, accepted: bool, known: Object | None = None
) -> Write | None:
    """A step's request as a write that the server made at `time`, µs; None without a body."""
    request = step.request
    body = shared(request.request)
    if body is None:
        return None
    asked = _parameters(request.request_uri.partition("?")[2])
    return Write(
        verb=request.verb,
        resource=resource,
        body=body,
        now_us=time,
        namespace=step.key.namespace,
        name=step.key.name,
        subresource=request.subresource,
        patch_type=request.patch_type or "",
        manager=_manager(asked.manager, request.user_agent),
        force=asked.force,
        user=_user(request.user),
        validation=asked.validation,
        accepted=accepted,
        known=known,
    )


def readings(write: Write, request: Request) -> list[Write]:
    """The writes that a request can have been: a log does not hold the media type of a patch.

    One with a list in it and no directive means another thing as a JSON merge patch.
    """
    body = request.request or ""
    if write.patch_type != "strategic" or '"$' in body or _is_status_of_kubelet(request):
        return [write]
    if request.succeeded and "[" not in body:
        return [write]  # only refusals differ
    return [write, structs.replace(write, patch_type="merge")]


def _is_status_of_kubelet(request: Request) -> bool:
    """Whether a kubelet reports: its patches of a status are strategic merges.

    Source: pkg/util/pod/pod.go (PatchPodStatus), k8s.io/component-helpers node/util/status.go
    (PatchNodeStatus), v1.36.
    """
    return (
        request.subresource == "status"
        and request.user.startswith("system:node:")
        and request.user_agent.startswith("kubelet/")
    )


def manager(request: Request) -> str:
    """The field manager of a request."""
    asked = _parameters(request.request_uri.partition("?")[2])
    return _manager(asked.manager, request.user_agent)


class _Parameters(NamedTuple):
    """What the URL of a write says beside where its object is."""

    manager: str
    force: bool | None
    validation: str


@lru_cache(maxsize=1024)
def _parameters(query: str) -> _Parameters:
    asked = parse_qs(query)
    validation = _first(asked, "fieldValidation") or "Warn"
    return _Parameters(_first(asked, "fieldManager"), _force(asked), validation)


_manager = lru_cache(maxsize=1024)(manager_of)
_user = lru_cache(maxsize=1024)(User)


def _first(query: dict[str, list[str]], name: str) -> str:
    return query.get(name, [""])[0]


def _force(query: dict[str, list[str]]) -> bool | None:
    """Convert_Slice_string_To_Pointer_bool of apimachinery pkg/runtime/conversion.go (v1.36)."""
    if "force" not in query:
        return None
    return query["force"][0] != "0" and query["force"][0].casefold() != "false"


@dataclass(frozen=True, slots=True)
class Shown:
    """The server's choices as an object shows them; what it does not show was not learned.

    `engine.apiserver.verbs.contract.Choices`.
    """

    obj: Object

    def uid(self, _: Write) -> str:
        """The object's uid; empty if it is not known."""
        return _text(metadata_of(self.obj).get("uid"))

    def born(self, _: Write) -> int:
        """When the object was created; 0 if that is not known."""
        try:
            return parse_seconds(_text(metadata_of(self.obj).get("creationTimestamp")))
        except TimestampError:
            return 0

    def name(self, write: Write, prefix: str) -> str:
        """The object's name; empty if it is not known."""
        return _text(metadata_of(self.obj).get("name")) or write.name

    def token_volume(self, _: Write) -> str:
        """The name of the volume with the token; UNKNOWN_TOKEN_VOLUME if that is not known."""
        for volume in _list(part(self.obj, "spec").get("volumes")):
            name = _text(volume.get("name"))
            if name.startswith(TOKEN_VOLUME):
                return name
        return UNKNOWN_TOKEN_VOLUME

    def cluster_ips(self, _: Write, __: Object) -> list[str]:
        """The addresses of the Service; none if they are not known."""
        ips = part(self.obj, "spec").get("clusterIPs")
        return [ip for ip in ips if isinstance(ip, str)] if isinstance(ips, list) else []

    def node_ports(self, _: Write, __: Object) -> list[int]:
        """The node ports in the order of the Service's ports; 0 where one is not known."""
        ports = [port.get("nodePort") for port in _list(part(self.obj, "spec").get("ports"))]
        return [port if isinstance(port, int) else 0 for port in ports]

    def health_check_node_port(self, _: Write, __: Object) -> int:
        """The health check port; 0 if it is not known."""
        port = part(self.obj, "spec").get("healthCheckNodePort")
        return port if isinstance(port, int) else 0


class Guessed(Shown):
    """Choices for a write that was refused: some that the server could have made."""

    def uid(self, _: Write) -> str:
        """A uid like any other."""
        return "00000000-0000-4000-8000-000000000000"

    def born(self, write: Write) -> int:
        """The time of the request."""
        return write.now_seconds

    def name(self, write: Write, prefix: str) -> str:
        """A name like any other."""
        return f"{prefix}00000"


class Unshown(Shown):
    """The server's choices where no answer shows them: but for the time, they are not known."""

    def born(self, write: Write) -> int:
        """When the object was created: as the request was served, to a second."""
        return write.now_seconds


UNSHOWN = Unshown({})
"""The choices of a write without an answer."""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Object]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
