"""A workflow as JSON in the official shape, with the plain shape's results beside its own."""

from datetime import datetime

from civitai_desktop.sandbox.blobs.urls import BlobUrls
from civitai_desktop.sandbox.blobs.views import Json, image_blobs, plain_result, present, stamp
from civitai_desktop.sandbox.orchestration.records import Payment, StepRecord, WorkflowRecord
from civitai_desktop.sandbox.orchestration.timeline import Moment, Status


def workflow(
    record: WorkflowRecord,
    now: datetime,
    urls: BlobUrls,
    *,
    hide_mature: bool = False,
    insufficient: bool | None = None,
) -> Json:
    """Write a workflow as it is at `now`.

    Args:
        record: What is stored of it.
        now: The moment in question.
        urls: Signs the addresses of its pictures.
        hide_mature: Whether mature pictures lose their address.
        insufficient: For a what-if: whether the account lacks the Buzz.

    Source: Orchestration OpenAPI, Workflow.
    """
    moments = record.moments(now)
    status = record.status(now)
    started = [moment.started_at for moment in moments if moment.started_at]
    ended = [moment.completed_at for moment in moments if moment.completed_at]
    return present(
        {
            "id": record.id,
            "createdAt": stamp(record.created_at),
            "startedAt": stamp(min(started, default=None)),
            "completedAt": stamp(max(ended)) if status.is_terminal else None,
            "status": status,
            "tags": list(record.tags),
            "metadata": record.metadata,
            "arguments": {},
            "callbacks": [],
            "currencies": list(record.currencies),
            "tips": {"civitai": 0, "creators": 0} | record.tips,
            "upgradeMode": record.upgrade_mode,
            "allowMatureContent": record.allow_mature,
            "forceRefunded": False,
            "externalId": record.external_id,
            "cost": _cost(record),
            "transactions": _transactions(record, now, insufficient),
            "steps": [
                step_view(record, place, moment, urls, hide_mature=hide_mature)
                for place, moment in enumerate(moments)
            ],
        }
    )


def _cost(record: WorkflowRecord) -> Json:
    cost = record.cost
    return {
        "base": cost.base,
        "factors": cost.factors,
        "fixed": {},
        "fees": {},
        "tips": {"civitai": 0, "creators": 0} | cost.tips,
        "total": cost.total,
    }


def _transactions(record: WorkflowRecord, now: datetime, insufficient: bool | None) -> Json:
    def entry(kind: str, payment: Payment) -> Json:
        return {
            "type": kind,
            "amount": payment.amount,
            "id": f"{record.id}-{kind}-{payment.wallet}",
            "accountType": payment.wallet,
        }

    debits = [entry("debit", payment) for payment in record.debits]
    credit = [] if record.what_if else record.credits(now)
    return present(
        {
            "list": debits + [entry("credit", payment) for payment in credit],
            "insufficientBuzz": insufficient,
        }
    )


def step_view(
    record: WorkflowRecord, place: int, moment: Moment, urls: BlobUrls, *, hide_mature: bool
) -> Json:
    """Write a workflow's `place`-th step as it is at a moment of its own.

    Source: Orchestration OpenAPI, ImageGenStep.
    """
    step = record.steps[place]
    images = image_blobs(record, place, moment, urls, hide_mature=hide_mature)
    failed = moment.status is Status.FAILED and step.outcome.reason
    output = {"images": images} | ({"errors": [step.outcome.reason]} if failed else {})
    return present(
        {
            "$type": step.request.type,
            "name": step.request.name,
            "status": moment.status,
            "priority": step.request.priority,
            "timeout": step.request.timeout,
            "retries": step.request.retries,
            "startedAt": stamp(moment.started_at),
            "completedAt": stamp(moment.completed_at),
            "metadata": step.request.metadata,
            "estimatedProgressRate": moment.progress,
            "preparation": _preparation(step, moment),
            "input": step.request.input,
            "output": output if moment.started_at or failed else None,
            "jobs": [_job(record, place, moment, images)],
        }
    )


def _preparation(step: StepRecord, moment: Moment) -> Json | None:
    """Say what is loaded; an engine that needs no resource of the site's loads none.

    Source: Orchestration OpenAPI of client 0.2.0-beta.92, WorkflowStepPreparation.
    """
    resources = step.request.order.resources
    if moment.preparation is None or not resources:
        return None
    preparation = moment.preparation
    return present(
        {
            "resource": resources[0].air,
            "queuePosition": preparation.ahead,
            "progress": preparation.progress,
            "etaSeconds": preparation.seconds,
        }
    )


def _job(record: WorkflowRecord, place: int, moment: Moment, images: list[Json]) -> Json:
    step = record.steps[place]
    blocked = step.outcome.blocked_reason if step.outcome.blocked and moment.ready else None
    return present(
        {
            "id": f"{record.id}-{place}",
            "status": moment.status,
            "startedAt": stamp(moment.started_at),
            "completedAt": stamp(moment.completed_at),
            "cost": float(step.request.order.quantity),
            "estimatedProgressRate": moment.progress,
            "queuePosition": _queue_position(step, moment, what_if=record.what_if),
            "reason": step.outcome.reason if moment.status.is_terminal else None,
            "blockedReason": blocked,
            "result": plain_result(images, step.request.order.output_format),
        }
    )


def _queue_position(step: StepRecord, moment: Moment, *, what_if: bool) -> Json | None:
    if moment.status.is_terminal:
        return None
    position = {"support": "available", "precedingJobs": moment.preceding_jobs or 0}
    if what_if:
        return position
    planned = {
        "startAt": stamp(step.plan.processing_at),
        "completeAt": stamp(step.plan.ends_at),
    }
    return position | planned
