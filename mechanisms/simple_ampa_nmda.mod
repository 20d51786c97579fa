: SPDX-License-Identifier: BSD-3-Clause

COMMENT
SimpleAMPA_NMDA: glutamate receptors that answer every spike alike.

    synapse = h.SimpleAMPA_NMDA(soma(0.5))
    synapse.gmax_AMPA, synapse.gmax_NMDA = 0.001, 0.0007   : uS
    connection = h.NetCon(source, synapse)
    connection.weight[0] = 1                                : in parts of gmax

An event of weight w releases w: each conductance peaks at w times its gmax, and magnesium takes its part of NMDA.
Events add up. Equations, parameters and sources: ampa_nmda.inc.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS SimpleAMPA_NMDA
    RANGE gmax_AMPA, gmax_NMDA, tau_r_AMPA, tau_d_AMPA, tau_r_NMDA, tau_d_NMDA, e, mg
    RANGE g, g_AMPA, g_NMDA, i, i_AMPA, i_NMDA
    NONSPECIFIC_CURRENT i
}

INCLUDE "ampa_nmda.inc"

INITIAL {
    close_receptors()
}

NET_RECEIVE (weight (1)) {
    A_AMPA = A_AMPA + weight * n_AMPA
    B_AMPA = B_AMPA + weight * n_AMPA
    A_NMDA = A_NMDA + weight * n_NMDA
    B_NMDA = B_NMDA + weight * n_NMDA
}
