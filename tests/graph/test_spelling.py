"""Names sound as people say them, and are compared without what nobody types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.spelling import folded, merged, spelled, without_zeros


def sound(text: str, person: bool = False) -> str:
    return " ".join(reading[0] for reading in spelled(text, person).readings)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("单雄信", "shan xiong xin"),
        ("仇英", "qiu ying"),
        ("解缙", "xie jin"),
        ("曾巩", "zeng gong"),
        ("查良镛", "zha liang yong"),
        ("任正", "ren zheng"),
        ("区寄", "ou ji"),
        ("尉迟恭", "yu chi gong"),
        ("万俟卨", "mo qi xie"),
        ("单于", "chan yu"),
        ("盖叫天", "ge jiao tian"),
        ("朴树", "piao shu"),
        ("长孙无忌", "zhang sun wu ji"),
    ],
)
def test_people_have_surnames(name: str, said: str) -> None:
    assert sound(name, person=True) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("单位", "dan wei"),
        ("重庆银行", "chong qing yin hang"),
        ("重要", "zhong yao"),
        ("石佛办事处", "shi fo ban shi chu"),
        ("音乐", "yin yue"),
        ("任县", "ren xian"),
        ("二七塔", "er qi ta"),
    ],
)
def test_other_names_sound_by_phrase(name: str, said: str) -> None:
    assert sound(name) == said


def test_some_signs_have_several_readings() -> None:
    assert set(map("".join, spelled("吕乐", person=True).spellings())) == {
        *("lvle", "lvyue", "lule", "luyue", "lyule", "lyuyue")
    }
    assert len(list(spelled("吕" * 20).spellings())) == 8


def test_words_begin_after_a_surname_a_mark_and_where_the_script_changes() -> None:
    assert sorted(spelled("欧阳修", person=True).words) == [0, 2]
    assert sorted(spelled("KTV娱乐(东)01").words) == [0, 3, 5, 6]
    assert sorted(spelled("First aid").words) == [0, 5]
    assert spelled("First aid").begins == (0, 5)
    assert spelled("甲01").begins == (0, 1, 2)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Huá Qiáng", "huaqiang"),
        ("ＺＺ－ＧＸ　０１", "zzgx01"),
        ("「华强」·商圈", "华强商圈"),
        ("hua'qiang", "huaqiang"),
        ("lǜ", "lu"),
        ("*", ""),
        ("\u202e", ""),
        ("a+b$", "a+b$"),
        ("🌈", "🌈"),
    ],
)
def test_what_nobody_means_is_not_compared(text: str, signs: str) -> None:
    assert folded(text) == signs


def test_sounds_that_many_mix_up_are_one() -> None:
    for one, other in (
        *(("zhang", "zan"), ("chen", "ceng"), ("shi", "si"), ("lan", "nang"), ("ren", "leng")),
        *(("hua", "fua"), ("xing", "xin")),
    ):
        assert merged(one) == merged(other)
    assert merged("wang") != merged("wen")


def test_numbers_are_said_without_leading_zeros() -> None:
    assert without_zeros("石佛第001微网格") == "石佛第1微网格"
    assert without_zeros("100号00") == "100号0"


@given(st.text(max_size=64))
def test_any_text_is_spelled_sign_by_sign(text: str) -> None:
    for person in (False, True):
        name = spelled(text, person)
        assert name.signs == folded(text)
        assert len(name.readings) == len(name.signs)
        assert all(reading for readings in name.readings for reading in readings)
        assert set(name.begins) >= name.words >= ({0} if name.signs else set())
    assert folded(folded(text)) == folded(text)
