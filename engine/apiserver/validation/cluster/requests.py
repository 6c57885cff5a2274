"""CertificateSigningRequests.

After pkg/apis/certificates/validation/validation.go (v1.36), but for what takes cryptography: of a
request and a certificate only the PEM blocks are looked at, not what they hold.
"""

import binascii
import re
from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.internal_form import difference_of, internal_list
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.signers import validate_signer_name
from engine.model.quoting import quote

Status = Mapping[str, Any]

_SPEC, _STATUS = Path("spec"), Path("status")
_CONDITIONS, _CERTIFICATE = _STATUS.child("conditions"), _STATUS.child("certificate")
_CONDITION = "io.k8s.api.certificates.v1.CertificateSigningRequestCondition"
_LEGACY_SIGNER = "kubernetes.io/legacy-unknown"
_SECONDS_MIN = 600
_BLOCK = re.compile("-----BEGIN ([^\n]*)-----\\s*(.*?)-----END \\1-----", re.DOTALL)
_FINAL = ("Approved", "Denied", "Failed")
_DECIDED = ("Approved", "Denied")
_STATUSES = ("False", "True", "Unknown")
_USAGES = (
    "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign",
    "data encipherment", "decipher only", "digital signature", "email protection",
    "encipher only", "ipsec end system", "ipsec tunnel", "ipsec user", "key agreement",
    "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime",
    "server auth", "signing", "timestamping",
)  # fmt: skip


def _name_is_anything(name: str, prefix: bool) -> list[str]:
    return []


def _text(data: str | None) -> str:
    """What base64 spells."""
    try:
        return binascii.a2b_base64(data or "").decode("latin-1")
    except (binascii.Error, ValueError):
        return ""


def _conditions(request: Object, kind: str) -> list[Mapping[str, Any]]:
    conditions = (request.get("status") or {}).get("conditions") or ()
    return [condition for condition in conditions if condition.get("type") == kind]


def validate_request_create(request: Object) -> list[FieldError]:
    return _validate(request, {})


def _validate(request: Object, old: Object) -> list[FieldError]:
    """What the stored one has may stay."""
    spec, before = request.get("spec") or {}, old.get("spec") or {}
    errors = validate_object_meta(request["metadata"], False, _name_is_anything)
    data = spec.get("request")
    block = _BLOCK.search(_text(data))
    if block is None or block.group(1) != "CERTIFICATE REQUEST":
        explanation = "PEM block type must be CERTIFICATE REQUEST"
        errors.append(invalid(_SPEC.child("request"), data, explanation))
    errors += _validate_usages(spec.get("usages") or [], before.get("usages") or [])
    signer, path = spec.get("signerName", ""), _SPEC.child("signerName")
    if signer == _LEGACY_SIGNER and before.get("signerName") != _LEGACY_SIGNER:
        explanation = "the legacy signerName is not allowed via this API version"
        errors.append(invalid(path, signer, explanation))
    else:
        errors += validate_signer_name(path, signer)
    seconds, path = spec.get("expirationSeconds"), _SPEC.child("expirationSeconds")
    if seconds is not None and seconds < _SECONDS_MIN:
        explanation = "may not specify a duration less than 600 seconds (10 minutes)"
        errors.append(invalid(path, seconds, explanation))
    status, old_status = request.get("status") or {}, old.get("status") or {}
    errors += _validate_conditions(status, old_status)
    certificate = status.get("certificate")
    if certificate and certificate != old_status.get("certificate"):
        problem = _certificate_problem(_text(certificate))
        if problem:
            errors.append(invalid(_CERTIFICATE, "<certificate data>", problem))
    return errors


