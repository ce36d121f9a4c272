"""Spoiled tables: a figure comes out right, or missing, or flagged, but never wrong and trusted."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.form import match_form, place_figures
from pipeline.form.edition import FormKind
from pipeline.report import EditionName
from pipeline.settings import FormSettings, ReviewSettings
from tests.form.builder import (
    KINDS,
    Draft,
    draft,
    numbered,
    rows_of,
    with_column,
    with_row,
    without_column,
    without_row,
)

JUNK = "中文字国的一是不了人我在有他这为之大来以个口日目囗丨卜"
EXTRA_ROWS = ("行政奖励", "合计", "表1 某某情况", "其他", "小计", "1.其他情况")

Spoil = Callable[[Random, Draft], Draft]


def _has_words(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)


def _garbled(random: Random, table: Draft) -> Draft:
    rate = random.choice((0.03, 0.1, 0.2, 0.35))

    def character(c: str) -> str:
        chance = random.random()
        return random.choice(JUNK) if chance < 0.6 * rate else "" if chance < rate else c

    return table.retexted(lambda text: "".join(map(character, text)) if _has_words(text) else text)


def _spaced(_: Random, table: Draft) -> Draft:
    return table.retexted(lambda text: " ".join(text) if _has_words(text) else text)


def _unread(random: Random, table: Draft) -> Draft:
    cell = random.choice([c for c in table.cells if not c.text.isdigit()])
    return table.written(cell.top, cell.left, "")


def _row_lost(random: Random, table: Draft) -> Draft:
    """Drop a labelled row: in a table with one row of figures nothing would be left to be right or wrong."""
    return without_row(table, random.randrange(table.rows)) if table.rows > 5 else table


def _row_added(random: Random, table: Draft) -> Draft:
    texts = {0: random.choice(EXTRA_ROWS), table.columns - 1: "77"} if table.rows > 5 else {}
    return with_row(table, random.randrange(table.rows + 1), random.choice((texts, {})))


def _column_lost(random: Random, table: Draft) -> Draft:
    return without_column(table, random.randrange(table.columns))


def _column_added(random: Random, table: Draft) -> Draft:
    return with_column(table, random.randrange(table.columns + 1))


SPOILS: tuple[Spoil, ...] = (
    _garbled,
    _spaced,
    _unread,
    _row_lost,
    _row_added,
    _column_lost,
    _column_added,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(KINDS),
    st.sampled_from(["2019-60", "2021-30"]),
    st.lists(st.sampled_from(SPOILS), min_size=1, max_size=4),
    st.booleans(),
    st.integers(0, 2**32),
)
def test_never_a_wrong_figure_without_a_flag(
    kind: FormKind, edition: EditionName, spoils: list[Spoil], cut: bool, seed: int
) -> None:
    random = Random(seed)
    texts = numbered(edition)
    table = draft(edition, kind, texts)
    for spoil in spoils:
        table = spoil(random, table)
    row = random.randrange(1, table.rows)
    pieces = [rows_of(table, 0, row), rows_of(table, row, table.rows)] if cut else [table]
    built = [piece.table() for piece in pieces]
    match = match_form(built, FormSettings())
    figures = place_figures(match, built, FormSettings(), ReviewSettings())
    for key, figure in figures.items():
        trusted = figure.state != "missing" and "suspect" not in figure.flags
        assert not trusted or figure.raw == texts.get(key), (key, figure.raw)


def test_slight_damage_costs_few_figures() -> None:
    """One label in five with a wrong character: nine figures in ten come out right and unflagged."""
    random = Random(7)
    right = total = 0
    for _ in range(4):
        texts = numbered("2021-30")
        tables = [draft("2021-30", kind, texts) for kind in KINDS]
        built = [table.retexted(lambda text: _one_wrong(random, text)).table() for table in tables]
        figures = place_figures(match_form(built, FormSettings()), built, FormSettings(), ReviewSettings())
        right += sum(f.raw == texts[key] and not f.flags for key, f in figures.items())
        total += len(texts)
    assert right / total > 0.9


def _one_wrong(random: Random, text: str) -> str:
    if not _has_words(text) or random.random() > 0.2:
        return text
    place = random.randrange(len(text))
    return text[:place] + random.choice(JUNK) + text[place + 1 :]
