"""What a mail looks like when it leaves."""

import pytest

from mesopinions.mail.compose import compose, one_line
from tests.fakes.greeting.mails import waiting_greeting

pytestmark = pytest.mark.usefixtures("greetings", "db")
NARROW = "\u202f"


def test_a_mail_has_a_text_and_an_html_part_in_the_language_of_the_person():
    french, english = compose(waiting_greeting()), compose(waiting_greeting(language="en"))

    assert (french.subject, english.subject) == (f"Bonjour Samir{NARROW}!", "Hello Samir!")
    assert (french.extra_headers["Content-Language"], english.extra_headers["Content-Language"]) == ("fr", "en")
    assert [part.get_content_type() for part in french.message().get_payload()] == ["text/plain", "text/html"]
    assert 'href="http://localhost:8000/"' in french.alternatives[0].content
    assert 'href="http://localhost:8000/en/"' in english.alternatives[0].content


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b"])
def test_a_name_with_line_ends_adds_no_header(line_end):
    mail = waiting_greeting(
        name=f"Samir{line_end}Bcc: oscar@example.org", leave=f"https://x.org>{line_end}Cc: <o@x.org"
    )

    message = compose(mail).message()

    assert message["Bcc"] is message["Cc"] is None
    assert len(str(compose(mail).subject).splitlines()) == 1
    assert compose(mail).recipients() == ["samir@example.org"]


def test_an_apostrophe_is_escaped_in_html_only():
    message = compose(waiting_greeting(name="L'Été <b>"))

    assert "L'Été <b>" in message.subject
    assert "L'Été <b>" in message.body
    assert "L&#x27;Été &lt;b&gt;" in message.alternatives[0].content


def test_the_text_part_has_no_runs_of_empty_lines():
    text = compose(waiting_greeting()).body

    assert "Bonjour Samir.\n\nhttp://localhost:8000/bonjour/\n\n--" in text
    assert "\n\n\n" not in text


def test_a_letter_adds_headers_of_its_own():
    headers = compose(waiting_greeting()).extra_headers

    assert headers["List-Unsubscribe"] == "<https://example.org/stop>"
    assert headers["Auto-Submitted"] == "auto-generated"


def test_a_header_keeps_the_spaces_that_french_wants():
    assert one_line(f"  « Oui »{NARROW}!\n\x00  Et\xa0non ") == f"« Oui »{NARROW}! Et\xa0non"
