"""Login and logout (signup and the rest of the account come with allauth)."""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import services
from accounts.forms import LoginForm
from mesopinions.core import rate_limit
from mesopinions.core.addresses import address_key
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.views import too_many_requests


class Login(LoginView):
    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log in, unless this visitor or this address has tried too often."""
        username = request.POST.get("username", "")
        subjects = {"login-ip": limit_key(client_ip(request)), "login-email": address_key(username)}
        if wait := rate_limit.hit(subjects):
            return too_many_requests(request, wait)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        services.record_visit(user=form.get_user(), at=timezone.now())
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class Logout(LogoutView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log out and leave no cookie behind: the visitor reads cached pages again."""
        response = super().post(request, *args, **kwargs)
        response.delete_cookie(settings.CSRF_COOKIE_NAME)
        return response
