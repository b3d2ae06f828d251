"""A sequence that only grows, for states that are folded event by event."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar, overload

T = TypeVar("T")


class Log(Sequence[T], Generic[T]):
    """An immutable sequence. Adding to it gives a longer one, without copying what was there.

    Logs that grew out of each other share one list and differ in how much of it is theirs. A second log that grows
    from the same place gets a list of its own, so no log ever sees what was added to another. Not for several threads
    that add at the same time.
    """

    __slots__ = ("_items", "_length")

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._items = list(items)
        self._length = len(self._items)

    def with_item(self, item: T) -> "Log[T]":
        """The log with one more item at its end."""
        grown = Log[T].__new__(Log)
        is_last = 0 < self._length == len(self._items)
        grown._items = self._items if is_last else self._items[: self._length]
        grown._items.append(item)
        grown._length = self._length + 1
        return grown

    def with_items(self, items: Iterable[T]) -> "Log[T]":
        """The log with more items at its end."""
        grown = self
        for item in items:
            grown = grown.with_item(item)
        return grown

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return tuple(self._items[place] for place in range(*index.indices(self._length)))
        return self._items[range(self._length)[index]]

    def __iter__(self) -> Iterator[T]:
        return (self._items[place] for place in range(self._length))

    def __len__(self) -> int:
        return self._length

    def __eq__(self, other: object) -> bool:
        """Equal to a log or a tuple that holds the same."""
        if not isinstance(other, Log | tuple):
            return NotImplemented
        if isinstance(other, Log) and other._items is self._items:
            return self._length == other._length
        return len(other) == self._length and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Log({list(self)!r})"
