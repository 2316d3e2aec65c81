"""Addresses of petitions and signatures (contract.md)."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from petitions.views import (
    account,
    authors,
    decisions,
    lists,
    my_signatures,
    outcomes,
    pages,
    rewording,
    share_images,
    signature,
    signing,
    space,
    updates,
)
from petitions.views.launch import start, writing


class RowIdConverter(IntConverter):
    """A number that a bigint can hold: an address with a longer one leads nowhere."""

    regex = "[0-9]{1,18}"


register_converter(RowIdConverter, "row_id")

PETITION = "petition/<slug:theme>/<slug:slug>/<row_id:petition_id>/"
SIGNATURE = "signature/<str:token>/"
SPACE = "espace/petition/<row_id:petition_id>/"

urlpatterns = [
    path("", lists.home, name="home"),
    path("petitions/", lists.petition_list, name="petition_list"),
    path("petitions/lancer/", start.launch, name="launch"),
    path("petitions/lancer/semblables/", start.launch_similar, name="launch_similar"),
    path("petitions/lancer/apercu/", start.launch_preview, name="launch_preview"),
    path("petitions/lancer/<row_id:petition_id>/<slug:word>/", writing.launch_step, name="launch_step"),
    path("espace/", space.space, name="space"),
    path(f"{SPACE}modifier/", rewording.space_edit, name="space_edit"),
    path(f"{SPACE}prolonger/", space.space_extend, name="space_extend"),
    path(f"{SPACE}reprendre/", space.space_take_back, name="space_take_back"),
    path(f"{SPACE}supprimer/", space.space_delete, name="space_delete"),
    path("auteur/<slug:slug>/", authors.author, name="author"),
    path("petition/<row_id:petition_id>/", pages.petition_short, name="petition_short"),
    path("petition/<row_id:petition_id>/signer/", signing.sign, name="sign"),
    path("petition/<row_id:petition_id>/image.png", share_images.petition_image, name="petition_image"),
    path(PETITION, pages.petition, name="petition"),
    path(f"{PETITION}confirmez/", signing.sign_pending, name="sign_pending"),
    path(f"{PETITION}historique/", pages.petition_history, name="petition_history"),
    path(f"{PETITION}journal/", pages.petition_journal, name="petition_journal"),
    path(f"{PETITION}actualites/", updates.petition_updates, name="petition_updates"),
    path(f"{PETITION}actualite/<row_id:number>/", updates.petition_update, name="petition_update"),
    path(f"{PETITION}commentaires/", updates.petition_comments, name="petition_comments"),
    path("victoires/", outcomes.victories, name="victories"),
    path(SIGNATURE, signature.manage, name="signature"),
    path(f"{SIGNATURE}confirmer/", signature.confirm, name="signature_confirm"),
    path(f"{SIGNATURE}merci/", signature.thanks, name="signature_thanks"),
    path(f"{SIGNATURE}pas-moi/", signature.disown, name="signature_disown"),
    path("decision/<str:token>/", decisions.decision, name="decision"),
    path("mes-signatures/", my_signatures.my_signatures, name="my_signatures"),
    path("compte/signatures/", account.signatures, name="account_signatures"),
    path("mes-signatures/<str:token>/", my_signatures.my_signatures_list, name="my_signatures_list"),
]
