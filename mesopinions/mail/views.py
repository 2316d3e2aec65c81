"""Lift the block that somebody asked for with « Ce n’est pas moi »."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mesopinions.core import tokens
from mesopinions.core.sessionless import sessionless_form
from mesopinions.mail.models import MailBlock
from mesopinions.mail.services import unblock_address


def unblock_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show whether the address is blocked. The token names the block, never the address."""
    is_blocked = MailBlock.objects.filter(pk=_block_id(token)).exists()
    return render(request, "mail/unblock.html", {"is_blocked": is_blocked})


@never_cache
@sessionless_form(again=unblock_page)
@require_http_methods(["GET", "HEAD", "POST"])
def unblock(request: HttpRequest, token: str) -> HttpResponse:
    """Show the block; lift it by POST, because scanners of mail providers open every link."""
    if request.method != "POST":
        return unblock_page(request, token)
    unblock_address(_block_id(token))
    answer = HttpResponseRedirect(request.path)
    answer.status_code = 303
    return answer


def _block_id(token: str) -> int:
    try:
        block_id, _generation = tokens.read(tokens.Scope.UNBLOCK, token)
    except (tokens.BadToken, ValueError):
        raise Http404 from None
    return block_id
