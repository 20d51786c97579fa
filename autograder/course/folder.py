# SPDX-License-Identifier: BSD-3-Clause
"""The course folder: where a term's submissions, marks and gradebook live, and who may see them.

```
DIR/                                       readable by its owner alone
  course.json                              the term's key, where the rubrics are, options
  nbgrader_config.py                       so that nbgrader and the formgrader work when started here
  source/ASSIGNMENT/                       generated from the solution, nbgrader's source
  release/ASSIGNMENT/                      what students get
  submitted/STUDENT/ASSIGNMENT/            what students handed in
  autograded/STUDENT/ASSIGNMENT/           the executed notebook with its points
  feedback/STUDENT/ASSIGNMENT/             one page per student
  marks/STUDENT/ASSIGNMENT.json            the verdicts, and what produced them
  withdrawn/STUDENT/ASSIGNMENT.json        the last mark of work that is not in submitted/ any more
  gradebook.db                             nbgrader's gradebook
  report/ASSIGNMENT.html                   the class
```
"""

import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NBGRADER_CONFIG = '''\
"""nbgrader's settings for this course; start `jupyter lab` or `nbgrader` in this folder."""

from pathlib import Path

from autograder.course import Course
from autograder.course.release_steps import RELEASE_STEPS
from autograder.grading.formgrader import SandboxedGrading
from autograder.handin.cells import CODE_STUB

c = get_config()  # noqa: F821
root = Path(__file__).resolve().parent
c.CourseDirectory.root = str(root)
c.CourseDirectory.db_url = Course.open(root).db_url
c.Exchange.root = str(root / "exchange")
c.ClearSolutions.code_stub = {"python": CODE_STUB}
c.GenerateAssignment.preprocessors = RELEASE_STEPS
# What students write is shown without its scripts.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {"markdown2html": "autograder.pages.safe_markdown.markdown2html"}
# nbgrader itself would run students' code unprotected: its button calls `autograder grade` instead.
c.Autograde.sanitize_preprocessors = [SandboxedGrading(root)]
c.Autograde.autograde_preprocessors = []
'''

# Lines of `nbgrader_config.py` in courses made before the grader had rooms, and what they say now.
_OLD_LINES = {
    "from autograder import nbgrader_steps": "from autograder.course.release_steps import RELEASE_STEPS\n"
    "from autograder.grading.formgrader import SandboxedGrading\n"
    "from autograder.handin.cells import CODE_STUB",
    "nbgrader_steps.CODE_STUB": "CODE_STUB",
    "nbgrader_steps.RELEASE_STEPS": "RELEASE_STEPS",
    "nbgrader_steps.SandboxedGrading": "SandboxedGrading",
    '"autograder.safe_markdown.markdown2html"': '"autograder.pages.safe_markdown.markdown2html"',
}
_PART = ".part"

#: What `course.json` may hold.
SETTINGS = ("format", "key", "rubrics", "show_reference", "db_url", "zone", "due", "grace_minutes")


class CourseError(Exception):
    """Something the instructor can mend, told in one sentence."""


