"""A step's pictures as JSON, in the official shape and in the plain one."""

from datetime import datetime
from typing import Any

from civitai_desktop.sandbox.blobs.urls import BlobUrls
from civitai_desktop.sandbox.orchestration.records import WorkflowRecord
from civitai_desktop.sandbox.orchestration.timeline import Moment

Json = dict[str, Any]

MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webP": "image/webp"}

_NSFW_NUMBERS = {"pg": 1, "pg13": 2, "r": 4, "x": 8, "xxx": 16, "na": 0}
"""Levels as the plain contract writes them. Source: civitai.com, NsfwLevel."""


_TIER = "managed"
"""Where a blob is stored. It is for the orchestrator's own steps and tells a client nothing, so
clients must do with any."""


def stamp(moment: datetime | None) -> str | None:
    """Return a time as the API writes it, e.g. 2026-11-22T14:02:11.250000Z."""
    return None if moment is None else moment.isoformat(timespec="microseconds")[:-6] + "Z"


def present(values: Json) -> Json:
    """Leave out what is None."""
    return {name: value for name, value in values.items() if value is not None}


def image_blobs(
    record: WorkflowRecord, place: int, moment: Moment, urls: BlobUrls, *, hide_mature: bool
) -> list[Json]:
    """Return every picture of a step once it is being worked on, those that are not there too.

    Source: Orchestration OpenAPI, ImageBlob.
    """
    if moment.started_at is None:
        return []
    step = record.steps[place]
    level = step.outcome.nsfw_level
    withheld = record.withholds(level, hide_mature=hide_mature)
    images = []
    for picture in range(step.request.order.quantity):
        blob_id = step.blob_id(record.id, place, picture)
        made = picture < moment.ready
        blocked = step.outcome.blocked_reason if picture in step.outcome.blocked else None
        reason = blocked or ("MatureContent" if withheld else None)
        image: Json = {
            "type": "image",
            "id": blob_id,
            "available": made and not reason,
            "width": step.request.order.width,
            "height": step.request.order.height,
            "jobId": f"{record.id}-{place}",
            "nsfwLevel": level,
            "tier": _TIER,
        }
        if made and reason:
            image["blockedReason"] = reason
        if image["available"]:
            image |= urls.signed(blob_id)
        images.append(image)
    return images


def plain_result(images: list[Json], output_format: str) -> Json | None:
    """Return a job's result in the plain shape, None while no picture is there."""
    blobs = [
        {
            "blobId": image["id"],
            "url": image["url"],
            "mimeType": MEDIA_TYPES[output_format],
            "width": image["width"],
            "height": image["height"],
            "nsfwLevel": _NSFW_NUMBERS[image["nsfwLevel"]],
        }
        for image in images
        if image["available"]
    ]
    return {"blobs": blobs} if blobs else None
