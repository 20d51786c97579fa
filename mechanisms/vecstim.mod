: SPDX-License-Identifier: BSD-3-Clause

COMMENT
VecStim: an artificial cell that fires at the times of a Vector.

    vs = h.VecStim()
    times = h.Vector([5, 12, 13])   : ms, in any order
    vs.play(times)
    nc = h.NetCon(vs, synapse)

The Vector is read when a run begins (finitialize), so that every run plays it anew, and what was put into it
between two runs is played. Times before the start of the run, and NaN, are passed over. play() without a Vector
ends the play. Events that reach a VecStim from outside do nothing.

The VERBATIM blocks hold what NMODL cannot say, and no more: it has no word for a Vector, neither as an argument
nor as a thing to keep and to read from.
ENDCOMMENT

NEURON {
    THREADSAFE
    ARTIFICIAL_CELL VecStim
    POINTER times
}

ASSIGNED {
    times
}

INITIAL { LOCAL n
    n = count()
    FROM i = 0 TO n - 1 {
        if (item(i) >= t) {
            net_send(item(i) - t, 1)
        }
    }
}

NET_RECEIVE (weight) {
    if (flag == 1) {
        net_event(t)
    }
}

PROCEDURE play() {
VERBATIM
    IvocVect* played = ifarg(1) ? vector_arg(1) : nullptr;
    if (played) { hoc_obj_ref(*vector_pobj(played)); }
    if (_p_times) { hoc_obj_unref(*vector_pobj(static_cast<IvocVect*>(_p_times))); }
    _p_times = played;
ENDVERBATIM
}

FUNCTION count() {
VERBATIM
    return _p_times ? vector_capacity(static_cast<IvocVect*>(_p_times)) : 0;
ENDVERBATIM
}

: the time at index k in ms; NaN where the Vector has none
FUNCTION item(k) (ms) {
VERBATIM
    IvocVect* played = static_cast<IvocVect*>(_p_times);
    const int k = static_cast<int>(_lk);
    return played && k >= 0 && k < vector_capacity(played) ? vector_vec(played)[k] : NAN;
ENDVERBATIM
}

DESTRUCTOR {
VERBATIM
    if (_p_times) { hoc_obj_unref(*vector_pobj(static_cast<IvocVect*>(_p_times))); }
ENDVERBATIM
}
