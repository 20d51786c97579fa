# SPDX-License-Identifier: BSD-3-Clause
"""Is each usual mistake told by its line and by what it means?

The expected lines are those in which the mistake was put, not those that NEURON names.
"""

import pytest

from mechanisms import nmodl

CHANNEL = """\
TITLE A potassium channel with one gate
UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}
NEURON {
    SUFFIX kd
    USEION k READ ek WRITE ik
    RANGE gbar, tau
}
PARAMETER {
    gbar = 0.036 (S/cm2)
    tau = 5 (ms)
    vhalf = -40 (mV)
    slope = 10 (mV)
}
ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
    ninf
}
STATE { n }
BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar * n * (v - ek)
}
INITIAL {
    ninf = 1 / (1 + exp(-(v - vhalf) / slope))
    n = ninf
}
DERIVATIVE states {
    ninf = 1 / (1 + exp(-(v - vhalf) / slope))
    n' = (ninf - n) / tau
}
"""
SYNAPSE = """\
NEURON {
    POINT_PROCESS Mine
    RANGE tau, e, i
    NONSPECIFIC_CURRENT i
}
UNITS { (nA) = (nanoamp)  (mV) = (millivolt)  (uS) = (microsiemens) }
PARAMETER { tau = 2 (ms)  e = 0 (mV) }
ASSIGNED {
    v (mV)
    i (nA)
}
STATE { g (uS) }
INITIAL { g = 0 }
BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g * (v - e)
}
DERIVATIVE decay { g' = -g / tau }
NET_RECEIVE(weight (uS)) {
    g = g + weight
}
"""

# What is replaced in the channel, by what, the line to blame, and a part of the sentence.
CHANNEL_FAULTS = {
    "name never declared": ("n = ninf", "n = nif", 31, "nif is declared nowhere"),
    "parameter never declared": ("    tau = 5 (ms)\n", "\n", 35, "tau is declared nowhere"),
    "function that is not there": ("n = ninf", "n = steady(v)", 31, "there is no function steady"),
    "bracket left open": ("slope))\n    n = ninf", "slope)\n    n = ninf", 30, "a ( of this line is not"),
    "bracket too many": ("slope))\n    n = ninf", "slope)))\n    n = ninf", 30, "a ) too many"),
    "brace left open": ("(v - ek)\n}", "(v - ek)\n", 25, "BREAKPOINT that begins here is not closed"),
    "brace left open at the end": ("/ tau\n}", "/ tau\n", 33, "DERIVATIVE that begins here is not closed"),
    "brace too many": ("STATE { n }", "STATE { n } }", 24, "NEURON cannot read this line"),
    "unit that does not fit": ("(S/cm2)", "(S)", 27, "one is 0.001 coul/sec, the other 10 coul/m2-sec"),
    "division of units": ("tau = 5 (ms)", "tau = 5 (mV)", 35, "one is 1000 sec2-coul/m2-kg"),
    "exponent with a unit": (") / slope))\n    n'", ")))\n    n'", 34, "exp takes a pure number"),
    "unit not declared": ("    (S) = (siemens)", "", 13, "add (S) = (siemens)"),
    "unit misspelled": ("5 (ms)", "5 (mz)", 14, "unit mz is not declared: is it misspelled?"),
    "current in a unit not its own": ("ik (mA/cm2)", "ik (mA)", 21, "ik must be declared in mA/cm2"),
    "potential not declared": ("    v (mV)\n", "\n", 27, "write v (mV) in ASSIGNED"),
    "unknown block": ("PARAMETER {", "PARAMETERS {", 12, "no block named PARAMETERS: is PARAMETER meant?"),
    "block in small letters": ("BREAKPOINT {", "Breakpoint {", 25, "is BREAKPOINT meant?"),
    "no name": ("    SUFFIX kd\n", "\n", 7, "the mechanism has no name"),
    "odd name": ("SUFFIX kd", "SUFFIX k-d", 8, "letters, digits and _ alone"),
    "name that is a word of NMODL": ("SUFFIX kd", "SUFFIX cnexp", 8, "no word of NMODL"),
    "derivative without state": ("STATE { n }", "", 35, "n' has an equation, but n stands in no STATE"),
    "no equation": ("    n' = (ninf - n) / tau\n", "\n", 36, "has no equation"),
    "declared twice": ("    ninf\n}", "    ninf\n    n\n}", 25, "n is declared twice"),
    "unknown method": ("cnexp", "heun", 26, "SOLVE states METHOD cnexp"),
    "unknown block to solve": ("SOLVE states", "SOLVE state", 26, "no block of that name"),
    "cnexp for a square": ("(ninf - n)", "(ninf - n*n)", 35, "n is not linear in n, and cnexp would lose"),
    "method of another kind": ("cnexp", "sparse", 26, "sparse: KINETIC"),
    "VERBATIM never ended": ("INITIAL {", "VERBATIM\nINITIAL {", 29, "write ENDVERBATIM"),
    "COMMENT never ended": ("INITIAL {", "COMMENT\nINITIAL {", 29, "write ENDCOMMENT"),
    "number with a comma": ("0.036", "0,036", 13, "name = number (unit)"),
    "no operator": ("gbar * n", "gbar n", 27, "a missing operator"),
    "NEURON's own name": ("RANGE gbar", "RANGE area, gbar", 10, "area is a name that NEURON keeps"),
    "power of Python": ("* n *", "* n**4 *", 27, "a power as ^"),
    "comment of Python": ("(v - ek)", "(v - ek) # out", 27, "begins with a colon"),
    "semicolon": ("(v - ek)", "(v - ek);", 27, "no ; at the end"),
    "condition of Python": ("    n = ninf", "    if (v > 0 and v < 1) { n = ninf }", 31, "&& for and"),
    "if without braces": ("    n = ninf", "    if (v > 0) n = ninf", 31, "if (condition) { statements }"),
    "derivative as a quotient": ("n' =", "dn/dt =", 35, "as n', not as dn/dt"),
    "power in an equation": ("/ tau", "/ (tau / 3^((v - 6 (mV)) / 10 (mV)))", 33, "translator itself breaks"),
    "late LOCAL": ("    n = ninf", "    LOCAL a\n    n = ninf", 31, "LOCAL stands first"),
    "declaration of C": ("    n = ninf", "    float a", 31, "PARAMETER, ASSIGNED, STATE or as LOCAL"),
    "letter beyond ASCII": ("TITLE A", "TITLE \N{DEGREE SIGN}", 1, "is no letter of NMODL"),
}  # fmt: skip
SYNAPSE_FAULTS = {
    "no weight": ("NET_RECEIVE(weight (uS))", "NET_RECEIVE", 19, "needs the weight of the connection"),
    "empty brackets": ("(weight (uS))", "()", 19, "needs the weight of the connection"),
    "weight without a unit": ("(weight (uS))", "(weight)", 20, "one is 1, the other 1e-06 sec-coul2/m2-kg"),
    "weight of another name": ("+ weight", "+ w", 20, "w is declared nowhere"),
    "a density": ("POINT_PROCESS Mine", "SUFFIX mine", 2, "belongs to a synapse, a POINT_PROCESS"),
    "current per area": ("i (nA)", "i (mA/cm2)", 10, "add (mA) = (milliamp)"),
    "two names": ("RANGE", "SUFFIX other RANGE", 3, "one source holds one mechanism"),
}


