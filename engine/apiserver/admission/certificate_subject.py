"""CertificateSubjectRestriction: nobody gets a certificate of system:masters by asking for it.

Source: plugin/pkg/admission/certificates/subjectrestriction/admission.go, v1.36.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from engine.apiserver.admission.contract import Attributes, Plugin
from engine.apiserver.admission.objects import spec_of
from engine.apiserver.admission.refusal import forbidden
from engine.apiserver.verbs.contract import Object

CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client"
MASTERS = b"system:masters"

ORGANIZATION = bytes((0x55, 0x04, 0x0A))
"""2.5.4.10 as DER spells it (RFC 5280, appendix A.1)."""

PEM = re.compile(
    rb"-----BEGIN CERTIFICATE REQUEST-----(.+?)-----END CERTIFICATE REQUEST-----", re.DOTALL
)


class CertificateSubjectRestriction(Plugin):
    """Refuses requests for client certificates of the group that may do everything."""

    name = "CertificateSubjectRestriction"
    resources = (("certificates.k8s.io", "certificatesigningrequests"),)

    def validate(self, attributes: Attributes, obj: Object, before: Object | None) -> None:
        """Look at the organizations of the subject; a request that is none was refused before."""
        spec = spec_of(obj)
        if not attributes.creates or spec.get("signerName") != CLIENT_SIGNER:
            return
        if MASTERS in organizations(str(spec.get("request", ""))):
            why = f"use of {CLIENT_SIGNER} signer with system:masters group is not allowed"
            raise forbidden(attributes, obj, why)


def organizations(request: str) -> list[bytes]:
    """The subject's organizations in a request in base64 of PEM; none where it cannot be read.

    CertificationRequest ::= SEQUENCE { SEQUENCE { version, subject Name, … }, … } (RFC 2986).
    """
    try:
        found = PEM.search(base64.b64decode(request))
        der = base64.b64decode(found[1]) if found else b""
        (_, whole), *_ = _values(der)
        (_, info), *_ = _values(whole)
        _, (_, subject), *_ = _values(info)
        return [value for one in _values(subject) for value in _organizations(one[1])]
    except (binascii.Error, ValueError):
        return []


def _organizations(names: bytes) -> Iterator[bytes]:
    """A relative distinguished name: a set of pairs of type and value."""
    for _, pair in _values(names):
        (_, kind), (_, value), *_ = _values(pair)
        if kind == ORGANIZATION:
            yield value


def _values(der: bytes) -> Iterator[tuple[int, bytes]]:
    """(tag, content) of each value; ValueError where one goes on behind the end."""
    at = 0
    while at < len(der):
        tag, length, start = der[at], der[at + 1] if at + 1 < len(der) else -1, at + 2
        if length > 0x80:
            start, length = start + length - 0x80, int.from_bytes(der[start : start + length - 128])
        if length < 0 or start + length > len(der):
            raise ValueError("a DER value is cut off")
        yield tag, der[start : start + length]
        at = start + length
