TITLE A slow potassium channel with one gate

NEURON {
    SUFFIX slowk
    USEION k READ ek WRITE ik
    RANGE gbar, tau
}
UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}
PARAMETER {
    gbar = 0.002 (S/cm2)
    tau = 50 (ms)
    vhalf = -30 (mV)
    slope = 5 (mV)
}
ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
}
STATE { n }
INITIAL {
    n = steady(v)
}
BREAKPOINT {
    SOLVE gate METHOD cnexp
    ik = gbar * n * (v - ek)
}
DERIVATIVE gate {
    n' = (steady(v) - n) / tau
}
FUNCTION steady(v (mV)) {
    steady = 1 / (1 + exp(-(v - vhalf) / slope))
}
