# SPDX-License-Identifier: BSD-3-Clause
"""What one submission may take: time, memory, processes, files, output."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits of one notebook run.

    Attributes:
        start_s, cell_s, wall_s: Wall time in s for starting the kernel, for one cell, and for the whole
            notebook with its protocols.
        grace_s: Wall time in s that a cell gets to stop after it was interrupted, before its process is
            ended.
        compile_s, run_s: Wall time in s for compiling a handed-in mechanism, and for each run of it under its
            protocol; all mechanisms of a notebook together take at most `wall_s` beside the notebook's own,
            and the time to start.
        cpu_s: CPU time in s of any one process.
        memory_bytes, address_bytes: Resident memory of all processes together, and address space of any one
            process.
        processes, open_files: Processes and threads at a time, and open files of any one process.
        file_bytes, disk_bytes: Size of any one file, and of each scratch folder (which live in memory).
        output_bytes: Text and pictures that are kept of the whole notebook.
        message_bytes, flood_bytes, flood_messages: Largest single message of a cell, and the traffic of one
            cell after which it is interrupted.
        handins: Number of hand-ins in one notebook.
    """

    start_s: float = 60
    cell_s: float = 60
    wall_s: float = 240
    grace_s: float = 3
    compile_s: float = 60
    run_s: float = 20
    cpu_s: int = 240
    memory_bytes: int = 2_000_000_000
    address_bytes: int = 6_000_000_000
    processes: int = 96
    open_files: int = 512
    file_bytes: int = 64_000_000
    disk_bytes: int = 128_000_000
    output_bytes: int = 4_000_000
    message_bytes: int = 8_000_000
    flood_bytes: int = 64_000_000
    flood_messages: int = 50_000
    handins: int = 200
