: SPDX-License-Identifier: BSD-3-Clause

COMMENT
CalciumChannel: a calcium channel that high potentials open, and a calcium current of one's own beside it.

    dendrite.insert("CalciumChannel")
    dendrite(0.5).CalciumChannel.pbar = 1e-4         : cm/s
    pulse.play(dendrite(0.5).CalciumChannel._ref_entry, times)

    ica = pbar m^2 G(v) - entry
    G   = 2 F [cai x - cao x e^-x] / (1 - e^-x),  with x = 2 F v / (R T),  T = celsius + 273.15
    tau_m dm/dt = m_inf - m,  m_inf = 1 / (1 + e^-((v - v_half)/k))

G is the flux that Goldman's constant field drives through 1 cm/s of permeability. It hardly depends on the calcium
inside, which is ten thousand times less than outside, and it has no 0/0 at 0 mV here: x / (1 - e^-x) is continued
there by its Taylor series. entry is an inward current that is prescribed, for instance by a Vector that is played
into it; with pbar = 0 it is the whole current.

Constant field: D. E. Goldman (1943), J. Gen. Physiol. 27:37, doi 10.1085/jgp.27.1.37. The gate is a choice: it opens
where channels of high threshold do, in about a millisecond, and it does not inactivate.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX CalciumChannel
    USEION ca READ cai, cao WRITE ica
    RANGE pbar, v_half, k, tau_m, entry
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (mM) = (milli/liter)
    F = (faraday) (coulomb)
    gas = (k-mole) (joule/degC)
}

PARAMETER {
    pbar   = 1e-4 (cm/s)   <0, 1e9>    : permeability with all channels open
    v_half = -10  (mV)                 : half of the gates are open
    k      = 6    (mV)     <1e-9, 1e9> : how steeply they open
    tau_m  = 1    (ms)     <1e-9, 1e9>
    entry  = 0    (mA/cm2)             : a current of one's own, inward positive
}

ASSIGNED {
    v       (mV)
    celsius (degC)
    cai     (mM)
    cao     (mM)
    ica     (mA/cm2)
}

STATE {
    m (1)
}

INITIAL {
    m = m_inf(v)
}

BREAKPOINT {
    SOLVE gate METHOD cnexp
    ica = pbar * m * m * constant_field(v) - entry
}

DERIVATIVE gate {
    m' = (m_inf(v) - m) / tau_m
}

FUNCTION m_inf(v (mV)) (1) {
    m_inf = 1 / (1 + exp(-(v - v_half) / k))
}

: flux outward through 1 cm/s, as charge
FUNCTION constant_field(v (mV)) (.001 coul/cm3) { LOCAL x
    x = 2 * F * v * (1e-3) / (gas * (celsius + 273.15 (degC)))
    constant_field = 2 * F * (1e-3) * (cai * over_1_less_exp(x) - cao * (over_1_less_exp(x) - x))
}

: x / (1 - e^-x), which is 1 at 0
FUNCTION over_1_less_exp(x (1)) (1) {
    if (fabs(x) < 1e-4) {
        over_1_less_exp = 1 + x / 2
    } else {
        over_1_less_exp = x / (1 - exp(-x))
    }
}
