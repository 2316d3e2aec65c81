"""Closing an account, and changing one’s mind."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def close(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/closing.html")


@login_required
def keep(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/closing.html")
