# SPDX-License-Identifier: BSD-3-Clause
"""Numbers that a page's sentences quote."""

import pytest

from neuroscales.core.prose import quote


def test_does_a_bare_number_ask_for_its_unit():
    with pytest.raises(TypeError, match="quote amplitude as a text with its unit, not as float"):
        quote(amplitude=102.7)
