"""`--dry-run`: the plan for people. Each step with its reason, what loses data marked, a sum at the end.

Pure: a plan in, text out. Must not know: how steps are carried out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.plan.actions import (
    CreateContainer,
    CreateNetwork,
    CreateVolume,
    KillContainer,
    PullImage,
    RemoveContainer,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
    RenameContainer,
    StartContainer,
    StopContainer,
    WaitFor,
)
from composer.plan.reasons import Cause
from composer.views.ansi import Style, paint
from composer.views.cells import width
from composer.views.wording import condition_text, container_names, count_text, loses_data, reason_text, subjects

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.plan.actions import Action
    from composer.plan.plan import Plan, Step
    from composer.views.wording import Names

# action → sign, the word in the list, the word in the sum ("" = not counted)
WORDS: dict[type[Action], tuple[str, str, str]] = {
    PullImage: ("↓", "pull", "to pull"),
    CreateNetwork: ("+", "create", "to create"),
    CreateVolume: ("+", "create", "to create"),
    CreateContainer: ("+", "create", "to create"),
    RenameContainer: ("~", "rename", ""),
    StartContainer: ("▸", "start", "to start"),
    StopContainer: ("■", "stop", "to stop"),
    KillContainer: ("■", "kill", "to stop"),
    RemoveContainer: ("-", "remove", "to remove"),
    RemoveNetwork: ("-", "remove", "to remove"),
    RemoveVolume: ("-", "remove", "to remove"),
    RemoveImage: ("-", "remove", "to remove"),
    WaitFor: ("…", "wait for", ""),
}
RECREATE = ("~", "recreate", "to recreate")
COLOURS: dict[str, Style] = {"+": "green", "-": "red", "~": "yellow", "↓": "cyan", "▸": "green", "■": "yellow"}


def plan_text(plan: Plan, *, verb: str = "up", project: str = "", colour: bool = False) -> str:
    """The plan, ending with a newline. `verb` and `project` make the first line."""
    names = container_names(plan)
    title = f"{verb}{f' of {project}' if project else ''}"
    lines = [f"Dry run: {title} would do nothing." if not plan else f"Dry run: {title} would do this:"]
    shown = [(step, _word(step), _about(step, names)) for step in plan.steps]
    wide = max((len(word) + width(about) for _, (_, word, _), about in shown), default=0)
    for step, (sign, word, _), about in shown:
        space = " " * (wide - len(word) - width(about))
        reason = paint(reason_text(step.reason), "dim", colour=colour)
        lost = loses_data(step.action)
        mark = f"  {paint(f'! {lost}', 'bold red', colour=colour)}" if lost else ""
        lines.append(f"  {paint(sign, COLOURS.get(sign, ''), colour=colour)} {word} {about}{space}  {reason}{mark}")
    lines.extend(f"  ! {warning}" for warning in plan.warnings)
    lines.append(plan_summary(plan))
    return "".join(line + "\n" for line in lines)


def plan_summary(plan: Plan) -> str:
    """`2 to create, 1 to recreate, 3 to start; 4 containers unchanged. Nothing was changed.`"""
    counts: dict[str, int] = {}
    for step in plan.steps:
        word = _word(step)[2]
        if word and step.reason.cause is not Cause.REPLACED:
            counts[word] = counts.get(word, 0) + 1
    parts = [f"{number} {word}" for word, number in counts.items()] or ["nothing to do"]
    kept = f"; {count_text(len(plan.unchanged), 'container')} unchanged" if plan.unchanged else ""
    return f"{', '.join(parts)}{kept}. Nothing was changed."


def plan_object(plan: Plan) -> Iterable[dict[str, object]]:
    """One object per step, for `--dry-run --progress json`."""
    names = container_names(plan)
    for step in plan.steps:
        told: dict[str, object] = {
            "dry-run": True,
            "id": ", ".join(subjects(step.action, names)),
            "step": step.id,
            "action": _word(step)[1],
            "reason": step.reason.cause.value,
        }
        if step.reason.detail:
            told["detail"] = step.reason.detail
        if loses_data(step.action):
            told["loses"] = loses_data(step.action)
        if step.after:
            told["after"] = sorted(step.after)
        yield told


def _word(step: Step) -> tuple[str, str, str]:
    if isinstance(step.action, CreateContainer) and step.action.replaces:
        return RECREATE
    return WORDS[type(step.action)]


def _about(step: Step, names: Names) -> str:
    action = step.action
    if isinstance(action, PullImage):
        return f"image {action.image} for {', '.join(action.services)}" if action.services else f"image {action.image}"
    if isinstance(action, WaitFor):
        return f"{action.service}: {condition_text(action.condition)}"
    kind, _, name = subjects(action, names)[0].partition(" ")
    return f"{kind.lower()} {name}"
