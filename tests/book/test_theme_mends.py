# SPDX-License-Identifier: BSD-3-Clause
"""Do the mends change what they are for, and nothing else?"""

import pytest


@pytest.fixture
def mended(extension):
    def mend(body):
        context = {"body": body}
        extension("theme_mends").a_minus_before_negative_numbers(None, "page", "page.html", context, None)
        return context["body"]

    return mend


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<p>From -65 to -60.5 mV.</p>", "<p>From ~65 to ~60.5 mV.</p>"),
        ("<td>-80</td> (-2)", "<td>~80</td> (~2)"),
        ("<p>at\n-70 mV, and <em>-3</em></p>", "<p>at\n~70 mV, and <em>~3</em></p>"),
    ],
)
def test_has_a_negative_number_a_minus(mended, written, shown):
    assert mended(written) == shown.replace("~", "\N{MINUS SIGN}")


@pytest.mark.parametrize(
    "kept",
    [
        "<pre>x = <span>-65</span> -3\n</pre>",
        "<code class='x'>range(3, -1, -1)</code>",
        '<script type="application/json">{"v": [-65, -60]}</script>',
        '<svg viewBox="0 -3 4 5"><text> -3</text></svg>',
        r'<span class="math notranslate">\(e^{ -1} -2\)</span>',
        '<div class="math notranslate" id="a">\n<span class="eqno">(1)</span>\\[ -1 \\]</div>',
        '<a href="x.html" title="at -65">a 2-3 b, GABA-1, 1990-2000, 10.1016/0028-3908</a>',
    ],
)
def test_do_code_equations_data_and_names_stay(mended, kept):
    assert mended(kept) == kept
