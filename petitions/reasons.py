"""For each reason to decide against a text: the rule it breaks, and words to begin the statement of reasons with.

Both languages stand side by side, and in no catalogue: a statement is written in the language of whoever it is for,
whatever the language of the screen it is written on (DSA art. 17.3, d and e: the legal or the contractual ground).
Somebody with an account reads the language of the account; a signer without one, that of the signature.
"""

from dataclasses import dataclass

from petitions.models import Reason

CHARTER = ("la charte des pétitions", "the petition charter")


@dataclass(frozen=True, slots=True)
class Ground:
    """A rule and what to say of it, in French and in English."""

    rule: tuple[str, str]
    statement: tuple[str, str]


def rule_of(reason: str, language: str) -> str:
    """Return the rule that stands against the text, '' without a reason."""
    return _in(language, GROUNDS[Reason(reason)].rule) if reason else ""


def statement_for(reason: str, language: str) -> str:
    """Return the words that a statement of this reason may begin with, '' without a reason."""
    return _in(language, GROUNDS[Reason(reason)].statement) if reason else ""


def _in(language: str, both: tuple[str, str]) -> str:
    return both[1] if language.startswith("en") else both[0]


GROUNDS = {
    Reason.DUPLICATE: Ground(
        CHARTER,
        (
            "Une autre pétition demande déjà la même chose à la même personne. Deux pétitions se partagent les voix"
            " et aucune ne pèse. Signez-la et faites-la connaître ; si votre demande est différente, dites en quoi"
            " dès le titre.",
            "Another petition already asks the same thing of the same person. Two petitions split the voices and"
            " neither carries weight. Sign that one and spread the word; if your request is different, say how in the"
            " title.",
        ),
    ),
    Reason.UNCLEAR: Ground(
        CHARTER,
        (
            "À la lecture, nous n’avons pas compris ce qui se passe, ou ce que vous voulez obtenir. Dites en quelques"
            " phrases les faits, où et quand, puis ce que vous demandez et à qui.",
            "After reading it, we did not understand what is happening, or what you want to obtain. Say in a few"
            " sentences what the facts are, where and when, then what you ask for and of whom.",
        ),
    ),
    Reason.NO_REQUEST: Ground(
        CHARTER,
        (
            "Une pétition demande quelque chose à quelqu’un qui peut en décider. Ce texte donne un avis sans rien"
            " demander. Ajoutez la décision que vous attendez et la personne ou l’institution qui peut la prendre.",
            "A petition asks something of somebody who can decide it. This text gives an opinion and asks for"
            " nothing. Add the decision you expect and the person or institution that can take it.",
        ),
    ),
    Reason.ADVERTISING: Ground(
        CHARTER,
        (
            "Ce texte fait la promotion d’un produit, d’un service ou d’une collecte d’argent. Ôtez les marques, les"
            " prix et les liens commerciaux, et gardez ce que vous demandez.",
            "This text promotes a product, a service or a collection of money. Remove the brands, prices and"
            " commercial links, and keep what you are asking for.",
        ),
    ),
    Reason.HATE: Ground(
        ("la loi du 29 juillet 1881, articles 24, 32 et 33", "the French Act of 29 July 1881, articles 24, 32 and 33"),
        (
            "Ce texte vise des personnes en raison de leur origine, de leur religion, de leur sexe, de leur"
            " orientation sexuelle, de leur identité de genre ou d’un handicap. Vous pouvez contester une décision ou"
            " une pratique ; vous ne pouvez pas rabaisser un groupe de personnes.",
            "This text targets people because of their origin, religion, sex, sexual orientation, gender identity or"
            " a disability. You may dispute a decision or a practice; you may not demean a group of people.",
        ),
    ),
    Reason.PRIVATE_PERSON: Ground(
        ("l’article 9 du Code civil (vie privée)", "article 9 of the French Civil Code (private life)"),
        (
            "Ce texte met en cause une personne privée que l’on peut reconnaître. Ôtez son nom et ce qui permet de"
            " l’identifier, et adressez votre demande à qui peut décider : mairie, entreprise, administration.",
            "This text accuses a private person who can be recognised. Remove the name and whatever identifies them,"
            " and address your request to whoever can decide: a town hall, a company, a public body.",
        ),
    ),
    Reason.PERSONAL_DATA: Ground(
        ("le RGPD, article 6", "the GDPR, article 6"),
        (
            "Ce texte publie des données personnelles, par exemple une adresse, un numéro de téléphone ou une"
            " information de santé, de quelqu’un qui n’y a pas consenti. Ôtez-les : la demande se comprend sans elles.",
            "This text publishes personal data, such as an address, a phone number or health information, of somebody"
            " who has not agreed to it. Remove them: the request can be understood without them.",
        ),
    ),
    Reason.DEFAMATION: Ground(
        ("la loi du 29 juillet 1881, articles 29 et 32", "the French Act of 29 July 1881, articles 29 and 32"),
        (
            "Ce texte affirme un fait qui porte atteinte à l’honneur de quelqu’un, sans rien pour l’établir. Citez une"
            " source que chacun peut vérifier, ou dites ce que vous demandez sans cette accusation.",
            "This text states a fact that harms somebody’s honour, with nothing to establish it. Quote a source that"
            " anyone can check, or say what you ask for without this accusation.",
        ),
    ),
    Reason.COURT_CASE: Ground(
        (
            "l’article 9-1 du Code civil (présomption d’innocence)",
            "article 9-1 of the French Civil Code (presumption of innocence)",
        ),
        (
            "Ce texte prend parti dans une affaire que la justice n’a pas jugée, et présente quelqu’un comme coupable."
            " Vous pouvez demander un changement de la loi ou des moyens pour la justice, sans désigner de coupable.",
            "This text takes sides in a case that no court has judged yet, and presents somebody as guilty. You may"
            " ask for a change of the law or for means for the courts, without naming anybody as guilty.",
        ),
    ),
    Reason.VIOLENCE: Ground(
        (
            "le Code pénal, article 222-17, et la loi du 29 juillet 1881, article 24",
            "the French Criminal Code, article 222-17, and the Act of 29 July 1881, article 24",
        ),
        (
            "Ce texte menace quelqu’un ou appelle à la violence. Dites ce que vous demandez sans menace.",
            "This text threatens somebody or calls for violence. Say what you ask for without any threat.",
        ),
    ),
    Reason.FALSEHOOD: Ground(
        CHARTER,
        (
            "Ce texte présente comme établi un fait que les sources disponibles démentent, ce qui trompe ceux qui le"
            " signent. Corrigez ce fait, ou citez la source sur laquelle vous vous appuyez.",
            "This text presents as established a fact that the available sources contradict, which misleads those who"
            " sign. Correct that fact, or quote the source you rely on.",
        ),
    ),
    Reason.COPYRIGHT: Ground(
        (
            "le Code de la propriété intellectuelle, article L122-4, et le Code civil, article 9",
            "the French Intellectual Property Code, article L122-4, and the Civil Code, article 9",
        ),
        (
            "Ce texte ou son image reprend l’œuvre, ou montre le visage, de quelqu’un qui ne l’a pas autorisé."
            " Remplacez-les par vos propres mots ou par une image que vous avez le droit d’utiliser.",
            "This text or its picture copies the work, or shows the face, of somebody who has not allowed it. Replace"
            " them with your own words or with a picture that you have the right to use.",
        ),
    ),
    Reason.ILLEGAL: Ground(
        ("la loi, précisée dans l’explication", "the law, as named in the explanation"),
        (
            "Ce texte est contraire à la loi : [indiquer l’article et le passage]. Ôtez ce passage.",
            "This text is against the law: [name the article and the passage]. Remove this passage.",
        ),
    ),
    Reason.FRAUD: Ground(
        CHARTER,
        (
            "Une partie des signatures de cette pétition n’a pas été donnée par de vraies personnes. Une personne signe"
            " une fois, elle-même.",
            "Part of the signatures of this petition were not given by real people. One person signs once, themselves.",
        ),
    ),
    Reason.OTHER: Ground(
        CHARTER,
        (
            "Ce texte ne respecte pas cette règle de la charte : [indiquer la règle et le passage].",
            "This text does not follow this rule of the charter: [name the rule and the passage].",
        ),
    ),
}
