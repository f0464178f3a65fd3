"""Only engines with CLIP's weights offer them."""

from civitai_desktop import resources
from civitai_desktop.catalogue.loader import load
from civitai_desktop.catalogue.weights import knows_weights


def test_stable_diffusion_weighs_words_and_the_others_do_not():
    catalogue = load(resources.path("catalogue/engines.json"))
    assert all(knows_weights(catalogue.engine(name)) for name in ("sd1", "sdxl"))
    others = ("z-image-turbo", "flux2-klein-4b")
    assert not any(knows_weights(catalogue.engine(name)) for name in others)
