"""How names are written and sounded: signs to compare, syllables of Mandarin, where words begin.

Text is compared in half width, lower case, without marks of tone and without punctuation.
Polyphones sound as their phrase has it (重庆 chongqing, 银行 yinhang), surnames as surnames do.
Knows no node and no question.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pypinyin import Style, pinyin

Readings = tuple[str, ...]
# What no dictionary has stands sign by sign; the library's annotation forgets that it may.
ALONE: Any = list
MOST_SPELLINGS = 8  # of one name, where several of its signs have several readings

# Surnames that sound otherwise than the dictionary has their sign; the first is the usual reading.
SURNAMES: Mapping[str, str] = {
    **{"单": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "查": "zha", "区": "ou"},
    **{"盖": "ge gai", "乐": "yue le", "朴": "piao", "翟": "zhai di", "覃": "qin tan"},
    **{"缪": "miao", "员": "yun", "种": "chong", "折": "she", "洗": "xian", "郇": "xun huan"},
    **{"秘": "bi", "薄": "bo", "黑": "he", "召": "shao", "都": "du", "祭": "zhai", "佴": "nai"},
    **{"隗": "wei kui", "乜": "nie", "卜": "bu", "句": "gou", "藏": "zang", "重": "chong"},
    **{"繁": "po", "阚": "kan", "牟": "mou mu", "不": "fou", "炅": "gui", "郗": "xi chi"},
    **{"适": "kuo", "宓": "mi fu"},
}
# Surnames of two signs, which the dictionary knows how to sound.
COMPOUNDS = frozenset(
    "尉迟 万俟 单于 长孙 令狐 澹台 宰父 亓官 欧阳 司马 诸葛 上官 皇甫 慕容 公孙 夏侯 东方 赫连 "
    "呼延 鲜于 闻人 宇文 钟离 公冶 申屠 太叔 轩辕 淳于 公羊 濮阳 拓跋 独孤 南宫 司徒 司空 端木 "
    "百里 东郭 西门 第五".split()
)
# Names in which the dictionary is wrong, or is not what is said there.
PHRASES: Mapping[str, str] = {
    **{"佛": "fo", "单县": "shan xian", "长垣": "chang yuan", "浚县": "xun xian"},
    **{"任县": "ren xian", "仿佛": "fang fu", "给排水": "ji pai shui"},
}
# In given names both readings are heard.
GIVEN: Mapping[str, str] = {
    **{"乐": "le yue", "朝": "zhao chao", "长": "chang zhang", "行": "xing hang"},
    **{"茜": "qian xi", "晟": "sheng cheng", "柏": "bai bo", "娜": "na nuo", "盛": "sheng cheng"},
    **{"筠": "yun jun", "重": "chong zhong", "露": "lu lou", "曾": "zeng ceng"},
}
# What many speakers of the south and the west do not tell apart, and what those typists mix up.
MERGED = (
    *(("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in")),
    *(("n", "l"), ("r", "l"), ("h", "f")),
)


@dataclass(frozen=True)
class Spelled:
    """A name sign by sign: how each may sound, and at which signs a word begins.

    `begins`: the signs from which one may start to say it, any but those inside a Latin word.
    """

    signs: str
    readings: tuple[Readings, ...]
    words: frozenset[int]
    begins: tuple[int, ...]

    def spellings(self) -> Iterator[Readings]:
        """Each way to sound it, as one reading for each sign."""
        return itertools.islice(itertools.product(*self.readings), MOST_SPELLINGS)


def folded(text: str) -> str:
    """The signs of a text that are compared; empty if there are none."""
    return "".join(sign for sign, _ in _signs(text))


def spelled(text: str, person: bool = False) -> Spelled:
    """How a name is written and sounded; `person`: it begins with a surname."""
    pairs = list(_signs(text))
    signs = "".join(sign for sign, _ in pairs)
    words = {i for i, (_, begins) in enumerate(pairs) if begins}
    surname = (2 if signs[:2] in COMPOUNDS else 1) if person and is_han(signs[:1]) else 0
    if 0 < surname < len(signs):
        words.add(surname)
    readings = list(_readings(signs, words))
    if surname == 1 and signs[0] in SURNAMES:
        readings[0] = tuple(SURNAMES[signs[0]].split())
    if surname:
        readings[surname:] = [
            tuple(GIVEN[sign].split()) if sign in GIVEN else each
            for sign, each in zip(signs[surname:], readings[surname:], strict=True)
        ]
    begins = tuple(i for i, sign in enumerate(signs) if i in words or not _is_latin(sign))
    return Spelled(signs, tuple(readings), frozenset(words), begins)


def without_zeros(text: str) -> str:
    """A name as it is said: 第001微网格 is 第1微网格."""
    found: list[str] = []
    for digits, run in itertools.groupby(text, key=lambda sign: sign in "0123456789"):
        said = "".join(run)
        found.append(said.lstrip("0") or "0" if digits else said)
    return "".join(found)


def merged(syllable: str) -> str:
    """A syllable, or letters that were typed, without the differences that many do not hear."""
    for sound, other in MERGED:
        syllable = syllable.replace(sound, other)
    return syllable


def is_han(sign: str) -> bool:
    """Whether it is a Chinese character; the empty text is none."""
    return "\u3400" <= sign <= "\u9fff" or sign >= "\U00020000" or sign == "〇"


def _is_latin(sign: str) -> bool:
    return "a" <= sign <= "z"


def _signs(text: str) -> Iterator[tuple[str, bool]]:
    """Each sign that is compared, and whether a word begins with it."""
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold()
    apart, before = True, ""
    for sign in unicodedata.normalize("NFC", "".join(c for c in plain if not _is_mark(c))):
        if unicodedata.category(sign)[0] in "PZC":
            apart = True
            continue
        script = "han" if is_han(sign) else "digit" if sign.isdigit() else "other"
        yield sign, apart or script != before
        apart, before = False, script


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M"


def _readings(signs: str, words: set[int]) -> Iterator[Readings]:
    """How each sign sounds; phrases do not reach over the beginning of a word."""
    cuts = sorted({0, len(signs), *words})
    for start, stop in itertools.pairwise(cuts):
        run = signs[start:stop]
        yield from map(_typed, _sounds(run) if is_han(run[:1]) else run)


@lru_cache(maxsize=1 << 16)  # many people share a surname, or a given name
def _sounds(run: str) -> Readings:
    """One syllable for each Chinese character; one that no dictionary has stands for itself."""
    found = [each[0] for each in pinyin(run, style=Style.NORMAL, errors=ALONE)]
    for phrase, said in PHRASES.items():
        for at in re.finditer(phrase, run):
            found[at.start() : at.end()] = said.split()
    return tuple(found)


def _typed(syllable: str) -> Readings:
    """The ways to type a syllable: ü as v, as u and as yu."""
    if "v" not in syllable[1:]:
        return (syllable,)
    return (syllable, syllable.replace("v", "u"), syllable.replace("v", "yu"))
