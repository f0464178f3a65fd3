"""How the engines are doing: matched by what chooses them, asked rarely, never an error."""

import pytest

from civitai_desktop.api.services import ServicesApi
from civitai_desktop.domain.errors import Unreachable
from civitai_desktop.domain.service import Service, ServiceStatus
from civitai_desktop.services.availability import GOOD_FOR_S, REFUSED_FOR_S, Availability
from tests.workshop import CATALOGUE


class Live:
    """A list of services as the test wants it."""

    def __init__(self) -> None:
        self.listed: list[Service] = []
        self.error: Unreachable | None = None
        self.asked = 0

    async def services(self) -> list[Service]:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self.listed

    def says(self, engine_id: str, status: ServiceStatus, **more: str) -> None:
        parameters = {**CATALOGUE.engine(engine_id).discriminators, **more}
        self.listed.append(Service(parameters=parameters, status=status))


@pytest.fixture
def live() -> Live:
    return Live()


@pytest.fixture
def time_s() -> list[float]:
    return [1000.0]


@pytest.fixture
def availability(live, time_s) -> Availability:
    return Availability(live, CATALOGUE, lambda: time_s[0])


async def test_an_engine_is_found_by_what_chooses_it(availability, live) -> None:
    live.says("sdxl", ServiceStatus.UNAVAILABLE)
    assert await availability.statuses() == {"sdxl": ServiceStatus.UNAVAILABLE}


async def test_the_case_of_the_words_does_not_matter(availability, live) -> None:
    parameters = CATALOGUE.engine("z-image-turbo").discriminators
    shouted = {name: value.upper() for name, value in parameters.items()}
    live.listed.append(Service(parameters=shouted, status=ServiceStatus.DEGRADED))
    assert await availability.statuses() == {"z-image-turbo": ServiceStatus.DEGRADED}


async def test_a_list_that_leaves_out_what_is_implied_means_the_usual_version(
    availability, live
) -> None:
    first = dict(CATALOGUE.engine("grok").discriminators)
    del first["version"]
    live.listed.append(Service(parameters=first, status=ServiceStatus.UNAVAILABLE))
    live.says("grok-2", ServiceStatus.AVAILABLE)
    assert await availability.statuses() == {
        "grok": ServiceStatus.UNAVAILABLE,
        "grok-2": ServiceStatus.AVAILABLE,
    }


async def test_one_service_that_runs_is_enough(availability, live) -> None:
    live.says("sdxl", ServiceStatus.UNAVAILABLE, version="1")
    live.says("sdxl", ServiceStatus.AVAILABLE, version="2")
    assert await availability.statuses() == {"sdxl": ServiceStatus.AVAILABLE}


async def test_an_answer_is_good_for_some_minutes(availability, live, time_s) -> None:
    await availability.statuses()
    time_s[0] += GOOD_FOR_S - 1
    await availability.statuses()
    assert live.asked == 1
    time_s[0] += 1
    await availability.statuses()
    assert live.asked == 2


async def test_what_was_known_stays_when_no_answer_comes(availability, live, time_s) -> None:
    live.says("sdxl", ServiceStatus.UNAVAILABLE)
    known = await availability.statuses()
    live.error = Unreachable("Civitai did not answer.")
    time_s[0] += GOOD_FOR_S
    assert await availability.statuses() == known


async def test_no_answer_at_all_greys_nothing(availability, live) -> None:
    live.error = Unreachable("Civitai did not answer.")
    assert await availability.statuses() == {}
    assert await availability.statuses() == {}
    assert live.asked == 1


async def test_what_the_server_refused_is_withdrawn_until_it_is_accepted(
    availability, live
) -> None:
    live.says("sdxl", ServiceStatus.AVAILABLE)
    await availability.statuses()
    availability.refuse({"engine": "flux2", "model": "klein"})
    withdrawn = {
        each for each, status in availability.known.items() if status is ServiceStatus.WITHDRAWN
    }
    expected = {
        each.id
        for each in CATALOGUE
        if each.discriminators.get("engine") == "flux2"
        and each.discriminators.get("model") == "klein"
    }
    assert withdrawn == expected != set()
    assert availability.known["sdxl"] is ServiceStatus.AVAILABLE
    availability.accept("sdxl")
    assert "flux2-klein-9b" in availability.known
    availability.accept("flux2-klein-9b")
    assert availability.known == {"sdxl": ServiceStatus.AVAILABLE}


async def test_what_was_refused_long_ago_may_be_offered_again(availability, live, time_s) -> None:
    live.says("sdxl", ServiceStatus.AVAILABLE)
    availability.refuse(CATALOGUE.engine("sdxl").discriminators)
    time_s[0] += REFUSED_FOR_S - 1
    assert await availability.statuses() == {"sdxl": ServiceStatus.WITHDRAWN}
    availability.refuse(CATALOGUE.engine("sdxl").discriminators)
    time_s[0] += REFUSED_FOR_S - 1
    assert availability.known == {"sdxl": ServiceStatus.WITHDRAWN}
    time_s[0] += 1
    assert await availability.statuses() == {"sdxl": ServiceStatus.AVAILABLE}


async def test_what_was_refused_stays_so_whatever_the_list_says(availability, live) -> None:
    live.says("sdxl", ServiceStatus.AVAILABLE)
    availability.refuse(CATALOGUE.engine("sdxl").discriminators)
    assert await availability.statuses() == {"sdxl": ServiceStatus.WITHDRAWN}
    availability.refuse({})
    assert await availability.statuses() == {"sdxl": ServiceStatus.WITHDRAWN}


async def test_what_the_catalogue_does_not_know_is_logged_once_and_listed(
    availability, live, time_s, caplog
) -> None:
    live.says("sdxl", ServiceStatus.AVAILABLE)
    # Less than the catalogue says of it, and more: both are known.
    live.listed.append(Service(parameters={"engine": "flux2"}, status=ServiceStatus.AVAILABLE))
    live.says("flux2-dev", ServiceStatus.AVAILABLE, version="7")
    new = {"engine": "nova", "operation": "createImage"}
    for parameters, more in (
        (new, {"name": "Nova\n 2", "id": "image/nova"}),
        (new, {"id": "image/nova/edit"}),
        (new | {"model": "x"}, {}),
        ({}, {"name": "Nameless"}),
        ({}, {}),
    ):
        service = Service(parameters=parameters, status=ServiceStatus.AVAILABLE, **more)
        live.listed.append(service)
    with caplog.at_level("INFO"):
        await availability.statuses()
        time_s[0] += GOOD_FOR_S
        await availability.statuses()
    unknown = ["Nova 2", "image/nova/edit", "nova createImage x", "Nameless"]
    assert list(availability.unknown_services()) == unknown
    for name in unknown:
        assert caplog.text.count(repr(name)) == 1


async def test_the_sandbox_offers_nothing_that_is_unknown(workshop) -> None:
    availability = Availability(ServicesApi(workshop.http), CATALOGUE, lambda: 0.0)
    await availability.statuses()
    assert availability.unknown_services() == ()


async def test_the_sandbox_lists_every_engine_that_starts_from_text(workshop) -> None:
    availability = Availability(ServicesApi(workshop.http), CATALOGUE, lambda: 0.0)
    statuses = await availability.statuses()
    missing = {each.id for each in CATALOGUE if each.operation == "text-to-image"} - statuses.keys()
    assert missing == set()
    assert set(statuses.values()) == {ServiceStatus.AVAILABLE}
