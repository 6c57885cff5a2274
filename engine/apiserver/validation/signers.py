"""Names of signers of certificates.

After pkg/apis/core/validation/names.go (v1.36).
"""

from engine.apiserver.validation.field import FieldError, Path, invalid, required, too_long
from engine.apiserver.validation.names import (
    LABEL_LENGTH_MAX,
    SUBDOMAIN_LENGTH_MAX,
    is_dns1123_label,
    is_dns1123_subdomain,
    name_is_dns_subdomain,
    size,
)
from engine.model.quoting import quote

_NAME_LENGTH_MAX = 2 * SUBDOMAIN_LENGTH_MAX + LABEL_LENGTH_MAX + 2


def validate_signer_name(path: Path, name: str) -> list[FieldError]:
    if not name:
        return [required(path)]
    if name.count("/") != 1:
        explanation = (
            "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        )
        return [invalid(path, name, explanation)]
    domain, _, rest = name.partition("/")
    errors: list[FieldError] = []
    if size(domain) > SUBDOMAIN_LENGTH_MAX:
        errors.append(too_long(path, SUBDOMAIN_LENGTH_MAX))
    for label in domain.split("."):
        if problems := is_dns1123_label(label):
            errors += _invalid_label(path, domain, label, problems)
            break
    if "." not in domain:
        explanation = "should be a domain with at least two segments separated by dots"
        errors.append(invalid(path, domain, explanation))
    for label in rest.split("."):
        if problems := is_dns1123_subdomain(label):
            errors += _invalid_label(path, rest, label, problems)
            break
    if size(name) > _NAME_LENGTH_MAX:
        errors.append(too_long(path, _NAME_LENGTH_MAX))
    return errors


def _invalid_label(path: Path, part: str, label: str, problems: list[str]) -> list[FieldError]:
    return [
        invalid(path, part, f"validating label {quote(label)}: {problem}") for problem in problems
    ]


def cluster_trust_bundle_name_problems(name: str) -> list[str]:
    """The name of a ClusterTrustBundle: of a signer's one, after the signer's name."""
    signer, colon, rest = name.rpartition(":")
    if not colon:
        return name_is_dns_subdomain(name, False)
    if not signer:
        # No signer is before the colon, and without one there may be none.
        return ['ClusterTrustBundle without signer name must not have ":" in its name']
    return name_is_dns_subdomain(rest, False)
