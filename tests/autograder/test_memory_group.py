# SPDX-License-Identifier: BSD-3-Clause
"""The words of both versions of control groups, on folders that look like them."""

from pathlib import Path

import pytest

from autograder.sandbox.memory_group import MemoryGroup


class _Kernel:
    """What the kernel shows: the process's own group, and files that appear when a group is made."""

    def __init__(self, root: Path, line: str, files: tuple[str, ...]) -> None:
        self.root, self.line, self.files = root, line, files

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Stand where the real one does."""
        read, make = Path.read_text, Path.mkdir

        def reading(path: Path, *args: object, **how: object) -> str:
            return self.line if path == Path("/proc/self/cgroup") else read(path, *args, **how)

        def making(path: Path, *args: object, **how: object) -> None:
            make(path, *args, **how)
            for name in self.files if self.root in path.parents else ():
                (path / name).write_text("")

        patch.setattr("autograder.sandbox.memory_group.ROOT", self.root)
        patch.setattr(Path, "read_text", reading)
        patch.setattr(Path, "mkdir", making)


@pytest.mark.parametrize(
    ("line", "folder", "limit", "events"),
    [
        ("0::/grader\n", "grader", "memory.max", "memory.events"),
        ("4:cpu,memory:/grader\n", "memory/grader", "memory.limit_in_bytes", "memory.oom_control"),
        ("4:memory:/of/the/host\n", "memory", "memory.limit_in_bytes", "memory.oom_control"),
    ],
)
def test_is_the_limit_written_and_the_count_read(tmp_path, monkeypatch, line, folder, limit, events):
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "cgroup.controllers").write_text("memory")
    _Kernel(tmp_path, line, ("cgroup.procs", limit, events)).install(monkeypatch)
    group = MemoryGroup.make(123_456)
    assert group.folder.parent == tmp_path / folder
    assert (group.folder / limit).read_text() == "123456"
    group.add([7])
    assert (group.folder / "cgroup.procs").read_text() == "7"
    (group.folder / events).write_text("low 0\noom_kill 0\n")
    assert not group.was_exceeded
    (group.folder / events).write_text("low 0\noom_kill 2\n")
    assert group.was_exceeded


def test_is_there_none_where_nobody_may_make_one(tmp_path, monkeypatch):
    _Kernel(tmp_path, "0::/\n", ()).install(monkeypatch)
    assert MemoryGroup.make(1) is None
    assert list(tmp_path.iterdir()) == []
