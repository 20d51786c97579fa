# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Rods

# %% tags=["given"] nbgrader={"grade": false, "grade_id": "student-id", "locked": false, "schema_version": 3, "solution": true, "task": false}
student = ""

# %% nbgrader={"grade": false, "grade_id": "start", "locked": true, "schema_version": 3, "solution": false, "task": false}
from autograder import handin

work = handin.start("handin.json", student=student)
p = work.parameters

# %% nbgrader={"grade": false, "grade_id": "area-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
area = 3.14159265 * p.radius**2
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "area", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
work.hand_in("area", area=area)

# %% nbgrader={"grade": false, "grade_id": "wave-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
import numpy as np

t = np.linspace(0, 10, 201)
v = 10 * np.exp(-t / p.radius)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "wave", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
work.hand_in("wave", t=t, v=v)

# %% nbgrader={"grade": false, "grade_id": "model-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
from neuron import n


def build(p):
    rod = n.Section(name="rod")
    rod.L, rod.diam = 10 * p.radius, 2 * p.radius
    return rod


### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "model", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
work.hand_in("model", build=build)

# %% [markdown] nbgrader={"grade": true, "grade_id": "why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# CANARY-SOURCE The model answer.
