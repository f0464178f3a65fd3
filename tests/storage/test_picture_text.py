"""Resources as texts tell of them: by version, by AIR, and as Civitai once wrote them."""

import pytest

from civitai_desktop.storage.picture_text import PictureResource, merged, resources_of


@pytest.mark.parametrize(
    ("entry", "kind", "weight"),
    [
        ({"type": "lora", "weight": 0.4}, "lora", 0.4),
        (
            {"type": "ImageJobNetworkParams { Strength = 0.4, TriggerWord = , Type = lora }"},
            "lora",
            0.4,
        ),
        (
            {
                "type": "ImageJobNetworkParams { Strength = 1, TriggerWord = , Type = LoCon }",
                "weight": 0.4,
            },
            "LoCon",
            0.4,
        ),
        (
            {"type": "ImageJobNetworkParams { Strength = , TriggerWord = x, Type = dora }"},
            "dora",
            None,
        ),
        ({"type": "imagejobnetworkparams { strength = -0.5, type = VAE }"}, "VAE", -0.5),
        (
            {"type": "ImageJobNetworkParams { TriggerWord = type: a, } b, Type = embed }"},
            "embed",
            None,
        ),
        ({"strength": 0.7}, "", 0.7),
        ({"type": 7, "weight": "0.4"}, "", None),
    ],
)
def test_a_type_is_found_in_the_record_that_stands_in_its_place(entry, kind, weight):
    assert resources_of([{"modelVersionId": 5, **entry}]) == (
        PictureResource(version_id=5, type=kind, weight=weight),
    )


def test_a_version_is_told_once_with_all_that_is_known_of_it():
    told = [
        PictureResource(version_id=1, type="checkpoint"),
        PictureResource(version_id=2, weight=0.5),
        PictureResource(version_id=2, type="lora", weight=1),
        PictureResource(version_id=1, weight=0),
    ]
    assert merged(told) == (
        PictureResource(version_id=1, type="checkpoint", weight=0),
        PictureResource(version_id=2, type="lora", weight=0.5),
    )
