"""Addresses of consents and rights."""

from django.urls import path

from privacy.views import unsubscribe

urlpatterns = [path("desabonnement/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe")]