def fault_of(source):
    """What NEURON refuses, or else what it takes and is probably not meant."""
    return nmodl.find_fault(source) or next(iter(nmodl.find_advice(source)), None)


@pytest.mark.parametrize("source", [CHANNEL, SYNAPSE], ids=["channel", "synapse"])
def test_is_nothing_said_of_a_source_without_a_fault(source):
    assert fault_of(source) is None


@pytest.mark.parametrize("mistake", CHANNEL_FAULTS)
def test_is_a_mistake_in_a_channel_told_by_its_line_and_meaning(mistake):
    _ask(CHANNEL, *CHANNEL_FAULTS[mistake])


@pytest.mark.parametrize("mistake", SYNAPSE_FAULTS)
def test_is_a_mistake_in_a_synapse_told_by_its_line_and_meaning(mistake):
    _ask(SYNAPSE, *SYNAPSE_FAULTS[mistake])


def _ask(source, old, new, line, sentence):
    assert source.count(old) == 1 or old.startswith(("n = ", "    n = ", "PARAM"))
    fault = fault_of(source.replace(old, new, 1))
    assert fault is not None
    assert sentence in fault.sentence
    assert fault.line == line
    assert "<<ERROR>>" not in fault.words and "source.mod" not in fault.words


@pytest.mark.parametrize("source", ["", "hello world", "NEURON { RANGE a }"])
def test_is_text_that_is_no_mechanism_told_to_have_no_name(source):
    assert "no name" in fault_of(source).sentence


def test_is_a_misspelled_name_answered_with_the_one_that_may_be_meant():
    assert "or is ninf meant?" in fault_of(CHANNEL.replace("    ninf = 1", "    ninff = 1", 1)).sentence


def test_is_a_factor_between_two_units_named():
    nano = SYNAPSE.replace("(uS) =", "(nS) = (nanosiemens)  (uS) =").replace("weight (uS)", "weight (nS)")
    fault = fault_of(nano)
    assert fault.line == 20 and "write (0.001) * before the second" in fault.sentence
    assert fault_of(nano.replace("+ weight", "+ (0.001) * weight")) is None


def test_may_a_net_receive_hold_an_initial_of_its_own():
    source = SYNAPSE.replace("(uS)) {\n", "(uS), n) {\n    INITIAL { n = 0 }\n")
    assert fault_of(source) is None
    broken = source.replace("g = g + weight", "g = g + weight)")
    assert "a ) too many" in fault_of(broken).sentence


def test_are_names_read_from_code_alone():
    hidden = "COMMENT\nSUFFIX old\nENDCOMMENT\nNEURON { SUFFIX new }  : SUFFIX never\n"
    assert nmodl.names_in(hidden) == ["new"]
    assert nmodl.without_comments(hidden).count("\n") == hidden.count("\n")
    assert nmodl.names_in("NEURON {\n ARTIFICIAL_CELL Clock\n}") == ["Clock"]
