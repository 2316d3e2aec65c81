"""What a browser calls itself, in words that its owner knows: « Firefox sur Android »."""

from django.utils.translation import gettext as _

# The first mark that is found names it: every browser also calls itself by the names of older ones.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def in_words(user_agent: str) -> str:
    """Return the family of a browser and its system, as far as `user_agent` tells them."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), _("Navigateur inconnu"))
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return _("%(browser)s sur %(system)s") % {"browser": browser, "system": system} if system else browser
