"""The components of pages: acts, definition lists, tables, an object's history."""

from typing import Any

from django import template
from django.db.models import Model
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.templatetags.i18n import TranslateNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tiwizi.office import history
from tiwizi.office.acts import Act

register = template.Library()


def _drawn(context: Context, name: str, **values: Any) -> SafeString:
    whole: Any = context.template
    part = whole.engine.get_template(name)
    with context.push(**values):
        markup: SafeString = part.render(context)
    return markup


@register.simple_tag(takes_context=True)
def act(context: Context, act: Act[Any] | None) -> SafeString:
    """The button or the form of an act, or why it cannot be done yet; nothing for who may not do it."""
    if not act or not act.offered:
        return SafeString("")
    act.drawn = True
    return _drawn(context, "office/parts/act.html", act=act)


@register.simple_tag(takes_context=True)
def acts_menu(context: Context, *acts: Act[Any] | None) -> SafeString:
    """Acts that are not the next one, each folded under its words."""
    offered = [act for act in acts if act and act.offered]
    for act in offered:
        act.drawn = True
    return _drawn(context, "office/parts/acts_menu.html", acts=offered)


@register.simple_tag(takes_context=True)
def facts(context: Context, facts: Any, look: str = "") -> SafeString:
    """A definition list of what `acts.facts` gave."""
    return _drawn(context, "office/parts/facts.html", facts=facts, look=look)


@register.simple_tag(takes_context=True)
def documents(context: Context, files: Any, to: str = "document") -> SafeString:
    """Attached files, each with its day and its hash; `to` is the name of the address from which one is downloaded."""
    return _drawn(context, "office/parts/documents.html", files=files, to=to)


@register.simple_tag(takes_context=True)
def timeline(context: Context, row: Model) -> SafeString:
    """The history of an object, from the journal, in words."""
    return _drawn(context, "office/parts/timeline.html", lines=history.lines(row))


@register.simple_block_tag(takes_context=True)
def form(
    context: Context, content: str, look: str = "tw-form", action: str = "", confirm: str = "", file: bool = False
) -> SafeString:
    """`{% form %} … {% endform %}`: a form that acts once. `confirm` is asked first; `file` says that it sends one."""
    return _drawn(context, "office/parts/form.html", content=content, look=look, action=action, confirm=confirm, file=file)


class TableNode(Node):
    """A table that scrolls, with its caption."""

    child_nodelists = ("words", "nodelist")

    def __init__(self, words: NodeList, look: FilterExpression | None, nodelist: NodeList) -> None:
        self.words, self.look, self.nodelist = words, look, nodelist

    def render(self, context: Context) -> SafeString:
        """The markup."""
        label, caption = (node.render(context) for node in (self.words[0], self.words[-1]))
        return format_html(
            '<div class="tw-table-wrap" tabindex="0" role="region" aria-label="{}">'
            '<table class="tw-table{}"><caption class="visually-hidden">{}</caption>{}</table></div>',
            label,
            f" {self.look.resolve(context)}" if self.look else "",
            caption,
            self.nodelist.render(context),
        )


@register.tag
def table(parser: Parser, token: Token) -> TableNode:
    """`{% table "Seats" "Seats, the chair first" look="tw-wrapped" %} … {% endtable %}`: its name, and its caption where another.

    The sentences are translated as in `{% translate %}`, and found with them for the catalogues.
    """
    words, looks = [], []
    for bit in token.split_contents()[1:]:
        if bit.startswith("look="):
            looks.append(parser.compile_filter(bit.removeprefix("look=")))
        else:
            words.append(TranslateNode(parser.compile_filter(bit), noop=False))
    nodelist = parser.parse(("endtable",))
    parser.delete_first_token()
    return TableNode(NodeList(words), looks[0] if looks else None, nodelist)
