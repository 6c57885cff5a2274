"""Objects as the store holds them: JSON, packed so that a million of them fit into memory.

Objects of one cluster resemble each other. After the first thousand a dictionary is made of them,
which makes the later ones several times smaller than packing each by itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import orjson
import zstandard

Object = dict[str, Any]

LEVEL = 1
SAMPLES = 1_000
DICTIONARY_BYTES = 64 << 10
SMALL_BYTES = 128
"""Below this, packing saves nothing."""


@dataclass(slots=True)
class Packer:
    """Packs and unpacks. Forks of a store share one: a dictionary, once made, never changes."""

    _samples: list[bytes] = field(default_factory=list)
    _compressors: list[zstandard.ZstdCompressor] = field(
        default_factory=lambda: [zstandard.ZstdCompressor(level=LEVEL)]
    )
    _decompressors: list[zstandard.ZstdDecompressor] = field(
        default_factory=lambda: [zstandard.ZstdDecompressor()]
    )

    def pack(self, text: bytes) -> tuple[int, bytes]:
        """(dictionary, data) of an object's JSON: dictionary 0 is none, -1 says not packed."""
        if len(text) < SMALL_BYTES:
            return -1, text
        newest = len(self._compressors) - 1
        if newest == 0:
            self._sample(text)
        # A copy of the exact size: the result itself leaves its buffer behind in pieces.
        return newest, memoryview(self._compressors[newest].compress(text)).tobytes()

    def unpack(self, dictionary: int, data: bytes) -> bytes:
        """The JSON of an object."""
        return data if dictionary < 0 else self._decompressors[dictionary].decompress(data)

    def _sample(self, text: bytes) -> None:
        self._samples.append(text)
        if len(self._samples) < SAMPLES:
            return
        samples, self._samples = self._samples, []
        try:
            dictionary = zstandard.train_dictionary(DICTIONARY_BYTES, list(samples))
        except zstandard.ZstdError:
            return  # too much alike, or too small, to learn from: try again with the next thousand
        self._compressors.append(zstandard.ZstdCompressor(level=LEVEL, dict_data=dictionary))
        self._decompressors.append(zstandard.ZstdDecompressor(dict_data=dictionary))


def spelled(obj: Object) -> bytes:
    """An object's one spelling, whatever the order of its keys. The resourceVersion is left out:

    etcd does not store it either, it is the revision of the write.
    """
    metadata = obj["metadata"]
    if "resourceVersion" in metadata:
        kept = {name: value for name, value in metadata.items() if name != "resourceVersion"}
        obj = {**obj, "metadata": kept}
    return orjson.dumps(obj, option=orjson.OPT_SORT_KEYS)


def fingerprint(place: str, text: bytes) -> int:
    """A number for an object at its place; the sum over all objects is the state's digest."""
    hashed = hashlib.blake2b(place.encode(), digest_size=16)
    hashed.update(b"\0")
    hashed.update(text)
    return int.from_bytes(hashed.digest())
