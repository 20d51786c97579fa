# SPDX-License-Identifier: BSD-3-Clause
"""A network."""

import numpy as np
from neuron import n

from autograder.rubric import Number, Statistic, Task, mistake, variant
from neuroscales.core import engine
from neuroscales.core.units import convert
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley
from neuroscales.membrane.patch import Patch, section_of
from neuroscales.synapse.conductance import Exp2Synapse, ExpSynapse

N_EXCITATORY, N_INHIBITORY, NETWORK_ms, REACH = 12, 3, 500.0, 4
EXCITATION_uS, NETWORK_DELAY_ms, BACKGROUND_ms = 0.003, 1.5, 1.0
FIRING = HodgkinHuxley(gnabar_S_cm2=0.1, gkbar_S_cm2=0.01, gl_S_cm2=5e-4, el_mV=-65.0)


# Rates (Hz) of the excitatory and the inhibitory cells, by the inhibition in nS: mean over 200 seeds, and
# standard deviation from one to the next. A test makes a part of them anew.
EXPECTED_Hz = {
    0: ((77.07, 0.75), (70.20, 1.39)),
    10: ((51.26, 0.88), (52.80, 1.00)),
    15: ((45.45, 0.81), (48.29, 0.71)),
    20: ((41.73, 0.91), (45.47, 0.88)),
    40: ((32.99, 1.00), (37.95, 0.37)),
}


LEAST_Hz = 1.0  # the cells fire in volleys: one more or less in 500 ms is 2 Hz, and no mistake
RATES = ("rate", "rate_inhibitory", "rate_free")


def network(p, *, run=False, seed=None, inhibited=True, **settings):
    """First spike of the student's own streams; rates that a run gives, or else those that are expected."""
    seed = p["seed"] if seed is None else seed
    # Where rates are expected, not counted, nothing but the first spike is needed.
    ran = spikes(
        p["inhibition"] if inhibited else 0.0, seed, tstop_ms=NETWORK_ms if run else 20.0, **settings
    )
    first = min((float(train[0]) for train in ran if train.size), default=None)
    if run:
        free = spikes(0.0, seed, **settings)
        rates = [rate_Hz(ran[:N_EXCITATORY]), rate_Hz(ran[N_EXCITATORY:]), rate_Hz(free[:N_EXCITATORY])]
        return dict(zip(("first", *RATES), (first, *rates), strict=True))
    expected = [*EXPECTED_Hz[p["inhibition"]], EXPECTED_Hz[0][0]]
    return {"first": first} | {
        key: value
        for name, (mean, deviation) in zip(RATES, expected, strict=True)
        for key, value in ((name, mean), (f"{name}_se", max(deviation, LEAST_Hz)))
    }


def rate_Hz(trains):
    """Mean rate of some cells."""
    return float(1e3 * sum(len(train) for train in trains) / len(trains) / NETWORK_ms)


def spikes(
    inhibition_nS, seed, *, e_mV=-80.0, streams="own", noise=1.0, gaba_ms=(0.5, 10.0), tau_ms=2.0, reach=REACH,
    everybody=False, onto_inhibitory=True, delay_ms=NETWORK_DELAY_ms, threshold_mV=0.0,
    tstop_ms=NETWORK_ms, **method,
):  # fmt: skip
    """Spike times of the fifteen cells, one by one."""
    with engine.neuron_as_found():
        cells = [section_of(Patch(), FIRING) for _ in range(N_EXCITATORY + N_INHIBITORY)]
        alive, tapes = [], []
        excited = [ExpSynapse(tau_ms).into(cell(0.5)) for cell in cells]
        inhibited = [Exp2Synapse(*gaba_ms, e_mV).into(cell(0.5)) for cell in cells]

        def connect(source, target, weight_uS):
            sends = source if isinstance(source, type(n.NetStim())) else cells[source](0.5)._ref_v
            section = {} if sends is source else {"sec": cells[source]}
            connection = n.NetCon(sends, target, **section)
            connection.threshold, connection.weight[0] = threshold_mV, weight_uS
            connection.delay = 1.0 if sends is source else delay_ms
            alive.append(connection)
            return connection

        for i in range(len(cells)):
            tapes.append(n.Vector())
            connect(i, None, 0.0).record(tapes[-1])
        for i in range(N_EXCITATORY if not everybody else len(cells)):
            outside = n.NetStim()
            outside.start, outside.number, outside.interval, outside.noise = 0, 1e9, BACKGROUND_ms, noise
            outside.noiseFromRandom123(i if streams == "own" else 0, int(seed), 0)
            alive.append(outside)
            connect(outside, excited[i], EXCITATION_uS)
        for k in range(N_EXCITATORY):
            onto = [(k + j) % N_EXCITATORY for j in range(1, reach + 1)]
            onto += range(N_EXCITATORY, len(cells)) if onto_inhibitory else []
            for target in onto:
                connect(k, excited[target], EXCITATION_uS)
        for i in range(N_EXCITATORY, len(cells)):
            for target in range(N_EXCITATORY):
                connect(i, inhibited[target], convert(inhibition_nS, "nS", "uS"))
        engine.run(engine.Method(**method), tstop_ms, -65.0)
        return [np.array(tape) for tape in tapes]


NETWORK = Task("network", network,
    checks=(
        Number("first", "first", "First spike", "ms", 1.5, finest=0.05),
        Statistic("rate", "rate", "Rate of the excitatory cells", "Hz", 1.5),
        Statistic("rate_inhibitory", "rate_inhibitory", "Rate of the inhibitory cells", "Hz", 1),
        Statistic("rate_free", "rate_free", "Rate without inhibition", "Hz", 1),
    ),
    habits={"run": True},
    variants=tuple(
        variant(name, **settings)
        for name, settings in {
            "NEURON's defaults": {},
            "exact rates": {"rate_table": False},
            "step 0.0125 ms": {"dt_ms": 0.0125},
            "step 0.05 ms": {"dt_ms": 0.05},
            "Crank-Nicolson": {"secondorder": 2},
            "Crank-Nicolson, step 0.0125 ms": {"dt_ms": 0.0125, "secondorder": 2},
            "threshold of 10 mV": {"threshold_mV": 10.0},
        }.items()
    ),
    mistakes=(
        mistake("seed-of-the-practice", "the streams are those of the seed 1, not of yours", seed=1, credit=0.5),
        mistake("one-stream", "all cells share one stream of random numbers", streams="one", credit=0.5),
        mistake("noise-left", "the background is regular: noise is still 0", noise=0.0, credit=0.3),
        mistake("no-inhibition", "the inhibitory cells open nothing: their weight is still 0", inhibited=False, credit=0.3),
        mistake("reverses-at-0", "the inhibitory synapse still reverses at Exp2Syn's own 0 mV", e_mV=0.0, credit=0.3),
        mistake("tau-left", "the excitatory synapse still has ExpSyn's own 0.1 ms", tau_ms=0.1, credit=0.3),
        mistake("gaba-swapped", "rise and decay of the inhibitory synapse are swapped: NEURON then takes 0.5 ms for both", gaba_ms=(0.5, 0.5), credit=0.3),
        mistake("not-onto-inhibitory", "the excitatory cells do not excite the inhibitory ones", onto_inhibitory=False, credit=0.3),
        mistake("background-for-everybody", "the inhibitory cells have a background, too", everybody=True, credit=0.5),
        mistake("one-neighbor", "an excitatory cell excites the next one alone, not the next four", reach=1, credit=0.5),
    ),
)  # fmt: skip
