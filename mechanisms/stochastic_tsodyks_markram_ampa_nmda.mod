: SPDX-License-Identifier: BSD-3-Clause

COMMENT
StochasticTsodyksMarkram_AMPA_NMDA: a depressing and facilitating terminal with a whole number of vesicles.

    synapse = h.StochasticTsodyksMarkram_AMPA_NMDA(soma(0.5))
    synapse.n_sites = 5
    synapse.rng.set_ids(1, 2, 3)   : its own stream of random numbers; three whole numbers name it

The terminal has n_sites places for one vesicle each. At a spike every vesicle that is there is released with the
probability Use, independently of the others, and each empty place gets a new vesicle after an exponentially
distributed time of mean tau_rec. Use follows its deterministic law (tsodyks_markram_ampa_nmda.mod). Of the
conductance that n_sites vesicles open, each opens its part:

    at a spike   Use <- Use + U1 (1 - Use)
                 k   ~  binomial(vesicles there, Use)
                 release weight * k / n_sites

R is the part of the places that is filled. The mean of R and of the release over many runs is exactly that of the
deterministic terminal, and k is binomial(n_sites, its Use R): variance n_sites Use R (1 - Use R).

A run begins with every place filled, and with the first number of the stream: the same ids give the same run again.
Give each synapse ids of its own; equal ids are equal streams, and so are ids that were never set. To go on with
other numbers, change an id. Each NetCon is a terminal of its own; they draw from the one stream of the synapse.
Receptors, their parameters and sources: ampa_nmda.inc.

Random numbers are counter-based (Random123) and do not depend on the number of threads or processes.
G. Fuhrmann, I. Segev, H. Markram and M. Tsodyks (2002), J. Neurophysiol. 87:140, doi 10.1152/jn.00258.2001.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS StochasticTsodyksMarkram_AMPA_NMDA
    RANGE gmax_AMPA, gmax_NMDA, tau_r_AMPA, tau_d_AMPA, tau_r_NMDA, tau_d_NMDA, e, mg
    RANGE U1, tau_rec, tau_facil, n_sites, R, Use
    RANGE g, g_AMPA, g_NMDA, i, i_AMPA, i_NMDA
    RANDOM rng
    NONSPECIFIC_CURRENT i
}

INCLUDE "ampa_nmda.inc"
INCLUDE "tsodyks_markram.inc"

PARAMETER {
    n_sites = 5 (1) <1, 1e6> : places for vesicles, a whole number
}

INITIAL {
    close_receptors()
    rest()
    random_setseq(rng, 0)
}

BEFORE STEP {
    Use = relaxed(Use_last, t - t_last)
}

NET_RECEIVE (weight (1), vesicles (1), use (1), t_spike (ms)) { LOCAL released, there
    INITIAL {
        vesicles = n_sites
        use = 0
        t_spike = t
    }
    if (flag == 1) { : a place is filled again
        vesicles = vesicles + 1
        R = vesicles / n_sites
    } else {
        use = facilitated(use, t - t_spike)
        there = vesicles
        released = 0
        while (there > 0) {
            if (random_uniform(rng) < use) {
                released = released + 1
                net_send(random_negexp(rng) * tau_rec, 1)
            }
            there = there - 1
        }
        A_AMPA = A_AMPA + weight * released / n_sites * n_AMPA
        B_AMPA = B_AMPA + weight * released / n_sites * n_AMPA
        A_NMDA = A_NMDA + weight * released / n_sites * n_NMDA
        B_NMDA = B_NMDA + weight * released / n_sites * n_NMDA
        vesicles = vesicles - released
        t_spike = t
        R = vesicles / n_sites
        Use_last = use
        t_last = t
    }
}
