"""The server's own choices in a simulation: drawn from seeded streams, so that a seed is a cluster.

Source: k8s.io/apimachinery pkg/util/rand/rand.go (alphanums), k8s.io/apiserver pkg/storage/names/
generate.go, plugin/pkg/admission/serviceaccount/admission.go (ServiceAccountVolumeName), v1.36.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.apiserver.verbs.contract import Write
from engine.kernel.chance import Stream

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""Letters and digits that make no words."""

SUFFIX_LENGTH = 5
TOKEN_VOLUME = "kube-api-access-"


@dataclass(slots=True)
class DrawnNames:
    """Uids and names, each kind from a stream of its own."""

    uids: Stream
    names: Stream
    volumes: Stream

    @classmethod
    def of(cls, seed: int) -> DrawnNames:
        """The streams of a seed."""
        return cls(*(Stream(seed, f"apiserver/{name}") for name in ("uid", "name", "volume")))

    def uid(self, _: Write) -> str:
        """A uid that no other object has."""
        return self.uids.uuid()

    def born(self, write: Write) -> int:
        """A new object is created when it is asked for."""
        return write.now_seconds

    def name(self, _: Write, prefix: str) -> str:
        """A name that begins with `prefix`."""
        return prefix + self.names.text(ALPHABET, SUFFIX_LENGTH)

    def token_volume(self, _: Write) -> str:
        """The name of the volume with a pod's service account token."""
        return TOKEN_VOLUME + self.volumes.text(ALPHABET, SUFFIX_LENGTH)
