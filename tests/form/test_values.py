"""Printed forms of figures, one by one and by properties."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.form.values import Value, ValueState, clean_text, parse_value

FULL_WIDTH = str.maketrans("0123456789.,-+", "０１２３４５６７８９．，－＋")

NUMBERS = [
    ("0", "件", "0"),
    ("0 ", "件", "0"),
    ("\u3000 0", "件", "0"),
    ("０", "件", "0"),
    ("〇", "件", "0"),
    ("○", "件", "0"),
    ("[bookmark: _GoBack]0", "件", "0"),
    ("1,234", "件", "1234"),
    ("1，234，567", "件", "1234567"),
    ("7654321", "件", "7654321"),
    ("-7", "项", "-7"),
    ("－7", "项", "-7"),
    ("−7", "项", "-7"),
    ("+1036", "项", "1036"),
    ("减4", "项", "-4"),
    ("减少4项", "项", "-4"),
    ("增3", "项", "3"),
    ("增加 3", "项", "3"),
    ("3件", "件", "3"),
    ("12 项", "件", "12"),
    ("22（其中修订16件）", "件", "22"),
    ("22件(含修订16件)", "件", "22"),
    ("87（其甲修订4件）", "件", "87"),
    ("87（具中修订4件）", "件", "87"),
    ("463.4万元", "万元", "463.4"),
    ("463.4（万元）", "万元", "463.4"),
    ("435.1万", "万元", "435.1"),
    ("59237.2449", "万元", "59237.2449"),
    ("12345元", "万元", "1.2345"),
    ("1元", "万元", "0.0001"),
    ("10000元", "万元", "1"),
    ("1.2亿元", "万元", "12000"),
    ("7545", "元", "0.7545"),
    ("3万元", "元", "3"),
]

TEXTS = [
    *("000", "00", "0 0", "012", "1 584", "1, 584", "12,34", "1,2345", "0,123", "1.", ".0", "1.2.3", "0。"),
    *(
        "①",
        "5²",
        "½",
        "一",
        "十二",
        "O",
        "l",
        "—7",
        "- 5 -",
        "--7",
        "+-3",
        "增-7",
        "3(2)",
        "约5",
        "5-6",
        "3:2",
    ),
    *("见附件", "暂无", "12元", "1.2万", "3件件", "1234567890123456", "٣", "1e5", "inf", "nan", "1_000"),
]


@pytest.mark.parametrize(("text", "unit", "value"), NUMBERS)
def test_numbers(text: str, unit: str, value: str) -> None:
    parsed = parse_value(text, unit)
    assert parsed.state == "number"
    assert str(parsed.value) == value


@pytest.mark.parametrize("text", TEXTS)
def test_anything_else_is_text(text: str) -> None:
    assert parse_value(text, "件") == Value("text")


@pytest.mark.parametrize("text", ["463.4件", "463.4项", "463.4宗"])
def test_an_amount_in_pieces_is_text(text: str) -> None:
    assert parse_value(text, "万元") == Value("text")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        *((blank, "blank") for blank in ("", " ", "\u3000", "\u00a0", "\t\n", "\u200b", "\ufeff", "\u2003")),
        *((dash, "dash") for dash in ("/", "-", "—", "–", "―", "－", "／", "——", "--", "−", " — ")),
        *((word, "none_word") for word in ("无", " 无 ", "无。")),
    ],
)
def test_blank_dash_and_none_are_kept_apart(text: str, state: ValueState) -> None:
    assert parse_value(text, "件") == Value(state)


COUNTS = st.integers(-9_999_999, 9_999_999)
AMOUNTS = st.decimals(0, 99_999_999, places=4, allow_nan=False, allow_infinity=False)


@given(COUNTS)
def test_counts_round_trip(count: int) -> None:
    for text in (str(count), f"{count:,}", f"{count}件", str(count).translate(FULL_WIDTH), f" {count}\u3000"):
        assert parse_value(text, "件") == Value("number", Decimal(count))


@given(AMOUNTS)
def test_amounts_round_trip(amount: Decimal) -> None:
    plain = format(amount, "f")
    for text in (plain, f"{plain}万元", f"{plain} 万", plain.translate(FULL_WIDTH)):
        parsed = parse_value(text, "万元")
        assert parsed.value is not None
        assert format(parsed.value, "f") == plain


@given(st.integers(0, 10**12))
def test_money_is_divided_exactly(money: int) -> None:
    parsed = parse_value(f"{money}元", "万元")
    assert parsed.value is not None
    assert parsed.value * 10_000 == money


@given(st.text(alphabet="0123456789 .,，-—/〇无件万元（）()其中+增减\u3000oOlI一", max_size=9))
def test_only_a_number_has_a_value_and_its_digits_are_the_printed_ones(text: str) -> None:
    parsed = parse_value(text, "件")
    assert (parsed.value is not None) == (parsed.state == "number")
    if parsed.value is not None and clean_text(text) != "〇":
        assert text.replace(",", "").replace("，", "").find(str(abs(parsed.value))) >= 0
        assert parsed.value == 0 or (parsed.value < 0) == any(sign in text for sign in "-减")


@given(st.text(max_size=12))
def test_no_text_whatever_breaks_it(text: str) -> None:
    assert parse_value(text, "万元").state in ("number", "blank", "dash", "none_word", "text")
