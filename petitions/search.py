"""From what somebody types to PostgreSQL full text: words, « phrases », words to leave out (ADR 0007)."""

import re
from dataclasses import dataclass
from functools import reduce
from operator import and_

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable
from django.db.models import Case, Func, IntegerField, Q, TextField, Value, When

from mesopinions.core.text import visible

LONGEST = 200
# A petition is stemmed in its own language, so the query is as well, once in each.
CONFIGURATIONS = {"fr": "french", "en": "english"}
TERM = re.compile(r'(?P<minus>-?)(?:["«“](?P<phrase>[^"»”]*)["»”]?|(?P<word>[^\s"«“]+))')


class Folded(Func):
    """Words as the index holds them: no case, no accent, no small word."""

    function = "petitions_fold"
    output_field = TextField()


class Words(SearchQuery):
    """A search query that also knows `beginning`: these words, or longer ones that begin with what is typed."""

    SEARCH_TYPES = SearchQuery.SEARCH_TYPES | {"beginning": "petitions_beginning"}


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. `text` is fit to show, and at most LONGEST characters long."""

    text: str
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]
    # The last word may be the beginning of a longer one, unless a quote or a minus says what is meant.
    has_open_end: bool

    @property
    def matches(self) -> Q:
        """The condition on a petition that has every word wanted and none of the others."""
        return self._in("words", has_open_end=self.has_open_end)

    @property
    def relevance(self) -> Case:
        """2 when the words stand in the title, 1 when they stand elsewhere, 0 when one only begins like the last."""
        in_title, anywhere = (self._in(column, has_open_end=False) for column in ("title", "words"))
        return Case(
            When(in_title, then=Value(2)),
            When(anywhere, then=Value(1)),
            default=Value(0),
            output_field=IntegerField(),
        )

    def _in(self, column: str, *, has_open_end: bool) -> Q:
        if not self.wanted:
            return Q(pk__in=[])
        condition = Q()
        for language, config in CONFIGURATIONS.items():
            query = self._query(config, has_open_end=has_open_end)
            condition |= Q(**{"search__language": language, f"search__{column}": query})
        return condition

    def _query(self, config: str, *, has_open_end: bool) -> SearchQueryCombinable:
        terms: list[SearchQueryCombinable] = [_phrase(term, config) for term in self.wanted]
        if has_open_end:
            terms[-1] = Words(Folded(Value(self.wanted[-1])), config=config, search_type="beginning")
        return reduce(and_, [*terms, *(~_phrase(term, config) for term in self.unwanted)])


def read_search(text: str) -> Search:
    """Read what somebody typed, whatever it is. Nothing in it is an error; without a word it matches nothing."""
    text = " ".join(visible(text[: 2 * LONGEST]).split())[:LONGEST].rstrip()
    found = list(TERM.finditer(text))
    terms = [(match["minus"], match["word"] or match["phrase"]) for match in found]
    return Search(
        text=text,
        wanted=tuple(term for minus, term in terms if not minus and has_word(term)),
        unwanted=tuple(term for minus, term in terms if minus and has_word(term)),
        has_open_end=bool(found and found[-1]["word"] and not found[-1]["minus"] and has_word(found[-1]["word"])),
    )


def has_word(term: str | None) -> bool:
    return any(char.isalnum() for char in term or "")


def _phrase(words: str, config: str) -> SearchQuery:
    # A word with a hyphen or an apostrophe is two for the index: they stand side by side.
    return SearchQuery(Folded(Value(words)), config=config, search_type="phrase")
