# SPDX-License-Identifier: BSD-3-Clause
"""Does a notebook run where it can do no harm, and does what it hands in come back checked?"""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.handin import MIME
from autograder.sandbox import family, isolation, limits, memory_group, process, runner, walls, zygote
from mechanisms import loader
from tests.conftest import ROOT, require_tool

SPEC = {
    "format": 1,
    "assignment": "axon",
    "key": "2026-spring",
    "parameters": [{"name": "diam", "unit": "um", "values": [70, 80, 90], "practice": 100}],
    "tasks": {
        "threshold": {"items": [{"name": "amp", "kind": "number", "unit": "nA", "min": 1, "max": 1e6}]},
        "model": {"items": [{"name": "build", "kind": "function"}]},
    },
}
START = "from autograder import handin\nwork = handin.start('handin.json', student='ada7')"
PROTOCOL = "def run(build, p):\n    return {'diam': build(p).diam, 't': [0, 1]}"
BUILD = "from neuron import n\ndef build(p):\n    s = n.Section()\n    s.diam = p.diam\n    return s\n"
SHORT = limits.Limits(cell_s=15, wall_s=40, grace_s=1, memory_bytes=400_000_000, processes=48)


@pytest.fixture(autouse=True, scope="module", params=["forked", "started anew"])
def way(request):
    """Every test here is asked of both ways to a kernel."""
    require_tool("bwrap")
    runner.run_notebook.__kwdefaults__["is_warm"] = request.param == "forked"
    if request.param == "forked":
        zygote.find(isolation.find_isolation("bubblewrap"))
    yield request.param
    runner.run_notebook.__kwdefaults__["is_warm"] = True


