"""Addresses of the policy, of consents and rights."""

from django.urls import path

from privacy.views import policy, rights, unsubscribe

urlpatterns = [
    path("confidentialite/", policy.privacy_policy, name="privacy"),
    path("confidentialite/mes-droits/", rights.rights, name="rights"),
    path("confidentialite/mes-droits/ouvrez-votre-boite-mail/", rights.rights_sent, name="rights_sent"),
    path("confidentialite/mes-droits/<str:token>/", rights.rights_request, name="rights_request"),
    path("confidentialite/mes-droits/<str:token>/fichier/", rights.rights_file, name="rights_file"),
    path("desabonnement/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
