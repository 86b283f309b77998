"""Discord's own description of its API: what a request body may be.

https://github.com/discord/discord-api-spec
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, relevance

from tests.adapters.discord.double.rest import Request

SPEC = Path("/work/shared/data/specs/discord-openapi.json")
"""Too large to be ours. Where it is not, what needs it is left out."""


class Contract:
    """Says what Discord would not take."""

    def __init__(self, file: Path) -> None:
        self._spec: Mapping[str, Any] = json.loads(file.read_text())
        self._validators: dict[tuple[str, str, str], Draft202012Validator] = {}

    def problem_of(self, request: Request) -> str | None:
        """Return what is wrong with the body, and where; None if nothing is."""
        template = self._template_of(request)
        if template is None:
            return f"Discord has no {request.method} {request.path}"
        validator = self._validator(template, request)
        if validator is None:
            return None if request.json is None else f"{request.method} {template} takes no body"
        errors = sorted(validator.iter_errors(request.json), key=relevance)
        return f"{request.method} {template}: {_in_short(errors[-1])}" if errors else None

    def problem_of_answer(self, template: str, answer: object) -> str | None:
        """Return what Discord would not have answered to GET `template`; None if it all fits."""
        found = self._spec["paths"][template]["get"]["responses"]["200"]["content"]
        whole = found["application/json"]["schema"] | {"components": self._spec["components"]}
        errors = sorted(Draft202012Validator(whole).iter_errors(answer), key=relevance)
        return f"GET {template}: {_in_short(errors[-1])}" if errors else None

    def _template_of(self, request: Request) -> str | None:
        """Return the path as Discord describes it; the one with the fewest blanks that fits."""
        asked = request.path.strip("/").split("/")
        fitting = [
            template
            for template, operations in self._spec["paths"].items()
            if request.method.lower() in operations and _fits(template, asked)
        ]
        return min(fitting, key=lambda one: one.count("{"), default=None)

    def _validator(self, template: str, request: Request) -> Draft202012Validator | None:
        operation = self._spec["paths"][template][request.method.lower()]
        kind = "multipart/form-data" if request.files else "application/json"
        content = operation.get("requestBody", {}).get("content", {})
        if kind not in content:
            return None
        key = (request.method, template, kind)
        if key not in self._validators:
            whole = content[kind]["schema"] | {"components": self._spec["components"]}
            self._validators[key] = Draft202012Validator(whole)
        return self._validators[key]


def _fits(template: str, asked: list[str]) -> bool:
    parts = template.strip("/").split("/")
    return len(parts) == len(asked) and all(
        part.startswith("{") or part == given for part, given in zip(parts, asked, strict=True)
    )


def _in_short(error: ValidationError) -> str:
    """Return the innermost reason, following what was meant where several things are possible."""
    while error.context:
        error = max(_meant(error.context), key=relevance)
    return f"{error.json_path}: {error.message}"


def _meant(errors: Sequence[ValidationError]) -> Sequence[ValidationError]:
    """Return what is wrong with the one possibility whose type is right; else with all of them."""
    of_other_types = {
        one.relative_schema_path[0] for one in errors if list(one.relative_path) == ["type"]
    }
    return [one for one in errors if one.relative_schema_path[0] not in of_other_types] or errors
