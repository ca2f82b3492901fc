"""Pictures in guides, on a page and in print."""

from __future__ import annotations

from django.template import Context, Library
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from securenet.surfaces.shared.guides import reading
from securenet.surfaces.shared.pictures import picture_of

register = Library()


@register.simple_block_tag(takes_context=True)
def picture(context: Context, content: str, name: str) -> SafeString:
    """Show a picture of the running system above what is to be seen in it; nothing where it has not been taken.

    In print, where the context has `printed`, the picture is one that the document was given.
    """
    shown = picture_of(name, reading())
    if shown is None:
        return SafeString()
    return format_html(
        '<figure class="pic"><img src="{}" alt="{}" width="{}" height="{}" loading="lazy">'
        "<figcaption>{}</figcaption></figure>",
        f"picture:{shown.path}" if context.get("printed") else static(shown.path),
        _("Screen: %(title)s") % {"title": shown.title},
        shown.width,
        shown.height,
        content,
    )
