"""Sets of documents as bits, in pieces of the same size: what two sets share, and how many that are, costs microseconds.

A piece holds the ids from ``chunk * CHUNK`` on. Its size does not grow with the index, so neither does what it costs to
change one document's bit.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

CHUNK = 8192

_ABSENT, _PRESENT = b"0", ord("1")


class Bitmap:
    """Ids of documents. Never changed once it is made."""

    __slots__ = ("chunks",)

    def __init__(self, chunks: Mapping[int, int] | None = None) -> None:
        self.chunks: Mapping[int, int] = chunks or {}

    @classmethod
    def of(cls, ids: Iterable[int]) -> "Bitmap":
        ordered = sorted(ids)
        chunks: dict[int, int] = {}
        start = 0
        while start < len(ordered):
            chunk = ordered[start] // CHUNK
            end = bisect_left(ordered, (chunk + 1) * CHUNK, start)
            # Digits first: setting bits of a large number one by one would copy it as often.
            digits = bytearray(_ABSENT) * CHUNK
            for number in ordered[start:end]:
                digits[~(number % CHUNK)] = _PRESENT
            chunks[chunk] = int(digits, 2)
            start = end
        return cls(chunks)

    @classmethod
    def union(cls, bitmaps: Iterable["Bitmap"]) -> "Bitmap":
        chunks: dict[int, int] = {}
        for bitmap in bitmaps:
            for chunk, bits in bitmap.chunks.items():
                chunks[chunk] = chunks.get(chunk, 0) | bits
        return cls(chunks)

    def __and__(self, other: "Bitmap") -> "Bitmap":
        theirs = other.chunks
        return Bitmap({chunk: both for chunk, bits in self.chunks.items() if (both := bits & theirs.get(chunk, 0))})

    def __sub__(self, other: "Bitmap") -> "Bitmap":
        theirs = other.chunks
        return Bitmap({chunk: left for chunk, bits in self.chunks.items() if (left := bits & ~theirs.get(chunk, 0))})

    def __len__(self) -> int:
        return sum(bits.bit_count() for bits in self.chunks.values())

    def common(self, other: "Bitmap") -> int:
        """How many ids both have."""
        theirs = other.chunks
        return sum((bits & theirs.get(chunk, 0)).bit_count() for chunk, bits in self.chunks.items())

    def __contains__(self, number: int) -> bool:
        return bool(self.chunks.get(number // CHUNK, 0) >> (number % CHUNK) & 1)

    def __iter__(self) -> Iterator[int]:
        """The ids in ascending order."""
        for chunk, bits in sorted(self.chunks.items()):
            digits, first = f"{bits:b}"[::-1], chunk * CHUNK
            place = digits.find("1")
            while place >= 0:
                yield first + place
                place = digits.find("1", place + 1)


def packed(bits: int) -> bytes:
    """The bits of a piece as they are stored: as many bytes as the last of them needs."""
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def unpacked(members: bytes | memoryview) -> int:
    return int.from_bytes(members, "little")