def run(*cells, within=SHORT, **options):
    """Run code cells after the one that starts the work."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in (START, *cells)])
    files = {"handin.json": json.dumps(SPEC).encode()}
    return runner.run_notebook(notebook, files, spec=SPEC, limits=within, **options)


def printed(ran, cell):
    """What the cell (counted after the starting one) wrote."""
    return "".join(o.get("text", "") for o in ran.notebook.cells[cell + 1].outputs)


def forged(**changes):
    """Code that displays a hand-in without asking `hand_in`."""
    payload = {"format": 1, "assignment": "axon", "task": "threshold", "student": "ada7"}
    payload |= {"parameters": {"diam": 80}, "values": {"amp": 5.0}} | changes
    return f"from IPython.display import display\ndisplay({{{MIME!r}: {payload!r}}}, raw=True)"


def descendants():
    """Processes below this one."""
    return set(family.family(os.getpid()))


def test_does_a_notebook_bring_back_its_hand_ins_and_show_its_work(way):
    ran = run("1 + 1", "work.hand_in('threshold', amp=860)", "work.hand_in('threshold', amp=870)")
    assert ran.problem is None and ran.remarks == []
    handed = ran.handins["threshold"]
    assert handed["values"] == {"amp": 870.0} and handed["student"] == "ada7"
    assert handed["parameters"].keys() == {"diam"}
    assert ran.notebook.cells[1].outputs[0].data == {"text/plain": "2"}
    assert ran.notebook.cells[2].outputs[0].data == {"text/plain": 'Handed in "threshold": amp = 860 nA'}
    assert ran.isolation.startswith("bubblewrap") and ran.wall_s > 0
    assert ran.isolation.endswith(zygote.WORDS) == (way == "forked")


def test_does_a_function_run_under_the_protocol_for_each_set():
    protocols = {"model": runner.Protocol(PROTOCOL, ({"diam": 70}, {"diam": 90}))}
    ran = run(BUILD + "work.hand_in('model', build=build)", protocols=protocols)
    assert ran.protocols["model"] == [
        {"parameters": {"diam": 70}, "values": {"diam": 70.0, "t": [0.0, 1.0]}},
        {"parameters": {"diam": 90}, "values": {"diam": 90.0, "t": [0.0, 1.0]}},
    ]


def test_does_a_function_that_fails_under_the_protocol_say_how():
    protocols = {"model": runner.Protocol(PROTOCOL, ({"diam": 70}, {"diam": 90}))}
    picky = BUILD + "def fussy(p):\n    assert p.diam < 85, 'too wide'\n    return build(p)\n"
    ran = run(picky + "work.hand_in('model', build=fussy)", protocols=protocols)
    thin, wide = ran.protocols["model"]
    assert thin["values"]["diam"] == 70.0
    assert wide == {"parameters": {"diam": 90}, "error": "AssertionError: too wide"}


def test_do_later_cells_count_after_one_that_fails():
    ran = run("1 / 0", "amp = undefined", "work.hand_in('threshold', amp=860)")
    assert ran.handins["threshold"]["values"] == {"amp": 860.0}
    assert ran.problem == "Cell 2 stopped with ZeroDivisionError: division by zero (1 more cell failed)."


def test_is_an_endless_loop_interrupted_and_the_rest_run():
    within = limits.Limits(cell_s=4, wall_s=60)
    ran = run("while True: pass", "work.hand_in('threshold', amp=860)", within=within)
    assert ran.problem == "Cell 2 took too long and was interrupted."
    assert ran.handins["threshold"]["values"] == {"amp": 860.0}


def test_does_a_loop_that_swallows_interrupts_end_with_what_was_handed_in():
    stubborn = "import time\nwhile True:\n    try: time.sleep(99)\n    except KeyboardInterrupt: pass"
    within = limits.Limits(cell_s=4, wall_s=60, grace_s=1)
    ran = run("work.hand_in('threshold', amp=860)", stubborn, "print('late')", within=within)
    assert "did not stop when it was interrupted; the cells after it were not run" in ran.problem
    assert ran.handins["threshold"]["values"] == {"amp": 860.0}
    assert ran.notebook.cells[3].outputs == []


def test_does_the_whole_notebook_have_a_limit_of_time():
    within = limits.Limits(cell_s=60, wall_s=6)
    ran = run("import time; time.sleep(99)", "work.hand_in('threshold', amp=860)", within=within)
    assert "took too long" in ran.problem and "(1 more cell failed)" in ran.problem
    assert ran.handins == {}


def test_are_hand_ins_kept_when_the_process_ends_itself():
    ran = run("work.hand_in('threshold', amp=860)", "import os; os._exit(0)", "print('late')")
    assert ran.problem == "Cell 3 ended the Python process; the cells after it were not run."
    assert ran.handins["threshold"]["values"] == {"amp": 860.0}


def test_does_sys_exit_stop_its_cell_alone():
    ran = run("import sys; sys.exit(0)", "work.hand_in('threshold', amp=860)")
    assert "SystemExit" in ran.problem
    assert ran.handins["threshold"]["values"] == {"amp": 860.0}


def test_is_a_memory_hog_ended():
    ran = run("import numpy as np\nkept = [np.ones(5_000_000) for _ in range(1000)]")
    assert ran.problem.startswith("Cell 2 took more than 0.4 GB of memory")


def test_are_processes_that_share_the_memory_counted_together():
    code = "import os, time, numpy as np\nfor _ in range(8):\n    if not os.fork():\n"
    code += "        kept = np.ones(10_000_000); time.sleep(60)\ntime.sleep(10)"
    assert "took more than 0.4 GB of memory" in run(code).problem


def test_does_the_kernel_hold_the_sum_where_it_may(monkeypatch):
    group = memory_group.MemoryGroup.make(10_000_000)
    if group is None:
        pytest.skip("no control group can be made here")
    group.close()
    assert not group.folder.exists()
    monkeypatch.setattr(process, "_WATCH_S", 3600)  # nobody looks on
    ran = run("import numpy as np\nkept = [np.ones(5_000_000) for _ in range(1000)]")
    assert ran.problem.startswith("Cell 2 took more than 0.4 GB of memory")
    files = "open('/tmp/large', 'wb').write(bytes(1)); f = open('/tmp/large', 'ab')\n"
    files += "for _ in range(90): f.write(bytes(5_000_000))"
    assert run(files).problem is not None  # files in memory count as well
    assert not list(group.folder.parent.glob("neuroscales-*")), "nothing is left"


def test_does_a_fork_bomb_stay_in_its_limits():
    before = descendants()
    ran = run(
        "import os\nwhile True:\n    os.fork()", within=limits.Limits(cell_s=4, grace_s=1, processes=40)
    )
    assert ran.problem is not None
    assert descendants() <= before


def test_is_nothing_left_of_a_notebook_with_detached_children():
    before = descendants()
    detach = (
        "import subprocess\nfor _ in range(3): subprocess.Popen(['sleep', '987'], start_new_session=True)"
    )
    assert run(detach).problem is None
    assert descendants() <= before
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not [command for command in commands if command == b"sleep\x00987\x00"]


def test_does_a_notebook_that_leaves_the_name_to_the_hub_find_its_owner():
    code = "from autograder import handin\nprint(handin.start(student=None).student)"
    ran = run(code, student="ada7")
    assert printed(ran, 0).endswith("\nada7\n")


def test_is_there_no_network():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket\nsocket.create_connection(('127.0.0.1', {port}), timeout=3)"
        ran = run(
            code, "print(open('/proc/net/dev').read() if __import__('os').path.exists('/proc/net') else '')"
        )
    assert "ConnectionRefusedError" in ran.problem
    assert {line.split(":")[0].strip() for line in printed(ran, 1).split("\n")[2:]} <= {"lo", ""}


def test_is_nothing_private_in_sight(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_SECRET", "canary-in-the-environment")
    private = tmp_path / "submitted" / "grace" / "canary.txt"
    private.parent.mkdir(parents=True)
    private.write_text("canary")
    hidden = [private, ROOT / "solutions", ROOT / "tests", ROOT / ".git", ROOT / "pyproject.toml"]
    on_the_way = {".pyenv", *ROOT.parts}  # to Python and to the library, which lie in some homes
    hidden += [path for path in Path.home().iterdir() if path.name not in on_the_way]
    paths = [str(path) for path in hidden]
    ran = run(
        f"import os\nprint([path for path in {paths!r} if os.path.lexists(path)])",
        "print(os.environ)",
        f"print(sorted(os.listdir({str(ROOT)!r})))",
        "print(sorted(os.listdir('.')), os.listdir('/tmp'), os.listdir('/home'))",
        "print([p for p in os.listdir('/proc') if p.isdigit()])",
    )
    assert ran.problem is None
    assert printed(ran, 0) == "[]\n"
    assert "canary" not in printed(ran, 1)
    assert set(eval(printed(ran, 2))) <= {".venv", "autograder", "mechanisms", "neuroscales"}
    assert "handin.json" in printed(ran, 3) and "['student']" in printed(ran, 3)
    assert len(eval(printed(ran, 4))) < 10


def test_can_nothing_outside_be_written(tmp_path):
    targets = [tmp_path, ROOT / "autograder", Path(sys.prefix) / "lib", Path.home(), Path("/usr/lib")]
    targets += [Path("/etc"), Path("/dev"), Path("/"), Path("/home"), loader.cache_folder()]
    code = "import pathlib\nwritten = []\nfor folder in TARGETS:\n    try:\n"
    code += "        (pathlib.Path(folder) / 'canary').write_text('x')\n        written.append(folder)\n"
    code += "    except OSError: pass\nprint(written)"
    ran = run(code.replace("TARGETS", repr([str(path) for path in targets])))
    assert printed(ran, 0) == "[]\n"
    assert not any((path / "canary").exists() for path in targets)


def test_are_rights_gone_and_cannot_be_had_back():
    tried = "import ctypes, os\nget_no_new_privileges = 39\n"
    tried += "print(ctypes.CDLL(None).prctl(get_no_new_privileges, 0, 0, 0, 0), os.getuid())\n"
    tried += "for attempt in (lambda: os.chroot('/'), lambda: os.kill(1, 9), lambda: os.setuid(0)):\n"
    tried += "    try: attempt(); print('done')\n    except OSError: print('refused')"
    ran = run(tried, "!mount -t tmpfs none /home 2>/dev/null; echo $?", "work.hand_in('threshold', amp=860)")
    no_new_privileges, user, chroot, _, setuid = printed(ran, 0).split()
    assert no_new_privileges == "1" and user != "0"
    assert chroot == setuid == "refused"
    assert printed(ran, 1).strip() != "0"
    assert "threshold" in ran.handins  # killing the first process of its namespace did nothing


def test_has_the_scratch_folder_a_size():
    within = limits.Limits(disk_bytes=2_000_000)
    code = (
        "for place in ('.', '/tmp', '/dev/shm'):\n    try: open(place + '/x', 'wb').write(bytes(3_000_000))\n"
    )
    code += "    except OSError as error: print(error.strerror)"
    assert printed(run(code, within=within), 0) == "No space left on device\n" * 3


def test_is_a_flood_of_output_cut_and_interrupted():
    within = limits.Limits(cell_s=20, output_bytes=10_000, flood_bytes=2_000_000)
    flood = "while True: print('x' * 10_000)"
    ran = run(flood, "work.hand_in('threshold', amp=860)", within=within)
    assert ran.problem == "Cell 2 wrote too much output and was interrupted."
    assert len(json.dumps(ran.notebook)) < 40_000
    assert ran.handins["threshold"]["values"] == {"amp": 860.0}


def test_does_one_enormous_message_not_reach_the_grader():
    within = limits.Limits(message_bytes=1_000_000)
    ran = run("work.hand_in('threshold', amp=860)", "print('x' * 5_000_000)", within=within)
    assert ran.problem == "Cell 3 wrote too much output and was interrupted."
    assert ran.handins["threshold"]["values"] == {"amp": 860.0}


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"values": {"amp": "inf"}}, "amp must be a number in nA"),
        ({"values": {"amp": "5"}}, "amp must be a number in nA"),
        ({"values": {"amp": -5}}, "amp looks like it has the wrong sign: it is -5"),
        ({"values": {"amp": [[[[1]]]]}}, "must be one number"),
        ({"task": "bonus"}, "names a task that does not exist"),
        ({"points": 100}, "its fields are not those of a hand-in"),
        ({"assignment": "other"}, "belongs to another assignment"),
        ({"parameters": {"diam": None}}, "the parameter diam must be a finite number"),
        ({"protocol": True, "index": 0}, "its fields are not those of a hand-in"),
    ],
)
def test_is_a_forged_hand_in_refused_with_a_remark(changes, remark, one_run_of_forgeries):
    ran, order = one_run_of_forgeries
    assert ran.handins["threshold"]["values"] == {"amp": 7.0}
    assert remark in ran.remarks[order.index(repr(changes))]


@pytest.fixture(scope="module")
def one_run_of_forgeries(way):
    """All forgeries of the test above in one notebook, after one honest hand-in."""
    require_tool("bwrap")
    marks = test_is_a_forged_hand_in_refused_with_a_remark.pytestmark
    cases = next(mark for mark in marks if mark.name == "parametrize").args[1]
    honest = "work.hand_in('threshold', amp=7)"
    ran = run(honest, *(forged(**changes) for changes, _ in cases))
    assert len(ran.remarks) == len(cases)
    return ran, [repr(changes) for changes, _ in cases]


def test_does_protocol_data_from_an_answer_cell_count_for_nothing():
    fake = forged(task="model", protocol=True, index=0, values={"diam": 70.0})
    protocols = {"model": runner.Protocol(PROTOCOL, ({"diam": 70},))}
    ran = run(fake, protocols=protocols)
    assert ran.protocols == {} and "model" not in ran.handins
    honest = BUILD + "work.hand_in('model', build=build)"
    ran = run(honest, forged(task="model", protocol=True, index=0, values={"x": 1}), protocols=protocols)
    assert ran.protocols["model"][0]["values"]["diam"] == 70.0


def test_does_the_saved_notebook_keep_text_and_pictures_alone():
    shown = "from IPython.display import display, HTML, Javascript\ndisplay(HTML('<script>1</script>'))\n"
    shown += "display(Javascript('alert(1)'))\ndisplay({'text/plain': 'words', 'text/html': '<b>'}, raw=True)"
    picture = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    ran = run(shown, picture)
    saved = json.dumps(ran.notebook)
    assert "<script>1" not in json.dumps([cell.outputs for cell in ran.notebook.cells])
    assert "alert(1)" not in json.dumps([cell.outputs for cell in ran.notebook.cells])
    assert "words" in saved
    kinds = {kind for cell in ran.notebook.cells for out in cell.outputs for kind in out.get("data", {})}
    assert kinds == {"text/plain", "image/png"}


def test_do_neuron_and_the_mechanisms_work_inside():
    loader.load()
    ran = run("from neuron import n, h\nfrom mechanisms import loader\nloader.load()\nprint(n.VecStim)")
    assert ran.problem is None, ran.problem


def test_do_written_answers_stay_as_they_are():
    notebook = new_notebook(cells=[new_markdown_cell("Because of sodium."), new_code_cell("2")])
    ran = runner.run_notebook(notebook, {}, spec=SPEC, limits=SHORT)
    assert ran.notebook.cells[0].source == "Because of sodium."
    assert notebook.cells[1].outputs == [] and ran.notebook.cells[1].outputs != []


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil"])
def test_can_a_file_not_lead_out_of_the_folder(name):
    with pytest.raises(ValueError, match="does not lie in"):
        runner.run_notebook(new_notebook(), {name: b""}, spec=SPEC)


def test_does_no_sandbox_mean_a_sentence_on_what_to_install(monkeypatch):
    monkeypatch.setattr(isolation.shutil, "which", lambda tool: None)
    isolation.find_isolation.cache_clear()
    with pytest.raises(
        isolation.SandboxError, match=r"bwrap is missing: install it .*apt install bubblewrap"
    ):
        isolation.find_isolation("bubblewrap")


def test_do_limits_alone_work_where_they_are_asked_for(monkeypatch):
    if os.getuid() == 0:
        with pytest.raises(isolation.SandboxError, match="grade as an ordinary user"):
            isolation.find_isolation("limits")
        monkeypatch.setattr(isolation, "_find_limits", lambda: walls.Isolation("limits alone"))
        isolation.find_isolation.cache_clear()
    before = descendants()
    ran = run("work.hand_in('threshold', amp=860)", "import os; os.fork() or os._exit(0)", isolation="limits")
    isolation.find_isolation.cache_clear()
    assert ran.isolation == "limits alone"
    assert ran.handins["threshold"]["values"] == {"amp": 860.0}
    assert descendants() <= before


def test_does_a_killed_grader_leave_no_kernel_behind(way):
    script = "import sys\nsys.path.insert(0, sys.argv[1])\nfrom tests.autograder import test_runner\n"
    script += f"test_runner.run('import time; print(1); time.sleep(600)', is_warm={way == 'forked'})"
    grader = subprocess.Popen([sys.executable, "-c", script, str(ROOT)])
    family = wait_for(lambda: kernels(grader.pid, way))
    grader.kill()
    grader.wait()
    assert wait_for(lambda: not any(Path(f"/proc/{pid}/root").exists() for pid in family))


def kernels(pid, way):
    """The processes below `pid`, once a kernel is among them."""
    everyone = family.family(pid)
    commands = [Path(f"/proc/{one}/cmdline").read_bytes() for one in everyone]
    started = sum(b"ipykernel" in command for command in commands[2:])
    forked = sum(command.startswith(sys.executable.encode()) for command in commands)
    return everyone if (forked == 3 if way == "forked" else started) else None


def wait_for(question, seconds=30):
    """Ask until the answer is yes."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if answer := question():
                return answer
        except OSError:
            pass
        time.sleep(0.05)
    return None
