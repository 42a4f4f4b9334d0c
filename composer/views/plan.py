"""`--dry-run`: the plan for people. Each step with its reason, what loses data marked, a sum at the end.

Pure: a plan in, text out. Must not know: how steps are carried out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from composer.plan.actions import (
    BuildImage,
    CreateContainer,
    CreateNetwork,
    CreateVolume,
    JoinNetwork,
    KillContainer,
    LeaveNetwork,
    PauseContainer,
    PrepareModel,
    PullImage,
    PushImage,
    RemoveContainer,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
    RenameContainer,
    RunPreStart,
    RunProvider,
    StartContainer,
    StopContainer,
    Transfer,
    UnpauseContainer,
    WaitFor,
)
from composer.plan.subjects import container_names
from composer.views.ansi import Style, paint
from composer.views.cells import clean, width
from composer.views.numbers import count_text
from composer.views.wording import (
    WORDS,
    change_objects,
    change_text,
    is_part_of_recreate,
    loses_data,
    reason_text,
    step_text,
    subjects,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from composer.diagnostics import Span
    from composer.plan.actions import Action, StepId
    from composer.plan.change import Change
    from composer.plan.plan import Plan, Step
    from composer.views.wording import Names

    Origins = Mapping[str, Span]  # path in the project (`services.web.image`) → where the files set it

# action → sign and the word in the sum ("" = not counted)
SIGNS: dict[type[Action], tuple[str, str]] = {
    PullImage: ("↓", "to pull"),
    BuildImage: ("*", "to build"),
    PushImage: ("↑", "to push"),
    CreateNetwork: ("+", "to create"),
    CreateVolume: ("+", "to create"),
    CreateContainer: ("+", "to create"),
    RenameContainer: ("~", ""),
    StartContainer: ("▸", "to start"),
    StopContainer: ("■", "to stop"),
    KillContainer: ("■", "to stop"),
    PauseContainer: ("■", "to pause"),
    UnpauseContainer: ("▸", "to unpause"),
    RemoveContainer: ("-", "to remove"),
    RemoveNetwork: ("-", "to remove"),
    LeaveNetwork: ("~", ""),
    JoinNetwork: ("~", ""),
    RemoveVolume: ("-", "to remove"),
    RemoveImage: ("-", "to remove"),
    RunProvider: ("▸", "to run"),
    PrepareModel: ("▸", "to prepare"),
    RunPreStart: ("▸", "to run"),
    WaitFor: ("…", ""),
}
RECREATE = ("~", "to recreate")
COLOURS: dict[str, Style] = {
    "+": "green",
    "-": "red",
    "~": "yellow",
    "↓": "cyan",
    "↑": "cyan",
    "▸": "green",
    "■": "yellow",
}


def plan_text(
    plan: Plan,
    *,
    verb: str = "up",
    project: str = "",
    colour: bool = False,
    origins: Origins | None = None,
    brief: bool = False,
) -> str:
    """The plan, ending with a newline. `verb` and `project` make the first line. `origins`: where the files say what
    has changed. `brief`: what is done to objects, without the steps that this takes."""
    names = container_names(plan)
    subject = f"{'Plan' if brief else 'Dry run'}: {verb}{f' of {project}' if project else ''}"
    lines = [f"{subject} would do nothing." if not plan else f"{subject} would do this:"]
    plan_steps = {step.id: step for step in plan.steps}
    shown = [(step, _text(step, names)) for step in plan.steps if not (brief and _is_detail(step, plan_steps, names))]
    wide = max((width(text) for _, text in shown), default=0)
    for step, text in shown:
        sign = _sign(step)[0]
        reason = paint(_why(step, plan_steps, names), "dim", colour=colour)
        lost = loses_data(step.action)
        mark = f"  {paint(f'! {lost}', 'bold red', colour=colour)}" if lost else ""
        space = " " * (wide - width(text))
        lines.append(f"  {paint(sign, COLOURS.get(sign, ''), colour=colour)} {text}{space}  {reason}{mark}".rstrip())
        lines.extend(f"      {line}" for line in change_lines(step, origins, colour=colour))
    lines.append(plan_summary(plan))
    return "".join(line + "\n" for line in lines)


def plan_summary(plan: Plan) -> str:
    """`2 to create, 1 to recreate, 3 to start; 4 containers unchanged. Nothing was changed.`"""
    counts: dict[str, int] = {}
    for step in plan.steps:
        word = _sign(step)[1]
        if word and not is_part_of_recreate(step):
            counts[word] = counts.get(word, 0) + 1
    parts = [f"{number} {word}" for word, number in counts.items()] or ["nothing to do"]
    kept = f"; {count_text(len(plan.unchanged), 'container')} unchanged" if plan.unchanged else ""
    return f"{', '.join(parts)}{kept}. Nothing was changed."


def plan_document(plan: Plan, *, verb: str, project: str, origins: Origins | None = None) -> dict[str, object]:
    """All of it as one object, for `plan --format json`: that of `Plan.to_json`, what is lost, and places."""
    document = plan.to_json()
    told = document["steps"]
    assert isinstance(told, list)  # noqa: S101 - so it is made
    for entry, step in zip(told, plan.steps, strict=True):
        if lost := loses_data(step.action):
            entry["loses"] = lost
        for change, object_ in zip(step.reason.changes, entry.get("changes", ()), strict=True):
            if span := place_of(step, change, origins):
                object_.update(file=span.file, line=span.line, column=span.column)
    return {"project": project, "verb": verb, "pending": plan.changes_something, **document}


def plan_object(plan: Plan) -> Iterable[dict[str, object]]:
    """One object per step, for `--dry-run --progress json`."""
    names = container_names(plan)
    for step in plan.steps:
        told: dict[str, object] = {
            "dry-run": True,
            "id": ", ".join(subjects(step.action, names)),
            "step": step.id,
            "action": "recreate" if _sign(step) is RECREATE else WORDS[type(step.action)],
            "reason": step.reason.cause.value,
        }
        if step.reason.detail:
            told["detail"] = step.reason.detail
        if step.reason.changes:
            told["changes"] = change_objects(step.reason.changes)
        if loses_data(step.action):
            told["loses"] = loses_data(step.action)
        if step.after:
            told["after"] = sorted(step.after)
        yield told


def _sign(step: Step) -> tuple[str, str]:
    if isinstance(step.action, CreateContainer) and step.action.replaces:
        return RECREATE
    return SIGNS[type(step.action)]


def _is_detail(step: Step, steps: Mapping[StepId, Step], names: Names) -> bool:
    """Part of a recreate, or the plain start of what the plan makes."""
    is_start = isinstance(step.action, StartContainer) and step.action.container is None
    return is_part_of_recreate(step) or (is_start and not _why(step, steps, names))


def change_lines(step: Step, origins: Origins | None, *, colour: bool = False) -> list[str]:
    """A line a changed key, with its place; only for the step that makes the object anew."""
    if not isinstance(step.action, CreateContainer | CreateNetwork | CreateVolume):
        return []
    told = [(change_text(change), place_of(step, change, origins)) for change in step.reason.changes]
    wide = max((width(text) for text, _ in told), default=0)
    return [
        f"{text}{' ' * (wide - width(text))}  {paint(_place(span), 'dim', colour=colour)}" if span else text
        for text, span in told
    ]


def place_of(step: Step, change: Change, origins: Origins | None) -> Span | None:
    """Where the files give the changed key its value; None when they do not any more, or nobody knows."""
    if origins is None:
        return None
    section = _section(step.action)
    paths = (change.path,) if change.path.startswith(("secrets.", "configs.")) else ()
    return next((span for path in (f"{section}.{change.path}", *paths) if (span := origins.get(path))), None)


def _section(action: Action) -> str:
    if isinstance(action, CreateContainer):
        return f"services.{action.spec.replica.service}"
    return f"{'networks' if isinstance(action, CreateNetwork) else 'volumes'}.{getattr(action, 'key', '')}"


def _place(span: Span) -> str:
    return f"{clean(span.file)}:{span.line}"


def _why(step: Step, steps: Mapping[StepId, Step], names: Names) -> str:
    """The reason; a container that the plan itself makes starts because of that: then, after what."""
    if isinstance(step.action, RenameContainer) and is_part_of_recreate(step):
        return "takes over the name"
    if not isinstance(step.action, StartContainer) or step.action.container is not None:
        # The changes follow on lines of their own.
        return reason_text(replace(step.reason, changes=()))
    others = (steps[before] for before in sorted(step.after) if before in steps)
    service = step.action.replica.service
    texts = dict.fromkeys(_condition(other, names) for other in others if _service(other) not in ("", service))
    return f"after {', '.join(texts)}" if texts else ""


def _condition(step: Step, names: Names) -> str:
    if isinstance(step.action, StartContainer):
        return f"{step.action.replica.service}: started"
    return step_text(step, names)


def _service(step: Step) -> str:
    """Whose start or readiness a step is, "" for other steps."""
    if isinstance(step.action, WaitFor):
        return step.action.service
    return step.action.replica.service if isinstance(step.action, StartContainer) else ""


def _text(step: Step, names: Names) -> str:
    action = step.action
    if isinstance(action, Transfer | BuildImage) and action.services:
        return f"{WORDS[type(action)]} image {action.image} for {', '.join(action.services)}"
    return f"wait for {step_text(step, names)}" if isinstance(action, WaitFor) else step_text(step, names)
