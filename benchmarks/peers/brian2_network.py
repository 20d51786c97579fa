# SPDX-License-Identifier: BSD-3-Clause
"""Brian2's part of population.py: the same network, compiled by its standalone mode.

Arguments: numbers of E and I neurons, probability of a connection, weights of E and I (mV), mean (mV) and
noise (mV) from outside, delay, duration and step (ms). Prepares, says so in a line of JSON, and then answers
each line that it reads with the time that the loop of a run took, by its own clock, the CPU time of the whole
run, which makes the connections too, and the rate.
"""

import json
import resource
import sys
import tempfile
import time

import brian2 as b2

EQUATIONS = "dv/dt = (outside - v)/tau + sigma*xi/sqrt(tau) : 1 (unless refractory)"


def main() -> None:
    n_e, n_i = int(sys.argv[1]), int(sys.argv[2])
    p, j_e, j_i, outside, sigma, delay_ms, tstop_ms, dt_ms = map(float, sys.argv[3:])
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        b2.set_device("cpp_standalone", directory=folder, build_on_run=False)
        b2.defaultclock.dt = dt_ms * b2.ms
        names = {"outside": outside, "sigma": sigma, "tau": 20 * b2.ms}
        neurons = b2.NeuronGroup(
            n_e + n_i, EQUATIONS, method="euler", threshold="v >= 20", reset="v = 10", refractory=2 * b2.ms,
            namespace=names,
        )  # fmt: skip
        neurons.v = "20*rand()"
        kinds = []
        for source, weight in ((neurons[:n_e], j_e), (neurons[n_e:], j_i)):
            synapses = b2.Synapses(source, neurons, on_pre=f"v_post += {weight}*int(not_refractory_post)")
            synapses.connect(p=p)
            synapses.delay = delay_ms * b2.ms
            kinds.append(synapses)
        spikes = b2.SpikeMonitor(neurons)
        network = b2.Network(neurons, spikes, *kinds)
        network.run(tstop_ms * b2.ms)
        b2.device.build(directory=folder, compile=True, run=False, with_output=False)
        say(prepared_s=time.perf_counter() - started, version=b2.__version__)
        for _ in sys.stdin:
            before = children_s()
            b2.device.run(directory=folder, with_output=False, run_args=[])
            rate = spikes.num_spikes / (n_e + n_i) / (1e-3 * tstop_ms)
            say(s=b2.device._last_run_time, cpu_s=children_s() - before, rate_Hz=rate)


def children_s() -> float:
    """CPU time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def say(**what: object) -> None:
    """One line of JSON."""
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
