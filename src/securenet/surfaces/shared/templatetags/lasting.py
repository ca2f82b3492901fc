"""`translate`, `url` and `static` where they say the same on every page: rendered once, for a page has dozens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.template import Context, Library, Node
from django.template.base import FilterExpression, Parser, Token
from django.template.defaulttags import url as url_tag
from django.templatetags.i18n import do_translate
from django.templatetags.static import do_static
from django.urls import get_urlconf
from django.utils.translation import get_language

register = Library()
LANGUAGE = "language of this page"


class Once(Node):
    """Renders a node once for each answer of `depends_on`, which is all that its result depends on.

    `name` is the variable that the result goes to, if any.
    """

    child_nodelists = ()

    def __init__(self, node: Node, name: str | None, depends_on: Callable[[Context], str | None]) -> None:
        self._node, self._name, self._depends_on = node, name, depends_on
        self._kept: dict[Any, Any] = {}

    def render(self, context: Context) -> str:
        """Return the text, or put it where the tag's `as` says."""
        key, name = (self._depends_on(context), context.autoescape), self._name
        if key not in self._kept:
            text = self._node.render(context)
            self._kept[key] = context[name] if name else text
        if not name:
            return str(self._kept[key])
        context[name] = self._kept[key]
        return ""


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    """Return Django's tag, rendered once a language where its words stand in the template."""
    node = do_translate(parser, token)
    words, sense = node.filter_expression, node.message_context
    said = words.var.literal is not None and not words.filters
    return Once(node, node.asvar, _language) if said and (sense is None or _is_constant(sense)) else node


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """Return Django's tag, rendered once a surface where the page is named in the template and takes no argument."""
    node = url_tag(parser, token)
    named = _is_constant(node.view_name) and not node.args and not node.kwargs
    return Once(node, node.asvar, _surface) if named else node


@register.tag
def static(parser: Parser, token: Token) -> Node:
    """Return Django's tag, rendered once where the file is named in the template: its name has its content's hash."""
    node = do_static(parser, token)
    return Once(node, node.varname, _nothing) if _is_constant(node.path) else node


def _language(context: Context) -> str | None:
    """Return the language, asked for once a template: a page of ours is in one."""
    language: str | None = context.render_context.get(LANGUAGE)
    if language is None:
        language = context.render_context[LANGUAGE] = get_language() or ""
    return language


def _surface(_context: Context) -> str | None:
    return get_urlconf()


def _nothing(_context: Context) -> None:
    return None


def _is_constant(expression: FilterExpression) -> bool:
    return isinstance(expression.var, str) and not expression.filters
