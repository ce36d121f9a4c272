"""Numbers that Word puts before paragraphs by itself (ECMA-376, part 1, 17.9): 第一条, 一、, （1）."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from pipeline.source.package import Package, attribute, local, number

LEVELS = 9
MOST_STYLES = 64  # based on one another
LARGEST = 9_999

_PLACE = re.compile(r"%([1-9])")
_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
          (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
_CHINESE = frozenset(
    ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
     "taiwaneseCountingThousand", "chineseLegalSimplified", "koreanCounting")
)  # fmt: skip
_SIGNS = {  # the first of a row of ready-made signs, and how many there are
    "decimalEnclosedCircle": ("①", 20),
    "decimalEnclosedCircleChinese": ("①", 20),
    "decimalEnclosedParen": ("⑴", 20),
    "decimalEnclosedFullstop": ("⒈", 20),
    "ideographEnclosedCircle": ("㊀", 10),
}
_FORMAL = str.maketrans(_DIGITS + "十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level counts and what it prints: `%1、` with `chineseCounting` is 一、."""

    form: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None  # the level above whose step starts this one anew; 0 for none
    legal: bool = False  # other levels' numbers in ordinary digits
    gap: bool = True
    style: str = ""  # paragraphs of this style stand at this level


_Levels = Mapping[int, _Level]


@dataclass(frozen=True, slots=True)
class _List:
    """A list that paragraphs refer to: whose counters it goes on with, its levels, counts to start with."""

    counters: str
    levels: _Levels
    starts: Mapping[int, int]


@dataclass(slots=True)
class Numbers:
    """The numbers of a text's paragraphs, to be asked for in their order."""

    lists: Mapping[str, _List]
    styles: Mapping[str, tuple[str, int]]
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def of(self, paragraph: etree._Element) -> str:
        """Return what is printed before a paragraph, "" for nothing; it counts as passed then."""
        held = self._place(paragraph)
        found = self.lists.get(held[0]) if held else None
        level = held[1] if held else 0
        if held is None or found is None or level not in found.levels:
            return ""
        counts = self._counts.setdefault(found.counters, {})
        self._step(counts, held[0], found, level)
        return _printed(found.levels, counts, level)

    def _place(self, paragraph: etree._Element) -> tuple[str, int] | None:
        """Return the list and the level of a paragraph: its own, else its style's."""
        properties = next((each for each in paragraph if local(each) == "pPr"), None)
        if properties is None:
            return self.styles.get("")
        style = next((attribute(each, "val") or "" for each in properties if local(each) == "pStyle"), "")
        by_style = self.styles.get(style)
        own = next((each for each in properties if local(each) == "numPr"), None)
        if own is None:
            return by_style
        return _reference(own, by_style)

    def _step(self, counts: dict[int, int], name: str, found: _List, level: int) -> None:
        held = found.levels[level]
        if level in found.starts and (name, level) not in self._begun:
            counts[level] = found.starts[level]
        else:
            counts[level] = counts[level] + 1 if level in counts else held.start
        self._begun.add((name, level))
        for deeper in [each for each in counts if each > level]:
            below = found.levels.get(deeper, _Level())
            if below.restart is None or (below.restart > 0 and level < below.restart):
                del counts[deeper]
        for above in range(level):  # a level passed over counts as begun
            counts.setdefault(above, found.levels.get(above, _Level()).start)


def read_numbers(package: Package, folder: str) -> Numbers:
    """Return the lists that the main part in `folder` has; none where the file has no numbering."""
    styles = _styles(package, f"{folder}/styles.xml")
    part = f"{folder}/numbering.xml"
    if part not in package:
        return Numbers({}, {})
    root = package.xml(part)
    abstract: dict[str, dict[int, _Level]] = {}
    links: dict[str, str] = {}
    for each in root:
        if local(each) == "abstractNum":
            name = attribute(each, "abstractNumId") or ""
            abstract[name] = dict(_levels(each))
            link = next((attribute(c, "val") for c in each if local(c) == "numStyleLink"), None)
            if link is not None and link in styles:
                links[name] = styles[link][0]
    lists: dict[str, _List] = {}
    for each in root:
        if local(each) == "num":
            lists[attribute(each, "numId") or ""] = _list(each, abstract)
    for name, held in lists.items():
        target = lists.get(links.get(held.counters, ""))
        if target is not None:
            lists[name] = replace(held, counters=target.counters, levels=target.levels)
    return Numbers(lists, {style: _at_level(style, held, lists) for style, held in styles.items()})


def _at_level(style: str, held: tuple[str, int], lists: Mapping[str, _List]) -> tuple[str, int]:
    """Return a style's list with the level that the list itself gives the style, where it does."""
    levels = lists[held[0]].levels if held[0] in lists else {}
    return held[0], next((index for index, level in levels.items() if level.style == style), held[1])


def _list(element: etree._Element, abstract: Mapping[str, Mapping[int, _Level]]) -> _List:
    counters = next((attribute(c, "val") or "" for c in element if local(c) == "abstractNumId"), "")
    levels = dict(abstract.get(counters, {}))
    starts: dict[int, int] = {}
    for each in element:
        if local(each) != "lvlOverride":
            continue
        level = number(attribute(each, "ilvl"))
        levels |= dict(_levels(each))
        for child in each:
            if local(child) == "startOverride":
                starts[level] = number(attribute(child, "val"))
    return _List(counters, levels, starts)