@dataclass(frozen=True)
class Course:
    """A course folder that has been opened.

    Attributes:
        root: The folder.
        key: The term's key, written into every release; students' own parameters follow from it.
        rubrics: The folder with one solution folder per assignment.
        show_reference: Whether feedback pages draw the reference beside the student's trace.
        gradebook: Address of a gradebook that is not the folder's own, as SQLAlchemy writes it (`db_url` in
            course.json).
    """

    root: Path
    key: str
    rubrics: Path
    show_reference: bool = False
    gradebook: str | None = None

    @classmethod
    def open(cls, root: Path) -> "Course":
        """Read `course.json` in `root`.

        Raises:
            CourseError: When there is none, or it cannot be understood.
        """
        root = Path(root).resolve()
        try:
            settings = json.loads((root / "course.json").read_text(encoding="utf-8"))
            is_shown, gradebook = settings["show_reference"] is True, settings.get("db_url")
            _renew_settings(root / "nbgrader_config.py")
            return cls(root, str(settings["key"]), Path(settings["rubrics"]), is_shown, gradebook)
        except FileNotFoundError:
            raise CourseError(
                f"{root} is not a course folder: it has no course.json; `autograder init {root}` makes one."
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CourseError(f"{root / 'course.json'} cannot be read ({error}); mend it by hand.") from None

    @property
    def db_url(self) -> str:
        """Address of the gradebook, as SQLAlchemy writes it."""
        return self.gradebook or f"sqlite:///{self.root / 'gradebook.db'}"

    def solution(self, assignment: str) -> Path:
        """The folder with rubric and solution of `assignment`."""
        return self.rubrics / assignment

    def release(self, assignment: str) -> Path:
        """The folder that students get."""
        return self.root / "release" / assignment

    def submitted(self, student: str, assignment: str) -> Path:
        """The folder that `student` handed in."""
        return self.root / "submitted" / student / assignment

    def autograded(self, student: str, assignment: str) -> Path:
        """The executed notebook with its points, the file that the formgrader shows."""
        return self.root / "autograded" / student / assignment / f"{assignment}.ipynb"

    def feedback(self, student: str, assignment: str) -> Path:
        """The student's page."""
        return self.root / "feedback" / student / assignment / f"{assignment}.html"

    def mark(self, student: str, assignment: str) -> Path:
        """The verdicts and what produced them."""
        return self.root / "marks" / student / f"{assignment}.json"

    def withdrawn(self, student: str, assignment: str) -> Path:
        """The last mark of a submission that was withdrawn, with what was given by hand."""
        return self.root / "withdrawn" / student / f"{assignment}.json"

    def report(self, assignment: str) -> Path:
        """The page about the class."""
        return self.root / "report" / f"{assignment}.html"

    def assignments(self) -> list[str]:
        """Names of the released assignments."""
        return sorted(path.parent.name for path in self.root.glob("release/*/handin.json"))

    def require(self, assignment: str) -> None:
        """Raise a CourseError unless `assignment` is released."""
        known = self.assignments()
        if assignment not in known:
            listed = ", ".join(known) or "none"
            raise CourseError(f"There is no assignment {assignment} in {self.root}; released are: {listed}.")

    def missing_settings(self) -> list[str]:
        """Lines of `nbgrader_config.py` that a course made today would have, and this one lacks.

        An exchange may be anywhere, so its line is not asked for.
        """
        path = self.root / "nbgrader_config.py"
        there = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        wanted = [line for line in NBGRADER_CONFIG.splitlines() if line.startswith(("from ", "c.", "root "))]
        return [line for line in wanted if line not in there and not line.startswith("c.Exchange.root")]

    def submissions(self, assignment: str) -> list[str]:
        """Ids of the students who handed in `assignment`."""
        folders = self.root.glob(f"submitted/*/{assignment}")
        return sorted(folder.parent.name for folder in folders if not folder.parent.is_symlink())

    def marks(self, assignment: str) -> list[dict]:
        """Every mark of `assignment`, by student."""
        files = sorted(self.root.glob(f"marks/*/{assignment}.json"))
        return [json.loads(file.read_text(encoding="utf-8")) for file in files]

    def marked(self, assignment: str) -> list[str]:
        """Ids of the students who have a mark of `assignment`."""
        return sorted(file.parent.name for file in self.root.glob(f"marks/*/{assignment}.json"))

    def sweep(self) -> None:
        """Remove the half-written files of programs that were killed."""
        for name in ("marks", "autograded", "feedback", "withdrawn", "report"):
            for part in self.root.glob(f"{name}/**/.*{_PART}"):
                if not _is_running(part.name.removesuffix(_PART).rpartition(".")[2]):
                    part.unlink(missing_ok=True)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the course for one grader at a time.

        Raises:
            CourseError: When another grader holds it.
        """
        with (self.root / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise CourseError(
                    f"Another `autograder grade` is at work in {self.root}; wait for it."
                ) from None
            yield


def write_atomically(path: Path, text: str) -> None:
    """Write `text` to `path`, for its owner alone; a reader meets the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # the name says who writes it, so that it can be swept once nobody does
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=f".{os.getpid()}{_PART}")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _renew_settings(path: Path) -> None:
    """Let nbgrader's settings of an older course name what they use by its place today; the rest stays."""
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    after = before
    for old, new in _OLD_LINES.items():
        after = after.replace(old, new)
    if after != before:
        write_atomically(path, after)


def _is_running(pid: str) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass  # it is someone else's
    return True


def default_rubrics() -> Path:
    """The folder `solutions` here, or beside the packages in a clone.

    Raises:
        CourseError: When there is neither.
    """
    for folder in (Path.cwd(), Path(__file__).resolve().parents[2]):
        if (folder / "solutions").is_dir():
            return (folder / "solutions").resolve()
    raise CourseError("There is no folder `solutions` here; name the folder of the rubrics with --rubrics.")


def solutions_in(rubrics: Path, assignment: str | None = None) -> list[Path]:
    """The solution folder of `assignment`, or all that `rubrics` holds.

    Raises:
        CourseError: When there is none.
    """
    folders = sorted(manifest.parent for manifest in rubrics.glob(f"{assignment or '*'}/manifest.json"))
    if not folders:
        what = f"the assignment {assignment}" if assignment else "any assignment"
        raise CourseError(f"{rubrics} does not hold {what}: there is no folder with a manifest.json.")
    return folders
