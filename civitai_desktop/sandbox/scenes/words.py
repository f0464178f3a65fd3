"""What the words of a prompt ask for: time of day, weather, place, figures, colours and style."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

_TIMES: dict[str, str] = {
    "night": "night midnight moon moonlit moonlight stars starry nocturnal dark noir",
    "dusk": "dusk sunset evening twilight golden nightfall",
    "dawn": "dawn sunrise morning daybreak",
    "day": "day noon daylight sunny midday bright summer spring",
}
_WEATHERS: dict[str, str] = {
    "snow": "snow snowy winter ice icy frozen arctic blizzard",
    "fog": "fog foggy mist misty haze hazy",
    "rain": "rain rainy storm stormy thunder drizzle",
    "aurora": "aurora borealis northern",
}
_PLACES: dict[str, str] = {
    "space": "space planet galaxy nebula cosmic cosmos astronaut asteroid spaceship",
    "city": "city street skyline neon tokyo york cyberpunk urban downtown alley skyscraper train",
    "sea": "sea ocean beach coast lake harbor harbour river water island shore lighthouse boat ship"
    " whale fish waves sailing pier lagoon",
    "desert": "desert dune dunes sand sahara canyon mesa camel cactus",
    "forest": "forest tree trees jungle woods wood pine fox wolf deer bear owl fairy mushroom",
    "mountains": "mountain mountains alps hill hills valley peak cliff glacier castle dragon eagle",
    "meadow": "meadow field fields garden flower flowers farm grass horse sheep cottage barn"
    " countryside prairie rabbit windmill tulip",
    "room": "portrait studio interior room face headshot closeup person woman man girl boy lady"
    " king queen knight wizard elf robot cup teapot vase still bust anime character",
}
_FIGURES: dict[str, str] = {
    "lighthouse": "lighthouse",
    "boat": "boat boats ship sailing sailboat sail yacht pier",
    "castle": "castle fortress palace tower",
    "house": "house cabin cottage barn hut farm home village",
    "cat": "cat cats kitten",
    "dog": "dog dogs wolf puppy coyote",
    "fox": "fox foxes",
    "owl": "owl owls",
    "horse": "horse horses unicorn pony deer",
    "birds": "bird birds eagle gull raven crow seagulls heron parrot",
    "whale": "whale fish dolphin shark orca",
    "person": "person woman man girl boy lady king queen knight wizard elf traveler wanderer hiker"
    " astronaut samurai monk",
    "robot": "robot android mech cyborg droid",
    "balloon": "balloon balloons airship zeppelin",
    "windmill": "windmill mill turbine",
    "cactus": "cactus cacti",
    "mushroom": "mushroom mushrooms toadstool",
    "flower": "flower flowers rose tulip sunflower lily orchid daisy",
    "car": "car cars automobile truck van",
    "vase": "vase cup teapot bottle jug still",
    "tree": "tree oak willow bonsai cherry baobab",
}
_HUES: dict[str, str] = {
    "0.0": "red crimson scarlet ruby",
    "0.06": "orange copper rust autumn amber",
    "0.13": "yellow gold golden honey",
    "0.33": "green emerald jade lime",
    "0.48": "teal turquoise cyan mint",
    "0.6": "blue azure navy sapphire cobalt",
    "0.74": "purple violet lavender indigo",
    "0.9": "pink magenta rose fuchsia",
}
_STYLES: dict[str, str] = {
    "monochrome": "monochrome noir grayscale greyscale charcoal pencil sketch ink",
    "sepia": "sepia vintage antique daguerreotype",
    "watercolour": "watercolor watercolour aquarelle gouache",
    "pixels": "pixel pixels 8bit 16bit retro",
    "vivid": "neon cyberpunk synthwave vaporwave vivid anime vibrant",
    "soft": "pastel soft dreamy ethereal minimalist",
}
_MOST_FIGURES = 2


def _lookup(table: Mapping[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in table.items() for word in words.split()}


_BY_WORD = {
    "time": _lookup(_TIMES),
    "weather": _lookup(_WEATHERS),
    "place": _lookup(_PLACES),
    "figure": _lookup(_FIGURES),
    "hue": _lookup(_HUES),
    "style": _lookup(_STYLES),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is drawn.

    Attributes:
        weather: Empty for a clear sky.
        figures: What stands out of it, the nearest last.
        hue: What everything is tinted with, 0.0 to 1.0; None for its own colours.
        style: Empty for a plain drawing.
    """

    time: str
    weather: str
    place: str
    figures: tuple[str, ...]
    hue: float | None
    style: str


def scene_of(prompt: str, chance: random.Random) -> Scene:
    """Return the scene that a prompt asks for; what it leaves open is drawn by lot."""
    words = re.findall(r"[a-z0-9]+", prompt.lower())
    said = {
        kind: list(dict.fromkeys(table[word] for word in words if word in table))
        for kind, table in _BY_WORD.items()
    }
    times, places = said["time"], said["place"]
    is_portrait = places[:1] == ["room"]
    return Scene(
        # Drawn even where it is not needed: one word more must not shuffle everything else.
        time=[*times, chance.choice(tuple(_TIMES))][0],
        weather=next(iter(said["weather"]), ""),
        place=[*places, chance.choice(("sea", "mountains", "forest", "meadow", "desert"))][0],
        figures=tuple(reversed(said["figure"][:_MOST_FIGURES])) or ("person",) * is_portrait,
        hue=float(said["hue"][0]) if said["hue"] else None,
        style=next(iter(said["style"]), ""),
    )
