# SPDX-License-Identifier: BSD-3-Clause
"""What the runner would bring to the judge, made from a rubric's own answers."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.handin import form
from autograder.handin.spec import parse
from autograder.rubric import Rubric, Task


def request(
    loaded: Rubric,
    public: Mapping[str, Any],
    student: str,
    own: Mapping[str, float],
    made: Mapping[str, Mapping[str, Any]],
    declared: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """What the runner would bring to the judge from a student's notebook with these answers.

    Args:
        loaded: the assignment's rubric.
        public: its spec with a key.
        student: the student's id.
        own: the student's parameters.
        made: answers by task, as the rubric's `simulate` gives them.
        declared: the parameters that the hand-ins say they were made with; the student's own where None.
    """
    asked: dict[str, Any] = {"spec": public, "student": student, "handins": {}, "protocols": {}}
    asked_for = parse(public).tasks
    for name, values in made.items():
        task = loaded.tasks[name]
        plain = {key: _plain(value) for key, value in values.items()}
        if task.protocol:
            asked["protocols"][name] = _runs(task, own, public, plain)
            plain = {item.name: form.placeholder(item) for item in asked_for[name].items.values()}
        else:  # a rubric's answers hold what students are not asked for, such as standard errors
            plain = {item: plain[item] for item in asked_for[name].items}
        used = {"task": name, "student": student, "parameters": declared or own}
        asked["handins"][name] = used | {"values": plain}
    return asked


def _runs(
    task: Task, own: Mapping[str, float], public: Mapping[str, Any], plain: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Answers with prefixes as the runner's list of protocol runs."""
    return [
        {
            "parameters": p,
            "values": {
                name.partition(".")[2]: plain[name] for name in plain if name.partition(".")[0] == prefix
            },
        }
        for prefix, p in task.parameter_sets(own, public).items()
    ]


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value
