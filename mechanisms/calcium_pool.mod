: SPDX-License-Identifier: BSD-3-Clause

COMMENT
CalciumPool: calcium below a membrane. It enters, diffuses inward and along the cell, is bound, and is pumped out.

    dendrite.insert("CalciumPool")
    dendrite.insert("CalciumChannel")     : or any other mechanism that writes ica
    dendrite(0.5).CalciumPool.ca[0]       : mM, below the membrane; ca[7] is on the axis; cai is ca[0]

The inside of each segment, a cylinder of radius r = diam/2, is cut into N shells of equal thickness r/N, number 0
below the membrane. Per length, with A = pi r^2 and shell number j,

    volume of a shell        A (2 (N - j) - 1) / N^2
    j into j + 1             2 pi D (N - j - 1) (ca[j] - ca[j+1])
    along the cell           D d2(ca[j])/dx2
    binding in every shell   k1 ca Fixed - k2 CaFixed, and the same for a mobile buffer, which diffuses too
    entry into shell 0       -ica 2 pi r / (2 F)
    pump out of shell 0      2 pi r v_pump [ca[0] / (1 + ca[0] / K_pump) - the same at rest]

What is pumped at rest leaks back, so that rest, at which every run begins, is a steady state. The pump carries no
current here.

    entered, pumped   (mM) what has come in through ica and what has gone out, net, since the run began, as if spread
                           over the segment's volume
    free, bound       (mM) what is free and what is bound, means over the volume
    free + bound + pumped - entered stays what it was, where nothing comes from or goes to other segments.

Buffers begin in equilibrium. With a fixed step the scheme is solved by NEURON's sparse, which is implicit and of
first order in dt; what moves along the cell does so once in a step. N is fixed when the file is compiled.

Defaults: diffusion of free calcium in cytoplasm, N. L. Allbritton, T. Meyer and L. Stryer (1992), Science 258:1812,
doi 10.1126/science.1465619. The buffers and the pump are typical of thin dendrites in their sum (what is added binds
to all but a fiftieth, and is gone in about a tenth of a second): F. Helmchen, K. Imoto and B. Sakmann (1996),
Biophys. J. 70:1069, doi 10.1016/S0006-3495(96)79653-4. One by one they are choices.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX CalciumPool
    USEION ca READ ica WRITE cai
    RANGE rest, DCa, TotalFixed, k1fix, k2fix, TotalMobile, k1mob, k2mob, Dmob, v_pump, K_pump
    RANGE free, bound
}

DEFINE N 8

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (mM) = (milli/liter)
    (um) = (micron)
    FARADAY = (faraday) (10000 coulomb)
    PI = (pi) (1)
}

PARAMETER {
    rest        = 5e-5 (mM)      <0, 1e9>     : free calcium when a run begins
    DCa         = 0.22 (um2/ms)  <0, 1e9>     : diffusion of free calcium
    TotalFixed  = 0.5  (mM)      <0, 1e9>     : buffer that stays where it is
    k1fix       = 100  (/mM-ms)  <0, 1e9>     : it binds
    k2fix       = 1    (/ms)     <1e-9, 1e9>  : and lets go
    TotalMobile = 0    (mM)      <0, 1e9>     : buffer that moves, such as a dye
    k1mob       = 500  (/mM-ms)  <0, 1e9>
    k2mob       = 0.1  (/ms)     <1e-9, 1e9>
    Dmob        = 0.05 (um2/ms)  <0, 1e9>
    v_pump      = 0.1  (um/ms)   <0, 1e9>     : what little calcium there is leaves with this velocity
    K_pump      = 0.001 (mM)     <1e-9, 1e12> : half of the pumps are busy
}

ASSIGNED {
    diam  (um)
    ica   (mA/cm2)
    cai   (mM)
    free  (mM)
    bound (mM)
}

: the numbers in angle brackets are the scales of CVode's absolute tolerance
STATE {
    ca[N]       (mM) <1e-3> : free
    CaFixed[N]  (mM) <1e-3> : fixed buffer that has bound calcium
    Fixed[N]    (mM) <1e-3> : and that has not
    CaMobile[N] (mM) <1e-3>
    Mobile[N]   (mM) <1e-3>
    entered     (mM) <1e-3>
    pumped      (mM) <1e-3>
}

INITIAL {
    cai = rest
    FROM j = 0 TO N-1 {
        ca[j] = rest
        CaFixed[j] = TotalFixed * k1fix * rest / (k1fix * rest + k2fix)
        Fixed[j] = TotalFixed - CaFixed[j]
        CaMobile[j] = TotalMobile * k1mob * rest / (k1mob * rest + k2mob)
        Mobile[j] = TotalMobile - CaMobile[j]
    }
    entered = 0
    pumped = 0
    count()
}

BREAKPOINT {
    SOLVE scheme METHOD sparse
}

AFTER SOLVE {
    count()
}

KINETIC scheme {
    COMPARTMENT j, volume(j) { ca CaFixed Fixed CaMobile Mobile }
    COMPARTMENT volume_of_all() { entered pumped }
    LONGITUDINAL_DIFFUSION j, DCa * volume(j) { ca }
    LONGITUDINAL_DIFFUSION j, Dmob * volume(j) { CaMobile Mobile }

    ~ ca[0] << (-ica * PI * diam / (2 * FARADAY))
    ~ entered << (-ica * PI * diam / (2 * FARADAY))
    ~ ca[0] <-> pumped (PI * diam * clearance(ca[0]), 0)
    ~ ca[0] << (PI * diam * clearance(rest) * rest)
    ~ pumped << (-PI * diam * clearance(rest) * rest)

    FROM j = 0 TO N-2 {
        ~ ca[j] <-> ca[j+1] (DCa * across(j), DCa * across(j))
        ~ CaMobile[j] <-> CaMobile[j+1] (Dmob * across(j), Dmob * across(j))
        ~ Mobile[j] <-> Mobile[j+1] (Dmob * across(j), Dmob * across(j))
    }
    FROM j = 0 TO N-1 {
        ~ ca[j] + Fixed[j] <-> CaFixed[j] (k1fix * volume(j), k2fix * volume(j))
        ~ ca[j] + Mobile[j] <-> CaMobile[j] (k1mob * volume(j), k2mob * volume(j))
    }
    cai = ca[0]
}

PROCEDURE count() {
    free = 0
    bound = 0
    FROM j = 0 TO N-1 {
        free = free + ca[j] * share(j)
        bound = bound + (CaFixed[j] + CaMobile[j]) * share(j)
    }
}

: the part of a segment's volume that is in a shell
FUNCTION share(j) (1) {
    share = (2 * (N - j) - 1.0) / (N * N)
}

: volumes per length
FUNCTION volume_of_all() (um2) {
    volume_of_all = PI * diam * diam / 4
}

FUNCTION volume(j) (um2) {
    volume = volume_of_all() * share(j)
}

: circumference between a shell and the next one inward, over the distance of their middles
FUNCTION across(j) (1) {
    across = 2 * PI * (N - j - 1)
}

: velocity at which the pump takes calcium out; it falls as the pumps are busy
FUNCTION clearance(c (mM)) (um/ms) {
    clearance = v_pump / (1 + c / K_pump)
}
