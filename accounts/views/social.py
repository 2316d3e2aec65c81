"""Google and Facebook."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def begin(request: HttpRequest, provider: str) -> HttpResponse:
    return render(request, "accounts/social.html")


@login_required
def facebook_deletion(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/social.html")


@login_required
def facebook_deletion_status(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "accounts/social.html")
