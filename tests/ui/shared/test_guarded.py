"""What Qt calls never raises into C++."""

from civitai_desktop.ui.shared.guarded import guarded, nothing


class Thing:
    @guarded(int)
    def number(self, by: int) -> int:
        return 10 // by

    @guarded(nothing)
    def work(self) -> None:
        raise LookupError


def test_a_result_is_passed_on():
    assert Thing().number(5) == 2


def test_an_error_is_reported_and_answered(qtbot):
    with qtbot.captureExceptions() as caught:
        assert Thing().number(0) == 0
        assert Thing().work() is None
    assert [kind for kind, _, _ in caught] == [ZeroDivisionError, LookupError]
    assert caught[0][2] is not None
