# SPDX-License-Identifier: BSD-3-Clause
"""Do tables that a cell writes come out as tables?"""

import re

CODE = """
from IPython.display import Markdown

Markdown("| one | two |\\n|---|---|\\n| 1 | `2` |")
"""


def test_is_a_table_that_a_cell_writes_a_table(small_book):
    status, said = small_book.build(code=CODE)
    assert status == 0, said[-2000:]
    assert re.search(r"<table[^>]*>.*<code[^>]*>.*2", small_book.page(), re.S)
