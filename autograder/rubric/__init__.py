# SPDX-License-Identifier: BSD-3-Clause
"""The words in which a rubric is written.

A rubric is a folder `rubric` beside the notebook: one file a task, what several tasks share in one more, and
an `__init__.py` that ends with `TASKS = (...)`. A small one may be a single file `rubric.py`. A task names

- `simulate`: a function of the parameters, and of every setting that a student could choose, as keywords
  whose defaults make the reference; it returns the answers by name;
- `checks`: what is compared, and for how many points;
- `variants`: correct ways to the answer, which must all get full marks;
- `mistakes`: wrong ways, each one line, which must all lose points.

A variant and a mistake are both a `Way`: the same simulation with a few keywords changed, with other
parameters, or with the answers changed afterwards. What kinds of comparison there are says
`autograder.rubric.kinds`; words for ways stand in `autograder.rubric.ways`. Tolerances are not part of
a rubric: `autograder derive` finds them.
"""

from autograder.rubric.check import Answers, Check, trace_of
from autograder.rubric.digest import digest, earlier_digests
from autograder.rubric.files import code_files, data_files, digest_of, file_of
from autograder.rubric.kinds import (
    Feature,
    Field,
    Guided,
    Members,
    Number,
    Oscillation,
    PhaseLag,
    Place,
    Profile,
    Shape,
    Spectrum,
    Statistic,
    Threshold,
    Train,
    driven,
    oscillating,
    spiking,
)
from autograder.rubric.load import RubricError, load, load_module
from autograder.rubric.task import Change, Rubric, Task, Way, mistake, variant

__all__ = [
    "Answers",
    "Change",
    "Check",
    "Feature",
    "Field",
    "Guided",
    "Members",
    "Number",
    "Oscillation",
    "PhaseLag",
    "Place",
    "Profile",
    "Rubric",
    "RubricError",
    "Shape",
    "Spectrum",
    "Statistic",
    "Task",
    "Threshold",
    "Train",
    "Way",
    "code_files",
    "data_files",
    "digest",
    "digest_of",
    "driven",
    "earlier_digests",
    "file_of",
    "load",
    "load_module",
    "mistake",
    "oscillating",
    "spiking",
    "trace_of",
    "variant",
]
