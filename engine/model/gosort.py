"""Go's sort.Sort and sort.SliceStable, comparison by comparison.

kubectl and strategic merge patches sort with them. The first is not stable: where keys are equal
(events of one second), the order of lines in kubectl's output is whatever this algorithm makes of
it; the second is called with comparisons that are no order. Only the same steps give the same
order. Pattern-defeating quicksort and SymMerge of src/sort/zsortinterface.go, Go 1.26.
"""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
INSERTION_MAX = 12
NINTHER_MIN = 50
SHIFTING_MIN = 50
PARTIAL_STEPS_MAX = 5
# Swaps of choosing a pivot from nine, when all of it is in decreasing order.
SWAPS_MAX = 4 * 3
STABLE_BLOCK = 20
UINT64 = 2**64 - 1


def go_sort(items: list[T], less: Callable[[T, T], bool]) -> None:
    """Sorts in place. `less` need not be an order; what Go makes of it, this makes too."""
    _Sorter(items, less).sort(0, len(items), len(items).bit_length())


def go_stable_sort(items: list[T], less: Callable[[T, T], bool]) -> None:
    """Sorts in place, as sort.SliceStable does even where `less` is no order."""
    sorter = _StableSorter(items, less)
    sorter.sort_blocks()
    sorter.merge_blocks()


