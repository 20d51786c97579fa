: SPDX-License-Identifier: BSD-3-Clause

COMMENT
TsodyksMarkram_AMPA_NMDA: glutamate receptors behind a terminal that depresses and facilitates.

    synapse = h.TsodyksMarkram_AMPA_NMDA(soma(0.5))
    synapse.U1, synapse.tau_rec, synapse.tau_facil = 0.5, 800, 0   : 1, ms, ms

Of the resources of the terminal, the part R is there to be released, and a spike releases the part Use of it:

    between spikes   dR/dt = (1 - R) / tau_rec      dUse/dt = -Use / tau_facil
    at a spike       Use <- Use + U1 (1 - Use)      first, then
                     release weight * Use * R       and
                     R   <- R - Use R

Before the first spike R = 1 and Use = 0, so that the first spike releases U1. (The other published form lets Use
relax to U1 and raises it after the release; it releases the same.) Nothing is integrated: each spike applies what
the time since the last has done, in closed form, and so do the recorded R and Use.

tau_facil = 0: no facilitation; every spike releases the part U1, and Use is U1 all the time.
tau_rec = 0: no depression; R is 1 before every spike.

Each NetCon is a terminal of its own with its own R and Use. The recorded R and Use are those of the terminal that
fired last. Receptors, their parameters and sources: ampa_nmda.inc.

M. V. Tsodyks and H. Markram (1997), PNAS 94:719, doi 10.1073/pnas.94.2.719;
M. Tsodyks, K. Pawelzik and H. Markram (1998), Neural Comput. 10:821, doi 10.1162/089976698300017502.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS TsodyksMarkram_AMPA_NMDA
    RANGE gmax_AMPA, gmax_NMDA, tau_r_AMPA, tau_d_AMPA, tau_r_NMDA, tau_d_NMDA, e, mg
    RANGE U1, tau_rec, tau_facil, R, Use
    RANGE g, g_AMPA, g_NMDA, i, i_AMPA, i_NMDA
    NONSPECIFIC_CURRENT i
}

INCLUDE "ampa_nmda.inc"
INCLUDE "tsodyks_markram.inc"

INITIAL {
    close_receptors()
    rest()
}

BEFORE STEP {
    R = recovered(R_last, t - t_last)
    Use = relaxed(Use_last, t - t_last)
}

NET_RECEIVE (weight (1), available (1), use (1), t_spike (ms)) { LOCAL released
    INITIAL {
        available = 1
        use = 0
        t_spike = t
    }
    use = facilitated(use, t - t_spike)
    available = recovered(available, t - t_spike)
    released = use * available
    A_AMPA = A_AMPA + weight * released * n_AMPA
    B_AMPA = B_AMPA + weight * released * n_AMPA
    A_NMDA = A_NMDA + weight * released * n_NMDA
    B_NMDA = B_NMDA + weight * released * n_NMDA
    available = available - released
    t_spike = t
    R_last = available
    Use_last = use
    t_last = t
}
