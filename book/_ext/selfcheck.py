# SPDX-License-Identifier: BSD-3-Clause
"""The `selfcheck` directive: a question whose options explain themselves.

    :::{selfcheck} Which gate closes?
    :right: 2

    - m

      It opens.

    - h

      It closes, and slowly.
    :::

The argument is the question. Each item of the list is an option: its first paragraph is what the reader
chooses, the rest is the explanation that then opens. Write it with a colon fence: a backtick fence cannot
hold `code` in the question. The page needs no script: an option is a `details`
element, which every browser opens by mouse, by touch and by keyboard, and which screen readers announce.
"""

from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class selfcheck(nodes.General, nodes.Element):
    """The whole question with its options."""


class selfcheck_option(nodes.General, nodes.Element):
    """One option; its children are a `selfcheck_choice` and a `selfcheck_answer`."""


class selfcheck_choice(nodes.General, nodes.TextElement):
    """What the reader chooses."""


class selfcheck_answer(nodes.General, nodes.Element):
    """What opens then."""


class SelfCheck(SphinxDirective):
    """Parse the question, the options and which of them is right."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {"right": directives.positive_int}  # noqa: RUF012 (docutils' own interface)

    def run(self) -> list[nodes.Node]:
        """One `selfcheck` node."""
        options = self.parse_options()
        right = self.options.get("right", 0)
        if not 1 <= right <= len(options):
            raise self.error(f"selfcheck: ':right:' must be a number from 1 to {len(options)}.")
        block = selfcheck(number=self.env.new_serialno("selfcheck") + 1)
        self.set_source_info(block)
        block += self.question()
        for number, item in enumerate(options, start=1):
            block += self.option(item, right=number == right)
        return [block]

    def parse_options(self) -> list[nodes.list_item]:
        """The items of the one list in the directive's content."""
        holder = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, holder)
        lists = [child for child in holder if isinstance(child, nodes.bullet_list)]
        if len(lists) != 1 or len(holder) != 1 or len(lists[0]) < 2:
            raise self.error("selfcheck: the content must be one list with at least two options.")
        if any(len(item) < 2 or not isinstance(item[0], nodes.paragraph) for item in lists[0]):
            raise self.error("selfcheck: each option needs a first paragraph and an explanation below it.")
        return list(lists[0])

    def question(self) -> nodes.paragraph:
        """The question as a paragraph, with its mathematics and emphasis."""
        text, messages = self.state.inline_text(self.arguments[0], self.lineno)
        return nodes.paragraph("", "", *text, *messages, classes=["selfcheck-question"])

    @staticmethod
    def option(item: nodes.list_item, right: bool) -> selfcheck_option:
        """One option with its explanation, which opens with a verdict in words."""
        option = selfcheck_option(right=right)
        first, *rest = item.children
        option += selfcheck_choice("", "", *first.children)
        verdict = nodes.paragraph("", "", nodes.strong("", "Yes." if right else "Not quite."))
        if isinstance(rest[0], nodes.paragraph):
            verdict += [nodes.Text(" "), *rest.pop(0).children]
        option += selfcheck_answer("", verdict, *rest)
        return option


def visit_block(translator: Any, node: selfcheck) -> None:
    """Open the group; its label is its heading line."""
    label = f"selfcheck-{node['number']}"
    translator.body.append(f'<div class="selfcheck" role="group" aria-labelledby="{label}">')
    translator.body.append(f'<p class="selfcheck-title" id="{label}">Check yourself</p>')


def visit_option(translator: Any, node: selfcheck_option) -> None:
    """Open one option."""
    translator.body.append(f'<details class="selfcheck-option {"right" if node["right"] else "wrong"}">')


def html_tags(opening: str, closing: str) -> tuple[Any, Any]:
    """Visitors that write a fixed opening and closing tag."""
    return (lambda t, n: t.body.append(opening), lambda t, n: t.body.append(closing))


def plain(translator: Any, node: nodes.Node) -> None:
    """On paper the parts follow one another as they stand."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and how its parts are written."""
    visitors = {
        selfcheck: (visit_block, html_tags("", "</div>")[1]),
        selfcheck_option: (visit_option, html_tags("", "</details>")[1]),
        selfcheck_choice: html_tags("<summary><span>", "</span></summary>"),
        selfcheck_answer: html_tags('<div class="selfcheck-answer">', "</div>"),
    }
    for node, html in visitors.items():
        app.add_node(node, html=html, latex=(plain, plain), text=(plain, plain))
    app.add_directive("selfcheck", SelfCheck)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
