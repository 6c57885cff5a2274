import base64

import pytest

from engine.apiserver.admission.certificate_subject import (
    CLIENT_SIGNER,
    CertificateSubjectRestriction,
    organizations,
)
from tests.engine.apiserver.admission.asking import named, refusal


def der(tag, content):
    return bytes((tag, len(content))) + content


def request(organization):
    pair = der(0x30, der(0x06, b"\x55\x04\x0a") + der(0x0C, organization))
    info = der(0x30, der(0x02, b"\x00") + der(0x30, der(0x31, pair)) + der(0x30, b""))
    body = base64.b64encode(der(0x30, info))
    text = b"-----BEGIN CERTIFICATE REQUEST-----\n%s\n-----END CERTIFICATE REQUEST-----\n" % body
    return base64.b64encode(text).decode()


def asked(organization, signer=CLIENT_SIGNER):
    spec = {"signerName": signer, "request": request(organization)}
    csr = named("CertificateSigningRequest", "me", spec=spec)
    resource = "certificatesigningrequests.certificates.k8s.io"
    return refusal(CertificateSubjectRestriction(), resource, csr)


def test_nobody_becomes_a_master_by_asking():
    assert asked(b"system:masters") == (
        'certificatesigningrequests.certificates.k8s.io "me" is forbidden: use of '
        "kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed"
    )
    assert asked(b"developers") is None
    assert asked(b"system:masters", "example.com/signer") is None


@pytest.mark.parametrize("text", ["", "?", base64.b64encode(b"x").decode(), request(b"")[:60]])
def test_a_request_that_cannot_be_read_names_nobody(text):
    assert organizations(text) == []
