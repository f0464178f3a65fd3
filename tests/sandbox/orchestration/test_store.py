"""Tests of what survives a restart."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from civitai_desktop.sandbox.orchestration.orchestrator import Orchestrator
from civitai_desktop.sandbox.orchestration.store import Store
from civitai_desktop.sandbox.orchestration.submission import read_submission
from civitai_desktop.sandbox.requests.catalogue import Catalogue

Body = Callable[..., dict[str, Any]]


def test_a_restart_continues_where_it_was(
    catalogue: Catalogue, clock: Any, turbo: Body, tmp_path: Path
) -> None:
    def start(buzz: int = 500) -> Orchestrator:
        return Orchestrator(catalogue, clock=clock, buzz=buzz, store=Store(tmp_path / "state"))

    first = start()
    wanted = turbo(seed=3, quantity=4, width=1024, height=1024)
    body = wanted | {"externalId": "one", "tags": ["a"], "metadata": {"x": [1, None]}}
    record = first.submit(read_submission(body, catalogue))
    gone = first.submit(read_submission(turbo() | {"externalId": "two"}, catalogue))
    first.delete(gone)
    upload = first.keep_upload("image/png", b"content")
    clock.forward(4)
    before = [record, first.balance(), record.moments(clock.now())]
    first.close()

    second = start(buzz=99)
    again = second.known("one")
    assert again
    assert [again, second.balance(), again.moments(clock.now())] == before
    assert second.known("two") is None
    assert second.find(gone.id) is None
    assert second.upload(upload.id) == upload
    clock.forward(60)
    repeat = second.submit(read_submission(wanted, catalogue))
    assert repeat.cost.total == 0
    assert [found.id for found in second.newest_first()] == [repeat.id, record.id]
    second.close()
    third = start()
    assert [found.id for found in third.newest_first()] == [repeat.id, record.id]
    third.close()


def test_without_a_folder_nothing_is_kept(catalogue: Catalogue, turbo: Body) -> None:
    first = Orchestrator(catalogue)
    first.submit(read_submission(turbo(), catalogue))
    first.close()
    second = Orchestrator(catalogue)
    assert list(second.newest_first()) == []
    second.close()
