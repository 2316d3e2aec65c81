"""Addresses under /compte/."""

from django.urls import path

from accounts.views import Login, Logout

urlpatterns = [
    path("login/", Login.as_view(), name="login"),
    path("logout/", Logout.as_view(), name="logout"),
]
