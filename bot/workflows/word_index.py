"""Texts found by words: an index in memory, by BM25, with the stems of several languages (tantivy).

Whatever is asked is words, never a query language. The library is heavy and needed by nobody before the first question,
so it is loaded then; what is here blocks, and belongs into a thread.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Final

HEAP: Final = 15_000_000
"""Bytes that writing the index may take: the least that tantivy accepts."""
MOST_WORDS: Final = 50
"""Of a question."""
LONGEST_WORD: Final = 100
"""Letters; what is longer is no word, and to look for it with a typing error would take seconds."""
LANGUAGES: Final = ("english", "german", "spanish", "french")
MISTYPED: Final = 5
"""Letters from which on a word that stands nowhere may be one typing error away from one that does."""
MISTYPED_WEIGHT: Final = 1.0
"""What finding a word by one typing error counts: about as much as the word itself in a title."""
PARTS: Final = re.compile(r"(?<=[a-zß-ÿ0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_")
"""Where the names of alerts are read as words: `NodeFilesystemAlmostFull`."""


Forms = frozenset[tuple[str, str]]
"""Words as an analyzer leaves them, each with its name."""


@dataclass(frozen=True, slots=True)
class Searched:
    """A field that is searched: what a word there counts, in which languages its words have stems, and whether it tells
    what the text is about. Only such words are told as a reason, and only they are found in spite of a typing error."""

    weight: float
    languages: Sequence[str] = ("english",)
    is_telling: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    key: str
    score: float
    """1.0 is about what a word counts that stands in this text alone, once."""
    words: tuple[str, ...] = ()
    """Those of the question that stand in what is telling, as they were asked."""


class WordIndex:
    def __init__(self, fields: Mapping[str, Searched]) -> None:
        self._fields = fields
        self._weights = {
            f"{name}_{language}": field.weight / len(field.languages)
            for name, field in fields.items()
            for language in field.languages
        }
        self._telling = [name for name, field in fields.items() if field.is_telling]
        self._index: Any = None
        self._schema: Any = None
        self._analyzers: dict[str, Any] = {}
        self._stand: dict[str, Forms] = {}
        """The forms of the telling words of each text."""

    def write(self, texts: Mapping[str, Mapping[str, str]], gone: Iterable[str] = ()) -> None:
        """Take in texts by their keys, instead of what was there by these; a text is its fields."""
        import tantivy

        if self._index is None:
            self._schema = self._made_for(tantivy)
            self._index = tantivy.Index(self._schema)
            self._analyzers = {name: _analyzer(tantivy, name) for name in (*LANGUAGES, "plain")}
            for name, analyzer in self._analyzers.items():
                self._index.register_tokenizer(name, analyzer)
        writer = self._index.writer(heap_size=HEAP, num_threads=1)
        for key in {*gone, *texts}:
            writer.delete_documents_by_term("key", key)
            self._stand.pop(key, None)
        for key, text in texts.items():
            document = tantivy.Document(key=key)
            for name, field in self._fields.items():
                for language in field.languages:
                    document.add_text(f"{name}_{language}", text[name])
            telling = "\n".join(text[name] for name in self._telling)
            document.add_text("plain", telling)
            self._stand[key] = self._forms(telling)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def ask(self, words: str, limit: int) -> list[Found]:
        """Texts in which the words stand, best first; those that are equally good by their keys."""
        if self._index is None:
            return []
        searcher = self._index.searcher()
        return self._best(searcher, [(word, *self._query(searcher, word)) for word in words_of(words)], limit)

    def overhear(self, talk: str, limit: int, apart_from: str = "") -> list[Found]:
        """The same of what people say at length: only words count that stand, as they are, in what is telling, and of
        those only the ones that are not in `apart_from`."""
        if self._index is None:
            return []
        fields = {name: weight for name, weight in self._weights.items() if name.rpartition("_")[0] in self._telling}
        told = frozenset[tuple[str, str]]().union(*self._stand.values()) - self._forms(apart_from)
        known = ((word, self._forms(word)) for word in words_of(talk, None))
        heard = [(word, forms) for word, forms in known if forms and forms <= told][:MOST_WORDS]
        queries = [self._index.parse_query_lenient(word, list(fields), field_boosts=fields)[0] for word, _ in heard]
        asked = [(word, query, forms) for (word, forms), query in zip(heard, queries, strict=True)]
        return self._best(self._index.searcher(), asked, limit)

    def _best(self, searcher: Any, asked: Sequence[tuple[str, Any, Forms | None]], limit: int) -> list[Found]:
        from tantivy import Occur, Query

        whole = Query.boolean_query([(Occur.Should, query) for _, query, _ in asked])
        hits = [(searcher.doc(at)["key"][0], score) for score, at in searcher.search(whole, limit).hits]
        rarest = log(1 + (searcher.num_docs + 0.5) / 1.5)
        found = [
            Found(
                key,
                round(score / rarest, 6),
                tuple(word for word, _, forms in asked if self._stands(word, forms, self._stand[key])),
            )
            for key, score in hits
        ]
        return sorted(found, key=lambda one: (-one.score, one.key))

    def _made_for(self, tantivy: Any) -> Any:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("key", stored=True, tokenizer_name="raw")
        for name, field in self._fields.items():
            for language in field.languages:
                builder.add_text_field(f"{name}_{language}", tokenizer_name=language)
        builder.add_text_field("plain", tokenizer_name="plain")
        return builder.build()

    def _query(self, searcher: Any, word: str) -> tuple[Any, Forms | None]:
        """A word in any field, and its forms; one that stands nowhere as it may have been meant, and no forms."""
        from tantivy import Query

        query, _ = self._index.parse_query_lenient(word, list(self._weights), field_boosts=self._weights)
        forms = self._forms(word)
        if len(word) < MISTYPED or not forms or not self._telling or searcher.search(query, 1).hits:
            return query, forms
        meant = Query.fuzzy_term_query(self._schema, "plain", folded(word))
        return Query.boost_query(meant, MISTYPED_WEIGHT), None

    def _stands(self, word: str, forms: Forms | None, told: Forms) -> bool:
        """Whether a word stands in what is telling; one without forms, with a typing error."""
        if forms is not None:
            return not forms.isdisjoint(told)
        return any(name == "plain" and is_mistyped(folded(word), form) for name, form in told)

    def _forms(self, text: str) -> Forms:
        return frozenset((name, form) for name, analyzer in self._analyzers.items() for form in analyzer.analyze(text))


def _analyzer(tantivy: Any, name: str) -> Any:
    """Lower case, without small words of any of the languages and without accents; stemmed but in `plain`."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
    for language in LANGUAGES:
        builder = builder.filter(tantivy.Filter.stopword(language))
    if name != "plain":
        builder = builder.filter(tantivy.Filter.stemmer(name))
    return builder.filter(tantivy.Filter.ascii_fold()).build()


def words_of(text: str, most: int | None = MOST_WORDS) -> list[str]:
    """The words of a question in lower case, each once."""
    parts = (part for token in re.findall(r"\w+", text) for part in PARTS.split(token))
    return list(dict.fromkeys(part.casefold() for part in parts if 1 < len(part) <= LONGEST_WORD))[:most]


def folded(word: str) -> str:
    """Without accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))


def is_mistyped(word: str, other: str) -> bool:
    """Whether one letter more, less or another, or two that changed places, make one word of the other."""
    if abs(len(word) - len(other)) > 1:
        return False
    at = next((at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), None)
    if at is None:
        return True
    left, right = word[at:], other[at:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or left[1::-1] + left[2:] == right
