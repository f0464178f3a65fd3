"""What is said of a resource: for what it was made, why it cannot be used, how often it was."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.air import Air, is_air
from civitai_desktop.domain.resource import Resource
from civitai_desktop.services.resources import fits, is_of_kind

SINGULAR = {"lora": "LoRA", "embedding": "embedding", "vae": "VAE", "checkpoint": "checkpoint"}
"""What one of a field's resources is called, by `Field.resource`."""

_AIR_NAMES = {"lora": "LoRA", "lycoris": "LoRA", "dora": "LoRA", "vae": "VAE"}

_TYPE_TEXTS = {"LORA": "LoRA", "TextualInversion": "Embedding"}


def misfit(
    catalogue: Catalogue, engine: Engine, field: Field, air: str, resource: Resource | None
) -> str:
    """Say why an AIR does not belong into a field of an engine; nothing where it does.

    Args:
        air: Anything that was typed; what is no AIR is not judged.
        resource: What is known of it; None for nothing.
    """
    if not is_air(air):
        return ""
    name = f"“{resource.label}”" if resource else _tr("This one")
    if not is_of_kind(field, air):
        kind = Air.parse(air).type
        return _tr("{name} is of the type {kind}; a {wanted} belongs here.").format(
            name=name, kind=_AIR_NAMES.get(kind.lower(), kind), wanted=singular(field)
        )
    if fits(engine, field, air, resource):
        return ""
    made_for = _made_for(catalogue, air, resource)
    return _tr("{name} is made for {made_for}; {engine} ignores it or refuses it.").format(
        name=name, made_for=made_for, engine=engine.label
    )


def out_of_reach(resource: Resource) -> str:
    """Say why the key may not generate with a resource; nothing where it may, or nobody knows."""
    if resource.can_generate is not False:
        return ""
    if resource.is_paid_only:
        return _tr(
            "This version is only for those who have bought it. Buy access on civitai.com or "
            "choose another one."
        )
    if day := _early_access_day(resource):
        return _tr(
            "This version is in early access until {day}. Buy access on civitai.com or choose "
            "another one."
        ).format(day=day)
    return _tr("Civitai does not generate with this version. Choose another one.")


def access_text(resource: Resource) -> str:
    """Say who may use a resource, if that is not everybody."""
    if resource.is_paid_only:
        return _tr("Only for those who have bought it")
    if day := _early_access_day(resource):
        return _tr("Early access until {day}").format(day=day)
    return ""


def _early_access_day(resource: Resource) -> str:
    """Return the day on which an early access ends, here; nothing where there is none any more."""
    until = resource.early_access_until
    if until is None or until < datetime.now(until.tzinfo):
        return ""
    local = until.astimezone()
    day = QDate(local.year, local.month, local.day)
    return QLocale().toString(day, QLocale.FormatType.ShortFormat)


def type_text(resource: Resource) -> str:
    """Return what a resource is called, by Civitai's own type."""
    return _TYPE_TEXTS.get(resource.type, resource.type)


def singular(field: Field) -> str:
    """Return what one of a field's resources is called."""
    return SINGULAR.get(field.resource, field.label)


def count_text(number: int) -> str:
    """Write a large number short: 950, 12.3k, 1.4M."""
    for limit, unit in ((1_000_000, "M"), (1_000, "k")):
        if number >= limit:
            return f"{number / limit:.1f}".removesuffix(".0") + unit
    return str(number)


def _made_for(catalogue: Catalogue, air: str, resource: Resource | None) -> str:
    if resource and resource.base_model:
        return resource.base_model
    ecosystem = Air.parse(air).ecosystem.lower()
    for engine in catalogue:
        if engine.base_models and any(ecosystem in each.ecosystems for each in engine.fields):
            return engine.base_models[0]
    return ecosystem


def _tr(text: str) -> str:
    return QCoreApplication.translate("Resources", text)
