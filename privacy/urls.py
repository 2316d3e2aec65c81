"""Addresses of consents and rights."""

from django.urls import path

from privacy.views import rights, unsubscribe

urlpatterns = [
    path("confidentialite/mes-droits/", rights.rights, name="rights"),
    path("confidentialite/mes-droits/ouvrez-votre-boite-mail/", rights.rights_sent, name="rights_sent"),
    path("confidentialite/mes-droits/<str:token>/", rights.rights_request, name="rights_request"),
    path("desabonnement/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
