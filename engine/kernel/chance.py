"""Chance in named streams: the same seed and name give the same numbers, on every machine.

    stream = Stream(seed=7, name="uids")
    stream.below(6)

Streams of different names know nothing of each other, so that one more draw here changes nothing
there. Source of the generator: SplitMix64, S. Vigna, https://prng.di.unimi.it/splitmix64.c.
"""

from __future__ import annotations

import hashlib

_MASK = (1 << 64) - 1
_GOLDEN_GAMMA = 0x9E3779B97F4A7C15


class Stream:
    """One stream of numbers."""

    __slots__ = ("_state",)

    def __init__(self, seed: int, name: str = "") -> None:
        text = f"{seed}\0{name}".encode(errors="surrogatepass")
        self._state = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())

    def bits(self) -> int:
        """The next 64 bits."""
        self._state = (self._state + _GOLDEN_GAMMA) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def below(self, limit: int) -> int:
        """A number of 0 … limit - 1, each as likely as the others; `limit` is at most 2^64."""
        if not 0 < limit <= 1 << 64:
            raise ValueError(f"no number lies below {limit}")
        fair = (1 << 64) - (1 << 64) % limit
        while (drawn := self.bits()) >= fair:
            pass  # the last numbers would come up once more often than the others
        return drawn % limit

    def text(self, alphabet: str, length: int) -> str:
        """A text of letters of an alphabet."""
        return "".join(alphabet[self.below(len(alphabet))] for _ in range(length))

    def uuid(self) -> str:
        """A UUID of version 4, in its usual form."""
        number = (self.bits() << 64) | self.bits()
        number = number & ~(0xF << 76) | (4 << 76)
        number = number & ~(0x3 << 62) | (0x2 << 62)
        digits = f"{number:032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def fork(self) -> Stream:
        """A stream that goes on with the same numbers, by itself."""
        twin = Stream.__new__(Stream)
        twin._state = self._state
        return twin