class _Sorter(Generic[T]):
    """All bounds are half-open: [a, b)."""

    def __init__(self, items: list[T], less: Callable[[T, T], bool]) -> None:
        self.items = items
        self.compare = less

    def less(self, i: int, j: int) -> bool:
        return self.compare(self.items[i], self.items[j])

    def swap(self, i: int, j: int) -> None:
        self.items[i], self.items[j] = self.items[j], self.items[i]

    def sort(self, a: int, b: int, limit: int) -> None:
        """pdqsort; `limit` is how many bad pivots are borne before heap sort takes over."""
        balanced = partitioned = True
        while b - a > INSERTION_MAX:
            if limit == 0:
                self.heap_sort(a, b)
                return
            if not balanced:
                self.break_patterns(a, b)
                limit -= 1
            pivot, swaps = self.choose_pivot(a, b)
            if swaps == SWAPS_MAX:
                self.items[a:b] = self.items[a:b][::-1]
                pivot = (b - 1) - (pivot - a)
            likely_sorted = swaps in (0, SWAPS_MAX)
            sort_by_insertion = balanced and partitioned and likely_sorted
            if sort_by_insertion and self.partial_insertion_sort(a, b):
                return
            if a > 0 and not self.less(a - 1, pivot):
                a = self.partition_equal(a, b, pivot)
                continue
            middle, partitioned = self.partition(a, b, pivot)
            left, right = middle - a, b - middle
            balanced = min(left, right) >= (b - a) // 8
            if left < right:
                self.sort(a, middle, limit)
                a = middle + 1
            else:
                self.sort(middle + 1, b, limit)
                b = middle
        self.insertion_sort(a, b)

    def insertion_sort(self, a: int, b: int) -> None:
        for i in range(a + 1, b):
            self.sink(i, a)

    def sink(self, i: int, lowest: int) -> None:
        """Moves an item down while it is less than the one before it."""
        while i > lowest and self.less(i, i - 1):
            self.swap(i, i - 1)
            i -= 1

    def heap_sort(self, a: int, b: int) -> None:
        length = b - a
        for i in range((length - 1) // 2, -1, -1):
            self.sift_down(i, length, a)
        for i in range(length - 1, -1, -1):
            self.swap(a, a + i)
            self.sift_down(0, i, a)

    def sift_down(self, root: int, length: int, first: int) -> None:
        while (child := 2 * root + 1) < length:
            if child + 1 < length and self.less(first + child, first + child + 1):
                child += 1
            if not self.less(first + root, first + child):
                return
            self.swap(first + root, first + child)
            root = child

    def partition(self, a: int, b: int, pivot: int) -> tuple[int, bool]:
        """Less than the pivot to the left of it, the others to the right; whether it was so."""
        self.swap(a, pivot)
        i, j = self.narrow(a, a + 1, b - 1)
        if i > j:
            self.swap(j, a)
            return j, True
        while i <= j:
            self.swap(i, j)
            i, j = self.narrow(a, i + 1, j - 1)
        self.swap(j, a)
        return j, False

    def narrow(self, pivot: int, i: int, j: int) -> tuple[int, int]:
        """Goes past what stands on its right side already."""
        while i <= j and self.less(i, pivot):
            i += 1
        while i <= j and not self.less(j, pivot):
            j -= 1
        return i, j

    def partition_equal(self, a: int, b: int, pivot: int) -> int:
        """Equal to the pivot to the left, greater to the right, given that none is less."""
        self.swap(a, pivot)
        i, j = a + 1, b - 1
        while True:
            while i <= j and not self.less(a, i):
                i += 1
            while i <= j and self.less(a, j):
                j -= 1
            if i > j:
                return i
            self.swap(i, j)
            i, j = i + 1, j - 1

    def partial_insertion_sort(self, a: int, b: int) -> bool:
        """Mends a few items out of order; whether all is in order then."""
        i = a + 1
        for _ in range(PARTIAL_STEPS_MAX):
            while i < b and not self.less(i, i - 1):
                i += 1
            if i == b:
                return True
            if b - a < SHIFTING_MIN:
                return False
            self.swap(i, i - 1)
            if i - a >= 2:
                # As in Go, this runs to the start of all items, not to that of the part.
                self.sink(i - 1, 0)
            if b - i >= 2:
                for j in range(i + 1, b):
                    if not self.less(j, j - 1):
                        break
                    self.swap(j, j - 1)
        return False

    def break_patterns(self, a: int, b: int) -> None:
        length = b - a
        random = _xorshift(length)
        for index in range(a + (length // 4) * 2 - 1, a + (length // 4) * 2 + 2):
            other = next(random) & ((1 << length.bit_length()) - 1)
            self.swap(index, a + (other - length if other >= length else other))

    def choose_pivot(self, a: int, b: int) -> tuple[int, int]:
        """The median of three, or of three medians of three; and how many swaps that took."""
        quarter = (b - a) // 4
        i, j, k = a + quarter, a + quarter * 2, a + quarter * 3
        swaps = 0
        if b - a >= NINTHER_MIN:
            i, swaps = self.median(i - 1, i, i + 1, swaps)
            j, swaps = self.median(j - 1, j, j + 1, swaps)
            k, swaps = self.median(k - 1, k, k + 1, swaps)
        return self.median(i, j, k, swaps)

    def median(self, a: int, b: int, c: int, swaps: int) -> tuple[int, int]:
        if self.less(b, a):
            a, b, swaps = b, a, swaps + 1
        if self.less(c, b):
            b, c, swaps = c, b, swaps + 1
        if self.less(b, a):
            a, b, swaps = b, a, swaps + 1
        return b, swaps


class _StableSorter(_Sorter[T]):
    """Sorts blocks by insertion, then merges them in place, the smaller ones first."""

    def sort_blocks(self) -> None:
        for a in range(0, len(self.items), STABLE_BLOCK):
            self.insertion_sort(a, min(a + STABLE_BLOCK, len(self.items)))

    def merge_blocks(self) -> None:
        length, size = len(self.items), STABLE_BLOCK
        while size < length:
            for a in range(0, length - size, 2 * size):
                self.merge(a, a + size, min(a + 2 * size, length))
            size *= 2

    def merge(self, a: int, middle: int, b: int) -> None:
        """SymMerge of [a, middle) and [middle, b), neither of which is empty."""
        if middle - a == 1:
            i = self._first(middle, b, lambda at: not self.less(at, a))
            self._rotate(a, a + 1, i)
            return
        if b - middle == 1:
            i = self._first(a, middle, lambda at: self.less(middle, at))
            self._rotate(i, middle, b)
            return
        half = (a + b) // 2
        both = half + middle
        lowest, highest = (both - b, half) if middle > half else (a, middle)
        start = self._first(lowest, highest, lambda at: self.less(both - 1 - at, at))
        end = both - start
        if start < middle < end:
            self._rotate(start, middle, end)
        if a < start < half:
            self.merge(a, start, half)
        if half < end < b:
            self.merge(half, end, b)

    def _first(self, low: int, high: int, found: Callable[[int], bool]) -> int:
        """The first place in [low, high) of which `found` is true, by halving; else `high`."""
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if found(middle) else (middle + 1, high)
        return low

    def _rotate(self, a: int, middle: int, b: int) -> None:
        self.items[a:b] = self.items[middle:b] + self.items[a:middle]


def _xorshift(seed: int) -> Iterator[int]:
    """The random numbers of Go's sort, always the same for a length."""
    while True:
        seed ^= (seed << 13) & UINT64
        seed ^= seed >> 7
        seed ^= (seed << 17) & UINT64
        yield seed
