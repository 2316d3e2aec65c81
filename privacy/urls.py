"""Addresses of consents."""

from django.urls import path

from privacy import views

urlpatterns = [path("desabonnement/<str:token>/", views.unsubscribe, name="unsubscribe")]
