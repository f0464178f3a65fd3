"""The faults file: which requests are to go wrong, and how."""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import msgspec

from civitai_desktop.sandbox.orchestration.records import Outcome
from civitai_desktop.sandbox.orchestration.timeline import Status

ASKED_FOR = "{id}"
"""In the body of a rule: the last part of the path, such as the id of the workflow asked for."""


class WorkflowFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """How a workflow is to end, as the file says it.

    Attributes:
        status: The terminal status it reaches.
        reason: Why, when it is not well.
        blocked: Which pictures are withheld, counted from 0.
        blocked_reason: Why those are.
        nsfw_level: The level of all its pictures.
    """

    status: Literal["succeeded", "failed", "expired", "canceled"] = "succeeded"
    reason: str | None = None
    blocked: tuple[int, ...] = ()
    blocked_reason: str = "NsfwLevel"
    nsfw_level: Literal["pg", "pg13", "r", "x", "xxx", "na"] = "pg"

    def outcome(self) -> Outcome:
        """Return it as the orchestrator takes it."""
        return Outcome(
            status=Status(self.status),
            reason=self.reason,
            blocked=self.blocked,
            blocked_reason=self.blocked_reason,
            nsfw_level=self.nsfw_level,
        )


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule: the requests it is for and the one thing that happens to them.

    Attributes:
        method: None for any.
        path: Pattern, searched in the path and in the path with its query.
        key: Only for requests with this key, which need not be one that is accepted: what another
            account would see. None for any, and for those without.
        skip: How many matches pass unharmed first.
        times: How many are harmed after that, None for all.
        delay_s: Wait so long first, in seconds; goes with any of the others or alone.
        status: Answer with this code instead.
        body: The body of that answer: text is sent as it is, anything else as JSON, in which
            `ASKED_FOR` names what was asked for.
        content: The bytes of that answer instead of a body, in Base64.
        headers: Headers of that answer.
        drop: Hang up without acting.
        lose_answer: Act, then hang up.
        truncate: Hang up after so many bytes of the body.
        corrupt: Send zeros for the body's bytes.
        expire: Answer as for the address of a blob that has ended.
        workflow: How a workflow submitted by this request ends; a what-if is no submission.
        ran: What a submission's steps work with in place of what was sent, by name of the input;
            null leaves it out. A what-if is no submission.
        withdrawn: Discriminators, such as {"engine": "flux2"}, of engines that a submission finds
            unknown, a what-if too.
    """

    method: str | None = None
    path: str
    key: str | None = None
    skip: int = 0
    times: int | None = None
    delay_s: float = 0
    status: int | None = None
    body: Any = None
    content: bytes | None = None
    headers: dict[str, str] = {}
    drop: bool = False
    lose_answer: bool = False
    truncate: int | None = None
    corrupt: bool = False
    expire: bool = False
    workflow: WorkflowFault | None = None
    withdrawn: dict[str, str] | None = None
    ran: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        """Refuse what the types let through; msgspec reports ValueError as a fault of the file."""
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path is no pattern: {error}") from error
        flags = (self.drop, self.lose_answer, self.corrupt, self.expire)
        values = (self.status, self.truncate, self.workflow, self.withdrawn, self.ran)
        if sum(flags) + sum(value is not None for value in values) > 1:
            raise ValueError("a rule does one thing")

    def fits(self, method: str, path: str, query: str, key: str) -> bool:
        """Whether the request is one of those the rule is for."""
        if self.key is not None and self.key != key:
            return False
        if self.method is not None and self.method.upper() != method:
            return False
        if (self.workflow or self.ran) and (method != "POST" or "whatif=true" in query.lower()):
            return False
        return any(re.search(self.path, target) for target in (path, f"{path}?{query}"))


class Faults:
    """The rules of a file, read again whenever its content has changed.

    A rule that is still there after a change goes on counting. A file that cannot be understood
    is reported once on standard error and holds no rules; one that is not there holds none.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._content = b""
        self._rules: list[tuple[bytes, Rule]] = []
        self._matches: Counter[bytes] = Counter()

    def due(self, method: str, path: str, query: str, key: str = "") -> Rule | None:
        """Count this request and return the first rule that is to act on it.

        Rules after that one do not see the request, so equal ones act one after another.
        """
        self._read()
        for name, rule in self._rules:
            if not rule.fits(method, path, query, key):
                continue
            self._matches[name] += 1
            harmed = self._matches[name] - rule.skip
            if harmed > 0 and (rule.times is None or harmed <= rule.times):
                return rule
        return None

    def _read(self) -> None:
        try:
            content = self._path.read_bytes() if self._path else b""
        except OSError:
            content = b""
        if content == self._content:
            return
        self._content = content
        try:
            # With a byte order mark too, as editors on Windows write it.
            said = content.decode(json.detect_encoding(content))
            rules = msgspec.json.decode(said, type=list[Rule]) if said.strip() else []
        except (ValueError, RecursionError) as error:
            rules = []
            print(f"The faults in {self._path} are ignored: {error}", file=sys.stderr)  # noqa: T201
        seen: Counter[bytes] = Counter()
        self._rules = []
        for rule in rules:
            text = msgspec.json.encode(rule)
            seen[text] += 1
            self._rules.append((b"%d %s" % (seen[text], text), rule))
