"""Unified diffs of one change in one file, as `git apply` takes them: making them, and applying them.

The form is that of `git diff` (git-scm.com/docs/diff-format, "Generating patch text with -p"). A line ends with a line
feed alone, and keeps whatever stands before it.
"""

from collections.abc import Iterator, Sequence

CONTEXT = 3
"""Lines that are shown before and after what changes."""
NO_END = "\\ No newline at end of file\n"
NOWHERE = "/dev/null"


def unified(path: str, before: str | None, after: str) -> str:
    """The diff of a file; `before` is None for one that is new. Empty where nothing changes."""
    if before == after:
        return ""
    old, new = _lines(before or ""), _lines(after)
    first = _alike(old, new)
    last = _alike(old[first:][::-1], new[first:][::-1])
    start, more = max(0, first - CONTEXT), min(CONTEXT, last)
    lead, tail = old[start:first], old[len(old) - last :][:more]
    gone, come = old[first : len(old) - last], new[first : len(new) - last]
    hunk = f"@@ -{_span(start, len(lead + gone + tail))} +{_span(start, len(lead + come + tail))} @@\n"
    body = (*_marked(" ", lead), *_marked("-", gone), *_marked("+", come), *_marked(" ", tail))
    return "".join((*_head(path, is_new=before is None), hunk, *body))


def applied(diff: str, text: str | None) -> str | None:
    """The file with the change of one of our diffs in it, wherever the lines around it stand by now; None where they do
    not stand there, or more than once. `text`: None where there is no such file."""
    head, _, rest = diff.partition("\n@@ ")
    if (f"--- {NOWHERE}" in head.splitlines()) is not (text is None):
        return None
    old, new = _sides(rest.partition("\n")[2])
    lines = _lines(text or "")
    places = [at for at in range(len(lines) - len(old) + 1) if lines[at : at + len(old)] == old]
    stated = int(rest.partition(",")[0].removeprefix("-") or 0) - 1
    place = stated if stated in places else places[0] if len(places) == 1 else None
    if place is None:
        return None
    return "".join((*lines[:place], *new, *lines[place + len(old) :]))


def _lines(text: str) -> list[str]:
    found = [f"{line}\n" for line in text.split("\n")]
    found[-1] = found[-1][:-1]
    return found if found[-1] else found[:-1]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines are the same from the beginning."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _span(start: int, count: int) -> str:
    return f"{start + 1 if count else start},{count}"


def _marked(mark: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}\n{NO_END}"


def _head(path: str, *, is_new: bool) -> Iterator[str]:
    old, new = _name(f"a/{path}"), _name(f"b/{path}")
    yield f"diff --git {old} {new}\n"
    if is_new:
        yield "new file mode 100644\n"
    yield f"--- {NOWHERE}\n" if is_new else f"--- {_ended(old)}\n"
    yield f"+++ {_ended(new)}\n"


def _name(path: str) -> str:
    """As git writes it: quoted as in C where something in it could be taken for the end of the name."""
    if not any(one in '"\\' or not one.isprintable() for one in path):
        return path
    return '"' + "".join(_escaped(one) for one in path) + '"'


def _escaped(one: str) -> str:
    if one in '"\\':
        return f"\\{one}"
    return one if one.isprintable() else "".join(f"\\{byte:03o}" for byte in one.encode("utf-8", "replace"))


def _ended(name: str) -> str:
    """A tab ends a name in which a space could."""
    return f"{name}\t" if " " in name and not name.startswith('"') else name


def _sides(hunk: str) -> tuple[list[str], list[str]]:
    """The lines of a hunk as they were, and as they are to be."""
    old, new = list[str](), list[str]()
    last: tuple[list[str], ...] = ()
    for line in _lines(hunk):
        sides = {" ": (old, new), "-": (old,), "+": (new,)}.get(line[:1])
        if sides is not None:
            last = sides
            for side in sides:
                side.append(line[1:])
        elif line == NO_END:
            for side in last:
                side[-1] = side[-1].removesuffix("\n")
    return old, new
