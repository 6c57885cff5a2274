"""Which tag an image reference asks for, as far as the pull policy depends on it.

Source: pkg/util/parsers/parsers.go (v1.36); github.com/distribution/reference normalize.go,
regexp.go and reference.go, and opencontainers/go-digest.
"""

import re
from functools import lru_cache

NAME_LENGTH_MAX = 255

_DOMAIN_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_HOST = rf"(?:{_DOMAIN_LABEL}(?:\.{_DOMAIN_LABEL})*|\[[a-fA-F0-9:]+\])"
_PATH = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REFERENCE = re.compile(
    rf"(?P<name>(?:{_HOST}(?::[0-9]+)?/)?{_PATH}(?:/{_PATH})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?"
    r"(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?",
    re.ASCII,
)
_IDENTIFIER = re.compile(r"[a-f0-9]{64}")
_DIGEST = re.compile(r"sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}")


@lru_cache(maxsize=4096)
def pull_policy(image: str) -> str:
    """The imagePullPolicy of a container of that image: Always if its tag is `latest`."""
    return "Always" if _tag(image) == "latest" else "IfNotPresent"


def _tag(image: str) -> str:
    """Its tag; `latest` where it has neither a tag nor a digest; "" of what is no reference."""
    if _IDENTIFIER.fullmatch(image):
        return ""
    domain, remainder = _split_domain(image)
    if (path := remainder.partition(":")[0]) != path.lower():
        return ""
    found = _REFERENCE.fullmatch(f"{domain}/{remainder}")
    if found is None or len(found["name"].partition("/")[2]) > NAME_LENGTH_MAX:
        return ""
    if found["digest"] and not _DIGEST.fullmatch(found["digest"]):
        return ""
    return found["tag"] or ("" if found["digest"] else "latest")


def _split_domain(image: str) -> tuple[str, str]:
    """(registry, the rest): Docker Hub unless what is before the first slash looks like a host."""
    head, slash, rest = image.partition("/")
    is_host = any(c in head for c in ".:") or head == "localhost" or head.lower() != head
    domain, remainder = (head, rest) if slash and is_host else ("docker.io", image)
    if domain == "index.docker.io":
        domain = "docker.io"
    if domain == "docker.io" and "/" not in remainder:
        remainder = f"library/{remainder}"
    return domain, remainder
