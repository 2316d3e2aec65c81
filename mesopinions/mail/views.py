"""Lift the block that somebody asked for with « Ce n’est pas moi »; hear from the mail provider what came back."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mesopinions.core import tokens
from mesopinions.core.sessionless import sessionless_form
from mesopinions.core.views import error_page, see_other
from mesopinions.mail import gateways
from mesopinions.mail.models import MailBlock
from mesopinions.mail.services import block_address, unblock_address


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
    return see_other(request.path)


@never_cache
@csrf_exempt
def mail_returns(request: HttpRequest, provider: str) -> HttpResponse:
    """Take what a mail provider tells of mails that came back or were called spam (docs/operations.md).

    It comes from a machine, so the secret of the environment takes the place of a session and an Origin. Whoever does
    not have it gets 400, and a provider that this site does not listen to does not exist.
    """
    if not gateways.is_open(provider):
        raise Http404
    return _take_returns(request, provider)


@require_http_methods(["HEAD", "POST"])
def _take_returns(request: HttpRequest, provider: str) -> HttpResponse:
    if request.method == "POST":
        try:
            returns = gateways.read_returns(provider, request)
        except gateways.UnreadableReturn:
            return error_page(request, HTTPStatus.BAD_REQUEST)
        for item in returns:
            block_address(item.address, reason=item.reason, at=item.at)
    return HttpResponse("ok\n", content_type="text/plain")


def _block_id(token: str) -> int:
    try:
        block_id, _generation = tokens.read(tokens.Scope.UNBLOCK, token)
    except (tokens.BadToken, ValueError):
        raise Http404 from None
    return block_id
