: SPDX-License-Identifier: BSD-3-Clause

COMMENT
GABA_A: a chloride conductance whose reversal potential follows from the chloride on both sides.

    synapse = h.GABA_A(soma(0.5))
    synapse.cli, synapse.clo = 7, 130     : mM
    connection = h.NetCon(source, synapse)
    connection.weight[0] = 1              : in parts of gmax

    g = gmax * sum weight n [e^(-t/tau_d) - e^(-t/tau_r)],  with n such that one event peaks at weight * gmax
    i = g (v - e)
    e = -(R T / F) ln(clo / cli),  T = celsius + 273.15    (Nernst, for the valence -1)

At 37 degC and 130 mM outside, e is -78 mV with 7 mM inside (a mature cell) and -39 mV with 30 mM (a young one).
NEURON's celsius is 6.3 until it is set, which lowers the slope by a tenth. The concentrations belong to the synapse
and stay as they are: the current does not change them. The part of the current that bicarbonate carries is left out.
Time constants are read when a run begins; where they are equal, see ampa_nmda.inc.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS GABA_A
    RANGE gmax, tau_r, tau_d, cli, clo, e, g, i
    NONSPECIFIC_CURRENT i
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
    (mM) = (milli/liter)
    F = (faraday) (coulomb)
    gas = (k-mole) (joule/degC)
}

PARAMETER {
    gmax  = 0.001 (uS) <0, 1e9>     : peak conductance of one event of weight 1
    tau_r = 0.5   (ms) <1e-6, 1e9>  : rise
    tau_d = 10    (ms) <1e-6, 1e9>  : decay
    cli   = 7     (mM) <1e-9, 1e9>  : chloride inside
    clo   = 130   (mM) <1e-9, 1e9>  : chloride outside
}

ASSIGNED {
    v (mV)
    celsius (degC)
    e (mV)
    g (uS)
    i (nA)
    rise  (ms)
    decay (ms)
    n (1)
}

: the two exponentials, as parts of gmax
STATE {
    A (1)
    B (1)
}

INITIAL {
    rise  = apart(tau_r, tau_d, -1)
    decay = apart(tau_d, tau_r, 1)
    n = to_peak(rise, decay)
    A = 0
    B = 0
    e = nernst_chloride()
}

BREAKPOINT {
    SOLVE receptors METHOD cnexp
    e = nernst_chloride()
    g = gmax * (B - A)
    i = g * (v - e)
}

DERIVATIVE receptors {
    A' = -A / rise
    B' = -B / decay
}

NET_RECEIVE (weight (1)) {
    A = A + weight * n
    B = B + weight * n
}

FUNCTION nernst_chloride() (mV) {
    nernst_chloride = -(1e3) * gas * (celsius + 273.15 (degC)) / F * log(clo / cli)
}

INCLUDE "dual_exponential.inc"
