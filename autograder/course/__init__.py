# SPDX-License-Identifier: BSD-3-Clause
"""A term's folder: roster, gradebook, releases, what was collected, late work, copies."""

from autograder.course.folder import Course, CourseError, default_rubrics, write_atomically

__all__ = ["Course", "CourseError", "default_rubrics", "write_atomically"]
