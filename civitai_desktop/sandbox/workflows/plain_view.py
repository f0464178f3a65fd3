"""A workflow as JSON in the plain contract's shape: exactly the fields it declares, no others."""

from datetime import datetime

from civitai_desktop.sandbox.blobs.urls import BlobUrls
from civitai_desktop.sandbox.blobs.views import Json, image_blobs, plain_result, present, stamp
from civitai_desktop.sandbox.orchestration.records import WorkflowRecord
from civitai_desktop.sandbox.orchestration.timeline import Moment


def plain_workflow(record: WorkflowRecord, now: datetime, urls: BlobUrls) -> Json:
    """Write a workflow as it is at `now`.

    Checkers of that contract, Redocly Respect among them, refuse fields it does not declare.

    Source: api-evangelist, Civitai OpenAPI, Workflow.
    """
    moments = record.moments(now)
    status = record.status(now)
    started = [moment.started_at for moment in moments if moment.started_at]
    ended = [moment.completed_at for moment in moments if moment.completed_at]
    return present(
        {
            "id": record.id,
            "status": status,
            "tags": list(record.tags),
            "createdAt": stamp(record.created_at),
            "startedAt": stamp(min(started, default=None)),
            "completedAt": stamp(max(ended)) if status.is_terminal else None,
            "cost": {"base": record.cost.base, "total": record.cost.total, "currency": "BUZZ"},
            "steps": [_step(record, place, moment, urls) for place, moment in enumerate(moments)],
        }
    )


def _step(record: WorkflowRecord, place: int, moment: Moment, urls: BlobUrls) -> Json:
    request = record.steps[place].request
    images = image_blobs(record, place, moment, urls, hide_mature=False)
    times = {
        "status": moment.status,
        "startedAt": stamp(moment.started_at),
        "completedAt": stamp(moment.completed_at),
    }
    result = plain_result(images, request.order.output_format)
    job = present({"id": f"{record.id}-{place}", **times, "result": result})
    return present({"name": request.name, "$type": request.type, **times, "jobs": [job]})