def _levels(parent: etree._Element) -> Iterator[tuple[int, _Level]]:
    for each in parent:
        if local(each) != "lvl":
            continue
        held = {local(child): child for child in each}
        told = {name: attribute(child, "val") for name, child in held.items()}
        restart = told.get("lvlRestart")
        yield (
            number(attribute(each, "ilvl")),
            _Level(
                form=_form(held.get("numFmt")),
                text=told.get("lvlText") or "",
                start=number(told.get("start"), 1),
                restart=None if restart is None else number(restart),
                legal="isLgl" in held and (told.get("isLgl") or "true") not in ("0", "false", "off"),
                gap=told.get("suff") != "nothing",
                style=told.get("pStyle") or "",
            ),
        )


def _form(element: etree._Element | None) -> str:
    return (attribute(element, "val") if element is not None else None) or "decimal"


def _styles(package: Package, part: str) -> dict[str, tuple[str, int]]:
    """Return the list and level that styles of paragraphs bring along, "" for the usual style."""
    if part not in package:
        return {}
    own: dict[str, etree._Element] = {}
    based: dict[str, str] = {}
    usual = ""
    for style in package.xml(part):
        if local(style) != "style" or attribute(style, "type") not in ("paragraph", "numbering"):
            continue
        name = attribute(style, "styleId") or ""
        if attribute(style, "default") in ("1", "true") and attribute(style, "type") == "paragraph":
            usual = name
        for each in style.iter("{*}basedOn"):
            based[name] = attribute(each, "val") or ""
        for each in style.iter("{*}numPr"):
            own[name] = each
    inherited = {name: _inherited(name, own, based) for name in {*own, *based}}
    inherited[""] = inherited.get(usual)
    return {name: held for name, held in inherited.items() if held is not None}


def _inherited(
    name: str, own: Mapping[str, etree._Element], based: Mapping[str, str]
) -> tuple[str, int] | None:
    path: list[str] = []
    while name and name not in path and len(path) < MOST_STYLES:
        path.append(name)
        name = based.get(name, "")
    held: tuple[str, int] | None = None
    for each in reversed(path):
        if each in own:
            held = _reference(own[each], held)
    return held


def _reference(element: etree._Element, base: tuple[str, int] | None) -> tuple[str, int] | None:
    """Return the list and level that a numPr names, what it leaves out as in `base`; None for no list."""
    told = {local(child): attribute(child, "val") for child in element}
    name = told.get("numId") or (base[0] if base else "")
    level = number(told.get("ilvl"), base[1] if base else 0)
    return (name, level) if name and name != "0" and 0 <= level < LEVELS else None


def _printed(levels: _Levels, counts: Mapping[int, int], level: int) -> str:
    held = levels[level]
    if held.form == "bullet":
        return ""

    def shown(place: re.Match[str]) -> str:
        index = int(place[1]) - 1
        form = levels.get(index, _Level()).form
        if form == "none":
            return ""
        return in_form(counts.get(index, 1), "decimal" if held.legal and index != level else form)

    text = _PLACE.sub(shown, held.text)
    return f"{text} " if text and held.gap else text


def in_form(count: int, form: str) -> str:
    """Return a number as a list of that form prints it; ordinary digits where there is no such form."""
    if not 0 <= count <= LARGEST:
        return str(count)
    if form in _CHINESE:
        if form == "chineseLegalSimplified":
            return _chinese(count).translate(_FORMAL)
        return _chinese(count).removeprefix("一" if 10 <= count < 20 else "")
    if form == "ideographDigital":
        return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(count))
    if form in _SIGNS and 1 <= count <= _SIGNS[form][1]:
        return chr(ord(_SIGNS[form][0]) + count - 1)
    return _western(count, form)


def _western(count: int, form: str) -> str:
    if form in ("upperRoman", "lowerRoman") and count:
        text = _roman(count)
        return text if form == "upperRoman" else text.lower()
    if form in ("upperLetter", "lowerLetter") and count:
        letter = chr(ord("A") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter if form == "upperLetter" else letter.lower()
    if form in ("ideographTraditional", "ideographZodiac") and count:
        signs = _STEMS if form == "ideographTraditional" else _BRANCHES
        return signs[count - 1] if count <= len(signs) else str(count)
    if form == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(count))
    return f"{count:02}" if form == "decimalZero" else str(count)


def _chinese(count: int) -> str:
    """Return 1 as 一, 10 as 一十, 21 as 二十一, 105 as 一百零五."""
    if count < 10:
        return _DIGITS[count]
    text, owed = "", False
    digits = str(count)
    for index, digit in enumerate(digits):
        if digit == "0":
            owed = True
            continue
        text += ("零" if owed and text else "") + _DIGITS[int(digit)] + _UNITS[len(digits) - 1 - index]
        owed = False
    return text


def _roman(count: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        text += sign * (count // value)
        count %= value
    return text
