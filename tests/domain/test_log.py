"""A log grows without copying, and is a value all the same."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.log import Log

ITEMS = st.lists(st.integers(), max_size=8)


@given(ITEMS, ITEMS)
def test_a_log_holds_what_a_tuple_would(first: list[int], more: list[int]) -> None:
    log = Log(first).with_items(more)
    assert log == (*first, *more)
    assert tuple(log) == (*first, *more)
    assert list(reversed(log)) == [*first, *more][::-1]
    assert len(log) == len(first) + len(more)
    assert hash(log) == hash(Log([*first, *more]))
    assert log[len(first) :] == tuple(more)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers()), max_size=30))
def test_whatever_grows_from_a_log_leaves_every_other_as_it_was(steps: list[tuple[int, int]]) -> None:
    """Logs grow from any earlier one, in any order; tuples beside them say what each must hold."""
    logs: list[Log[int]] = [Log()]
    expected: list[tuple[int, ...]] = [()]
    for place, item in steps:
        place %= len(logs)
        logs.append(logs[place].with_item(item))
        expected.append((*expected[place], item))
    assert [tuple(log) for log in logs] == expected
    assert all(log == Log(items) and log[-1:] == items[-1:] for log, items in zip(logs, expected, strict=True))


def test_growing_shares_what_was_there() -> None:
    log = Log(range(1000))
    grown = log.with_item(1)
    assert grown._items is log._items
    assert grown.with_item(2)._items is log._items
    assert log.with_item(3)._items is not log._items, "somebody else has grown from there"


def test_logs_that_differ_are_not_equal() -> None:
    log = Log([1]).with_item(2)
    assert log != Log([1])
    assert log != (1, 3)
    assert log != [1, 2]
    assert Log([1]) != log
    assert repr(Log([1, 2])) == "Log([1, 2])"
