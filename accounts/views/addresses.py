"""A new e-mail address, confirmed on both sides."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def change(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/addresses.html")


@login_required
def confirm(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/addresses.html")
