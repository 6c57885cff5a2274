"""Role bindings and certificate requests: pkg/printers/internalversion/printers.go, v1.36."""

from datetime import datetime, timedelta

from engine.apiserver.printers.ages import age, human_duration
from engine.apiserver.printers.contract import AGE, NAME, Cell, Column, Object, Printer, wide
from engine.apiserver.printers.fields import dig, integer, maps, name, text

NONE = "<none>"


def _binding(binding: Object, now: datetime) -> tuple[Cell, ...]:
    return (
        name(binding),
        f"{text(binding, 'roleRef', 'kind')}/{text(binding, 'roleRef', 'name')}",
        age(binding, now),
        _subjects(binding, "User"),
        _subjects(binding, "Group"),
        _subjects(binding, "ServiceAccount"),
    )


def _subjects(binding: Object, kind: str) -> str:
    """Names of the subjects of a kind; service accounts with their namespace."""
    names = [
        f"{text(subject, 'namespace')}/{text(subject, 'name')}"
        if kind == "ServiceAccount"
        else text(subject, "name")
        for subject in maps(binding, "subjects")
        if subject.get("kind") == kind
    ]
    return ", ".join(names)


def _signing_request(request: Object, now: datetime) -> tuple[Cell, ...]:
    seconds = dig(request, "spec", "expirationSeconds")
    duration = timedelta(seconds=integer(request, "spec", "expirationSeconds"))
    return (
        name(request),
        age(request, now),
        text(request, "spec", "signerName") or NONE,
        text(request, "spec", "username"),
        NONE if seconds is None else human_duration(duration),
        _signing_status(request),
    )


def _signing_status(request: Object) -> str:
    """`Approved,Issued`; a denial goes before an approval, whatever the conditions' status."""
    types = {text(entry, "type") for entry in maps(request, "status", "conditions")}
    verdict = "Denied" if "Denied" in types else "Approved" if "Approved" in types else "Pending"
    failed = ",Failed" if "Failed" in types else ""
    return verdict + failed + (",Issued" if text(request, "status", "certificate") else "")


BINDING = (
    NAME,
    Column("Role"),
    AGE,
    wide("Users"),
    wide("Groups"),
    wide("ServiceAccounts"),
)
PRINTERS = (
    Printer("rbac.authorization.k8s.io", "RoleBinding", BINDING, _binding),
    Printer("rbac.authorization.k8s.io", "ClusterRoleBinding", BINDING, _binding),
    Printer(
        "certificates.k8s.io",
        "CertificateSigningRequest",
        (
            NAME,
            AGE,
            Column("SignerName"),
            Column("Requestor"),
            Column("RequestedDuration"),
            Column("Condition"),
        ),
        _signing_request,
    ),
)
