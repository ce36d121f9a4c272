"""Labels of the form compared tolerantly: what is printed garbled, wrapped or spaced is still known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from rapidfuzz.distance import Levenshtein

from pipeline.form.edition import FormBlock, editions
from pipeline.form.values import clean_text, parse_value

# Shares of equal characters (0..1); two rows of one edition never come nearer than 0.75.
NEARLY_EQUAL = 0.85
SURE_BEGINNING = 0.8  # one character in five may be misread
LEAST_BEGINNING = 5  # characters; fewer begin several labels
MOST_LABELS = 0.8  # share of a piece's labels that are known ones of its table; some print more rows
CUT_LABELS = 2  # labels below a cut that tell a table without the first one, which may be cut, at the fewest
LONGEST_LABEL = 40  # characters, wrapped and numbered
SHOWN_LABELS = 2  # words of prose are now and then one
WHOLE_LABEL = 0.9  # a piece nearer than this to a label is that label, not half of one

# Readers take blurred simplified characters for the traditional ones that they know as well.
_SIMPLIFIED = str.maketrans(
    "業個為舉務會況減單發號報擇執護據數權機構條處復審對屬開強當總無沒現確織經結繼續維繳罰獲補規計認"
    "議許訟訪訴詢請購費過這採項額類係糾組轉與於區國廢決辦別製內關範納穩",
    "业个为举务会况减单发号报择执护据数权机构条处复审对属开强当总无没现确织经结继续维缴罚获补规计认"
    "议许讼访诉询请购费过这采项额类系纠组转与于区国废决办别制内关范纳稳",
)
_ENUMERATOR = re.compile(r"^\s*(?:[(（].{1,2}[)）]|[0-9０-９一二三四五六七八九十]{1,2}\s*[.．、,，])")
_CJK = re.compile(r"[\u3400-\u9fff]")


@lru_cache(maxsize=65536)
def normalize(text: str) -> str:
    """Return the letters and digits of `text` alone, in compatibility form (NFKC), simplified."""
    plain = unicodedata.normalize("NFKC", clean_text(text)).translate(_SIMPLIFIED)
    return "".join(c for c in plain if c.isalnum())


@lru_cache(maxsize=65536)
def _bare(text: str) -> str:
    return normalize(_ENUMERATOR.sub("", clean_text(text), count=1))


@lru_cache(maxsize=262144)
def similarity(text: str, label: str) -> float:
    """Return how alike two labels are (0..1): Levenshtein, with or without their enumerators."""
    whole = Levenshtein.normalized_similarity(normalize(text), normalize(label))
    bare, wanted = _bare(text), _bare(label)
    # A lost or misread number costs little; a lone character left proves nothing.
    if whole < 1.0 and len(bare) > 1 and len(wanted) > 1:
        whole = max(whole, 0.95 * Levenshtein.normalized_similarity(bare, wanted))
    return whole if normalize(text) else 0.0


def best_similarity(text: str, labels: Iterable[str]) -> float:
    return max((similarity(text, label) for label in labels), default=0.0)


def beginning(text: str, labels: Iterable[str]) -> float:
    """Return how like the beginning of a label `text` is (0..1), with or without the label's number.

    0 for what is too short to tell labels apart, and for whole labels.
    """
    words = normalize(text)
    if len(words) < LEAST_BEGINNING:
        return 0.0
    starts = (start for label in labels for start in (normalize(label), _bare(label)))
    return max(
        (similarity(words, start[: len(words)]) for start in starts if len(start) > len(words)), default=0.0
    )


def characters_of(text: str) -> str:
    """Return the Chinese characters of a text."""
    return "".join(_CJK.findall(text))


def is_label_like(text: str) -> bool:
    """Return whether `text` has the words of a label: two Chinese characters at least, and not a figure."""
    if len(characters_of(text)) < 2:
        return False
    return parse_value(text, "件").state == "text" and parse_value(text, "万元").state == "text"


def is_header_text(text: str) -> bool:
    """Return whether `text` is nearly a header cell, corner or block title of any edition's form."""
    return best_similarity(text, _header_labels()) >= NEARLY_EQUAL


def is_known_label(text: str) -> bool:
    """Return whether `text` is nearly a label of a row, or a header cell, of any edition's form."""
    return is_label_like(text) and best_similarity(text, _header_labels() + _row_labels()) >= NEARLY_EQUAL


