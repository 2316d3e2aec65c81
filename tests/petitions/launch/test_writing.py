"""Advice beside the words: what is found, what is left alone, and that nothing typed is an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.content.writing import about_text, about_title, is_shouted, normal_case

LONG = "Les rails sont là, la gare aussi, et personne ne s’arrête plus. " * 6


def kinds(text, **more):
    return [remark.kind for remark in about_text(f"{LONG}\n\n{text}", **more)]


def test_a_good_title_gets_no_remark():
    assert about_title("Rouvrez la ligne de train entre Lille et Hirson") == []


def test_an_empty_field_gets_no_remark():
    assert about_title("") == about_text("  \n ") == []


def test_a_title_is_too_long_for_a_telephone_beyond_ninety_characters():
    assert about_title("x" * 90) == []
    [remark] = about_title("x" * 92)
    assert remark.kind == "long"
    assert "2 caractères" in remark.words


def test_a_title_in_capitals_gets_an_offer_to_write_it_otherwise():
    [remark] = about_title("SAUVONS LES PLATANES DE LA PLACE")

    assert remark.is_shouting
    assert normal_case("SAUVONS LES PLATANES. ILS ONT CENT ANS !") == "Sauvons les platanes. Ils ont cent ans !"


@pytest.mark.parametrize("title", ["La SNCF et la RATP", "AESH : un contrat", "RN 12", "STOP"])
def test_an_acronym_is_no_shouting(title):
    assert not is_shouted(title)


def test_what_was_not_shouted_stays_as_it_is():
    assert normal_case("La SNCF.\nTOUT LE MONDE ATTEND ICI") == "La SNCF.\nTout le monde attend ici"


def test_a_text_is_short_under_three_hundred_characters_and_long_beyond_ten_thousand():
    assert [remark.kind for remark in about_text("Agissons.")] == ["short"]
    assert [remark.kind for remark in about_text("Un mot. " * 1_300)] == ["long"]
    assert about_text(LONG) == []


@pytest.mark.parametrize(
    ("words", "kind", "found"),
    [
        ("Écrivez à jean.dupont+petition@mairie-langres.fr vite", "email", "jean.dupont+petition@mairie-langres.fr"),
        ("Appelez le 06 12 34 56 78", "phone", "06 12 34 56 78"),
        ("Appelez le 06.12.34.56.78.", "phone", "06.12.34.56.78"),
        ("Appelez le +33 6 12 34 56 78", "phone", "+33 6 12 34 56 78"),
        ("Appelez le 0033(0)612345678", "phone", "0033(0)612345678"),
        ("Appelez le 0612345678", "phone", "0612345678"),
        ("IBAN FR14 2004 1010 0505 0001 3M02 606", "iban", "FR14 2004 1010 0505 0001 3M02 606"),
        ("la voiture AB-123-CD", "plate", "AB-123-CD"),
        ("il habite 12 bis, rue des Tilleuls", "home", "12 bis, rue des Tilleuls"),
        ("la faute de M. Grégoire Lambert", "person", "M. Grégoire Lambert"),
        ("la faute de Mme Lambert", "person", "Mme Lambert"),
        ("mon voisin Grégoire fait du bruit", "person", "mon voisin Grégoire"),
        ("Kevin Durand est un escroc", "person", "Kevin Durand"),
        ("c’est Jean-Pierre de La Tour qui ment", "person", "Jean-Pierre de La"),
        ("my neighbour Gary shouts", "person", "my neighbour Gary"),
    ],
)
def test_what_may_tell_of_a_person_is_asked_about_with_its_words(words, kind, found):
    [remark] = about_text(f"{LONG}\n\n{words}")

    assert (remark.kind, remark.found) == (kind, found)


@pytest.mark.parametrize(
    "words",
    [
        "le budget 2024 est de 12 000 000 euros",
        "la loi 2021-1362, article 5, 12/05/2026",
        "SIRET 123 456 789 00012",
        "un numéro FR12 3456 7890 1234 qui n’est pas un compte",
        "Monsieur le Maire, Madame la Ministre, écoutez",
        "Monsieur Maire de Langres",
        "notre voisine la gare",
        "la route de Langres, le quai des Orfèvres",
        "@mairie sur les réseaux",
        "le collège Jean Moulin, la rue Victor Hugo et l’hôpital Simone Veil",
        "à Saint-Pierre Église et à Saint-Jean Pied de Port",
        "Pierre par pierre, Marie et Paul l’ont dit",
    ],
)
def test_what_tells_of_nobody_is_left_alone(words):
    assert kinds(words) == []


def test_a_recipient_may_be_named():
    words = "Nous le demandons à M. Xavier Delattre."

    assert kinds(words) == ["person"]
    assert kinds(words, recipients=["Xavier Delattre"]) == []


@given(st.text(max_size=400))
def test_nothing_typed_is_an_error(text):
    about_title(text)
    about_text(text)
    normal_case(text)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "piece", ["a@", "0", "06 ", "M. A", "1 rue ", "FR14 ", "A", "mon voisin ", "a.", "-", "Jean ", "Jean-", "rue "]
)
def test_a_text_made_to_be_slow_is_not(piece):
    about_text(piece * (20_000 // len(piece)))
