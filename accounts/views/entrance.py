"""The ways in and out: allauth's, with our limits, and without the traps that a code on its way can set."""

from typing import Any

from allauth.account import views as allauth
from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.emails import CODE_LIVES_FOR
from accounts.models import User
from accounts.services.pretending import look_up_nobody
from mesopinions.core import rate_limit
from mesopinions.core.addresses import address_key
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.views import too_many_requests


class MailsAnAddress:
    """A form that mails whatever address is typed: limited by who asks and by who gets the mail."""

    request: HttpRequest

    def form_valid(self, form: Form) -> HttpResponse:
        email = form.cleaned_data["email"]
        who = {"entrance-ip": limit_key(client_ip(self.request)), "entrance-email": address_key(email)}
        if wait := rate_limit.hit(who):
            return too_many_requests(self.request, wait)
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        if self.request.user.is_anonymous:
            # The session holds the address and the code until then; a login gives it its usual length.
            self.request.session.set_expiry(int(CODE_LIVES_FOR.total_seconds()))
        return response


class _AsksForACode:
    """A page that awaits a mailed code. A code of an account that has gone meanwhile, or never was, fits nothing."""

    request: HttpRequest
    _process: Any

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc]
        if self._owner is None and "code" in kwargs:
            kwargs["code"] = ""
        return kwargs

    @property
    def _owner(self) -> User | None:
        """Whose code it is. Looking up somebody who is not there takes as long."""
        user: User | None = self._process.user
        return user or look_up_nobody()

    def _resend_form_valid(self, form: Form) -> HttpResponse:
        """Write again, to a stranger too. allauth writes to owners alone, and is quicker with the others."""
        self._process.generate_code()
        self._process.send()
        self._process.record_resend()
        self._process.persist()
        return redirect(self.passthrough_next_url(self.request.path))  # type: ignore[attr-defined]


class Signup(MailsAnAddress, allauth.SignupView):
    pass


class RequestLoginCode(MailsAnAddress, allauth.RequestLoginCodeView):
    pass


class ResetPassword(MailsAnAddress, allauth.PasswordResetView):
    pass


class ConfirmLoginCode(_AsksForACode, allauth.ConfirmLoginCodeView):
    pass


class ConfirmEmail(_AsksForACode, allauth.ConfirmEmailVerificationCodeView):
    pass


class ConfirmResetCode(_AsksForACode, allauth.ConfirmPasswordResetCodeView):
    pass


class CompleteReset(allauth.CompletePasswordResetView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self._process.user is None:  # the account has gone since the code was typed
            return redirect("account_reset_password")
        response: HttpResponseBase = super().post(request, *args, **kwargs)
        return response


class Logout(allauth.LogoutView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log out, or give up getting in, and leave no cookie behind: the visitor reads cached pages again.

        The session goes as a whole. What is left of an unfinished way in would tell a known address from an unknown.
        """
        response: HttpResponse = super().post(request, *args, **kwargs)
        request.session.flush()
        response.delete_cookie(settings.CSRF_COOKIE_NAME)
        return response
