"""Password, second factors, sessions, and how to tell a fraud."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def security(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/security.html")


@login_required
def advice(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/security.html")


@login_required
def reauthenticate_by_code(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/security.html")


@login_required
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    return render(request, "accounts/security.html")