def shows_form(texts: Iterable[str]) -> bool:
    """Return whether the texts are, or hold, several labels or header cells of the form's tables."""
    labels = _header_labels() + _row_labels()
    words = dict.fromkeys(text for text in texts if is_label_like(text))
    known = (
        label
        for text in words
        for label in (_held(text) if len(text) > LONGEST_LABEL else [text])
        if label is not text or best_similarity(text, labels) >= NEARLY_EQUAL
    )
    return _are_several(known)


def holds_several(text: str) -> bool:
    """Return whether a cell's text is several labels of the form's rows run together."""
    return len(text) > LONGEST_LABEL and _are_several(_held(text))


def _are_several(labels: Iterator[str]) -> bool:
    return len(list(islice(labels, SHOWN_LABELS))) == SHOWN_LABELS


def _held(text: str) -> Iterator[str]:
    """Yield the longer labels of rows that stand in a text: cells whose borders are lost run together."""
    plain = normalize(text)
    bare = (_bare(label) for label in _row_labels())
    yield from (label for label in dict.fromkeys(bare) if len(label) >= LEAST_BEGINNING and label in plain)


def same_label(upper: str, lower: str) -> bool:
    """Return whether two texts are one label of the form cut in two.

    True where `upper + lower` is nearly a label and neither piece is one by itself: a piece that lacks a
    character is nearly one, but less than both together.  What makes a text no more like a label is not the
    end of it: a figure, say, that stands below a column's name.
    """
    pieces = normalize(upper), normalize(lower)
    if not all(pieces):
        return False
    labels = _header_labels() + _row_labels()
    whole = _plain_best("".join(pieces), labels)
    return whole >= NEARLY_EQUAL and all(_plain_best(piece, labels) < whole for piece in pieces)


def same_table(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Return whether the words of two pieces are one form table's, the lower piece not being its beginning.

    True where nearly all labels of both stand in that table and in no other so many; the first one below may
    be the end of a label that a page break cut, and one above its beginning.
    """
    labels = [text for text in lower if is_label_like(text)]
    first, second = _kind_of(upper) or _kind_of(upper, cut=True), _kind_of(labels)
    if second is None and len(labels) > CUT_LABELS:
        second = _kind_of(labels[1:])
    if first is None or first != second:
        return False
    top = normalize(labels[0])
    return _plain_best(top, _beginnings()) < WHOLE_LABEL


def _kind_of(texts: Sequence[str], *, cut: bool = False) -> str | None:
    """Return the kind of the form table whose words `texts` are, None where that is none or several.

    Where a page break may have `cut` them, beginnings of labels count as these.
    """
    words = [text for text in texts if is_label_like(text)]
    if not words:
        return None

    def is_of(word: str, labels: Sequence[str]) -> bool:
        near = best_similarity(word, labels) >= NEARLY_EQUAL
        return near or (cut and beginning(word, labels) >= SURE_BEGINNING)

    shares = {
        kind: sum(is_of(word, labels) for word in words) / len(words)
        for kind, labels in _labels_by_kind().items()
    }
    best = max(shares.values())
    kinds = [kind for kind, share in shares.items() if share == best]
    return kinds[0] if best >= MOST_LABELS and len(kinds) == 1 else None


@lru_cache
def _beginnings() -> tuple[str, ...]:
    """Return what stands first in the form's tables: a title, a corner or a column's header."""
    blocks = (t.blocks[0] for e in editions() for t in e.tables)
    starts = ((b.title,) if b.title else (*b.corner, b.columns[0].path[0]) for b in blocks)
    return tuple(dict.fromkeys(start for found in starts for start in found))


@lru_cache
def _labels_by_kind() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for table in (t for e in editions() for t in e.tables):
        words = (word for b in table.blocks for word in (*_header_words(b), *_row_words(b)))
        found.setdefault(table.kind, {}).update(dict.fromkeys(words))
    return {kind: tuple(words) for kind, words in found.items()}


def _plain_best(text: str, labels: tuple[str, ...]) -> float:
    """As `best_similarity`, enumerators counting in full: a cut may fall right behind one."""
    return max(Levenshtein.normalized_similarity(text, normalize(label)) for label in labels)


@lru_cache
def _header_labels() -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for block in _blocks() for word in _header_words(block)))


@lru_cache
def _row_labels() -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for block in _blocks() for word in _row_words(block)))


def _blocks() -> Iterator[FormBlock]:
    return (block for edition in editions() for table in edition.tables for block in table.blocks)


def _header_words(block: FormBlock) -> Iterator[str]:
    yield from block.corner
    if block.title:
        yield block.title
    for column in block.columns:
        yield from (*column.path, *column.aliases)


def _row_words(block: FormBlock) -> Iterator[str]:
    return (label for row in block.rows for label in row.path)
