"""Which file is which picture: decided from what is known alone."""

from dataclasses import replace

import pytest

from civitai_desktop.services.likeness import Likeness, Traces
from civitai_desktop.services.sorting import Decisions, Difference, difference, sort_out
from civitai_desktop.storage.placed import Copy, Known, Placed
from civitai_desktop.storage.scan import FileStat, Seen

OLD, NEW = FileStat(100, 1_000, 7), FileStat(100, 2_000, 8)


def row(number: int, path: str, digest: str, **changes: object) -> Placed:
    made = Placed(
        id=number,
        path=path,
        size_bytes=OLD.size_bytes,
        modified_ns=OLD.modified_ns,
        inode=OLD.inode,
        sha256=digest,
        file_sha256=digest,
        is_missing=False,
        is_own=True,
        prompt="a boat",
        seed=5,
        saved_at_ns=0,
    )
    return replace(made, **changes)


def test_a_file_is_new_unsure_changed_or_gone_by_size_and_time_alone():
    known = Known(
        {
            "same": (100, 1_000),
            "touched": (100, 999),
            "longer": (99, 1_000),
            "unread": (100, None),
            "unread, and written since": (100, None),
            "gone": (100, 1_000),
        },
        {"unread": 1_000, "unread, and written since": 0},
        frozenset({99, 100}),
    )
    late = FileStat(100, 60_000_000_000)
    files = dict.fromkeys(("same", "touched", "longer", "unread", "new"), OLD)
    files["unread, and written since"] = late
    assert difference(known, files) == Difference(
        changed=("touched", "longer", "unread, and written since"),
        unsure=("unread",),
        new=("new",),
        gone=("gone",),
    )


@pytest.mark.parametrize(
    "changes",
    [{"is_missing": True}, {"is_own": False}],
    ids=["missing for long", "only read back"],
)
def test_of_two_pictures_of_the_same_bytes_the_nearer_one_takes_the_file(changes):
    far = row(1, "x/far.png", "d", **changes)
    near = row(2, "x/near.png", "d")
    decided = sort_out([far, near], [], {"new.png": Seen(NEW, "d")}, {"x/far.png", "x/near.png"})
    assert decided.moves == {2: "new.png"}
    assert decided.lost == [far]


def test_two_pictures_that_share_a_file_move_together():
    rows = [row(1, "a.png", "d"), row(2, "a.png", "d")]
    decided = sort_out(rows, [], {"b.png": Seen(NEW, "d")}, {"a.png"})
    assert decided == Decisions(moves={1: "b.png", 2: "b.png"})


def test_a_file_of_the_same_name_is_preferred_to_the_first_one():
    seen = {path: Seen(NEW, "d") for path in ("1.png", "x/a.png")}
    decided = sort_out([row(1, "a.png", "d")], [], seen, {"a.png"})
    assert decided == Decisions(moves={1: "x/a.png"}, copies={"1.png": 1})


def test_a_picture_that_was_written_over_with_a_copy_of_another_is_lost_not_doubled():
    one, other = row(1, "a.png", "a"), row(2, "b.png", "b")
    decided = sort_out([one, other], [], {"a.png": Seen(NEW, "b")}, ())
    assert decided == Decisions(copies={"a.png": 2}, lost=[one])


def test_a_copy_stands_in_for_its_picture_and_only_if_it_is_there():
    picture, copies = row(1, "a.png", "d"), [Copy("b.png", 1, "d"), Copy("c.png", 1, "d")]
    assert sort_out([picture], copies, {}, {"a.png", "b.png"}).moves == {1: "c.png"}
    assert sort_out([picture], copies, {}, {"a.png", "b.png", "c.png"}).lost == [picture]
    changed = {"b.png": Seen(NEW, "e"), "c.png": Seen(NEW, "e")}
    decided = sort_out([picture], copies, changed, {"a.png"})
    assert (decided.lost, decided.new) == ([picture], ["b.png", "c.png"])


def test_pictures_of_which_nothing_is_known_are_not_taken_for_each_other():
    rows = [row(number, f"{number}.png", "", modified_ns=None) for number in (1, 2)]
    decided = sort_out(rows, [], {"new.png": Seen(NEW, "d")}, {"1.png", "2.png"})
    assert (decided.new, decided.lost) == (["new.png"], rows)


def test_a_file_that_was_never_hashed_is_known_by_size_and_time():
    picture = row(1, "a.png", "as served", file_sha256="")
    seen = {"b.png": Seen(replace(OLD, inode=9), "with our text")}
    assert sort_out([picture], [], seen, {"a.png"}).moves == {1: "b.png"}


TRACES = Traces(path="x/a.png", stat=NEW, born_ns=None, prompt="", seed=None)


@pytest.mark.parametrize(
    ("traces", "is_it"),
    [
        (TRACES, False),
        (replace(TRACES, prompt="a  boat", seed=5), True),
        (replace(TRACES, prompt="a boat", seed=6), False),
        (replace(TRACES, stat=OLD, born_ns=999), True),
        (replace(TRACES, stat=OLD, born_ns=1_001), False),
        (replace(TRACES, stat=OLD), True),
        (replace(TRACES, stat=OLD, prompt="a ship"), False),
        (replace(TRACES, path="b.png", prompt="a boat", seed=5), False),
        (replace(TRACES, path="b.png", stat=OLD, prompt="a boat", seed=5), True),
        (replace(TRACES, path="x/A.PNG", prompt="a boat", seed=5), True),
    ],
)
def test_two_traces_make_a_changed_file_the_picture_that_is_missing(traces, is_it):
    lost = row(1, "a.png", "d")
    likeness = Likeness([lost])
    assert likeness.take(traces) == (lost if is_it else None)
    assert likeness.left() == ([] if is_it else [lost])
    assert likeness.take(traces) is None


def test_where_two_are_as_likely_none_is_taken():
    likeness = Likeness([row(1, "x/a.png", "d"), row(2, "y/a.png", "e")])
    assert likeness.take(replace(TRACES, path="z/a.png", prompt="a boat", seed=5)) is None
    assert len(likeness.left()) == 2