def _validate_usages(usages: list[str], before: list[str]) -> list[FieldError]:
    path = _SPEC.child("usages")
    errors = [] if usages else [required(path)]
    if set(before) <= set(_USAGES):
        errors += [
            not_supported(path.index(index), usage, _USAGES)
            for index, usage in enumerate(usages)
            if usage not in _USAGES
        ]
    if len(set(before)) == len(before):
        errors += [
            duplicate(path.index(index), usage)
            for index, usage in enumerate(usages)
            if usage in usages[:index]
        ]
    return errors


def _certificate_problem(text: str) -> str:
    blocks = _BLOCK.findall(text)
    for kind, _ in blocks:
        if kind != "CERTIFICATE":
            return f"only CERTIFICATE PEM blocks are allowed, found {quote(kind)}"
    return "" if blocks else "must contain at least one CERTIFICATE PEM block"


def _validate_conditions(status: Status, before: Status) -> list[FieldError]:
    kinds = [condition.get("type", "") for condition in status.get("conditions") or ()]
    old_kinds = [condition.get("type", "") for condition in before.get("conditions") or ()]
    any_decision = set(_DECIDED) <= set(old_kinds)
    any_duplicates = len(set(old_kinds)) < len(old_kinds)
    errors: list[FieldError] = []
    for index, condition in enumerate(status.get("conditions") or ()):
        path, kind = _CONDITIONS.index(index), condition.get("type", "")
        if not kind and "" not in old_kinds:
            errors.append(required(path.child("type")))
        supported = ("True",) if kind in _FINAL else _STATUSES
        value, value_path = condition.get("status", ""), path.child("status")
        if not value:
            errors.append(required(value_path))
        elif value not in supported:
            errors.append(not_supported(value_path, value, supported))
        others = set(_DECIDED) - {kind} if kind in _DECIDED else set()
        if others & set(kinds[:index]) and not any_decision:
            explanation = "Approved and Denied conditions are mutually exclusive"
            errors.append(invalid(_CONDITIONS, kind, explanation))
        if kind in kinds[:index] and not any_duplicates:
            errors.append(duplicate(path.child("type"), kind))
    return errors


def validate_request_update(new: Object, old: Object) -> list[FieldError]:
    return _validate_update(new, old)


def validate_request_status_update(new: Object, old: Object) -> list[FieldError]:
    return _validate_update(new, old, issues=True)


def validate_request_approval(new: Object, old: Object) -> list[FieldError]:
    return _validate_update(new, old, decides=True)


def _validate_update(
    new: Object, old: Object, *, issues: bool = False, decides: bool = False
) -> list[FieldError]:
    """`issues`: it may bring the certificate; `decides`: it may approve or deny."""
    errors = _validate(new, old)
    for kind in _FINAL:
        if len(_conditions(new, kind)) < len(_conditions(old, kind)):
            explanation = f"updates may not remove a condition of type {quote(kind)}"
            errors.append(forbidden(_CONDITIONS, explanation))
    for kind in () if decides else _DECIDED:
        errors += _validate_same(_conditions(new, kind), _conditions(old, kind), kind)
    certificate, before = ((obj.get("status") or {}).get("certificate") or "" for obj in (new, old))
    if certificate != before and not issues:
        errors.append(forbidden(_CERTIFICATE, "updates may not set certificate content"))
    elif certificate != before and before:
        explanation = "updates may not modify existing certificate content"
        errors.append(forbidden(_CERTIFICATE, explanation))
    return errors + validate_object_meta_update(new["metadata"], old.get("metadata") or {})


def _validate_same(
    new: list[Mapping[str, Any]], old: list[Mapping[str, Any]], kind: str
) -> list[FieldError]:
    if len(new) > len(old):
        explanation = f"updates may not add a condition of type {quote(kind)}"
        return [forbidden(_CONDITIONS, explanation)]
    if len(new) < len(old) or new == old:
        return []
    found = difference_of(internal_list(_CONDITION, old), internal_list(_CONDITION, new))
    explanation = f"updates may not modify a condition of type {quote(kind)}\n{found}"
    return [forbidden(_CONDITIONS, explanation)]
