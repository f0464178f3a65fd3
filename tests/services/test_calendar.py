"""The time of day, and waiting for one."""

from datetime import timedelta

from civitai_desktop.services.calendar import SystemCalendar


async def test_a_moment_is_waited_for() -> None:
    calendar = SystemCalendar()
    moment = calendar.now() + timedelta(milliseconds=20)
    await calendar.until(moment)
    assert calendar.now() >= moment


async def test_a_moment_that_has_passed_is_not_waited_for() -> None:
    calendar = SystemCalendar()
    await calendar.until(calendar.now() - timedelta(days=400))
