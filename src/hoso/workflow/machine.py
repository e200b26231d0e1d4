"""What may happen to a record now; make it happen (pure but for the one assignment).

A transition is declared in a profile with its guards by name; a guard looks at facts that
the act states, and answers with what a person must do first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from hoso.definitions.deployments import Transition, Workflow
from hoso.kernel.errors import Conflict, Fault, Invalid

__all__ = ["GUARDS", "move", "transition"]

Guard = Callable[[Mapping[str, Any]], str]


def _reason_given(facts: Mapping[str, Any]) -> str:
    return "" if str(facts.get("reason", "")).strip() else "State the reason."


def _described(facts: Mapping[str, Any]) -> str:
    return "" if facts.get("described") else "Describe the paper first."


def _placed(facts: Mapping[str, Any]) -> str:
    return "" if facts.get("placed") else "Choose the dossier the paper belongs in."


def _not_on_hold(facts: Mapping[str, Any]) -> str:
    return "The record is on hold; the hold must be lifted first." if facts.get("holds") else ""


#: Guards by the name a profile uses.
GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "reason-given": _reason_given,
        "described": _described,
        "placed": _placed,
        "not-on-hold": _not_on_hold,
    }
)


def transition(workflow: Workflow, state: str, to: str) -> Transition:
    """Return the transition that leads from one state to another, or say what there is."""
    for step in workflow.leading_from(state):
        if step.to == to:
            return step
    raise Conflict(
        "This is in the state {state}; from there it cannot become {to}.",
        state=workflow.states[state].label if state in workflow.states else state,
        to=workflow.states[to].label if to in workflow.states else to,
    )


def move(workflow: Workflow, record: Any, to: str, /, **facts: Any) -> Transition:
    """Bring *record* into the state *to*; say all that its guards ask for."""
    step = transition(workflow, record.state, to)
    asked = [GUARDS[name](facts) for name in step.guards if name in GUARDS]
    faults = [Fault("state", message) for message in asked if message]
    if faults:
        raise Invalid(faults)
    record.state = to
    return step
