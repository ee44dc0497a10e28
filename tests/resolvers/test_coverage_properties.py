"""What holds of all ten kinds of coverage, whatever is asked and wherever."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.enum import CoverageKind
from resolvers.identity import global_id
from tests.resolvers.covering import (
    EVENING,
    LEVELS,
    PARTS,
    QUERY,
    SHIFO,
    SPANS,
    Known,
    agrees,
    judged,
    quiet,
    report,
    shops,
    statuses_of,
    units,
    weekly,
)

KINDS = sorted(kind.value for kind in CoverageKind)
REACHING = ("RESPONSE", "SERVICE", "SKILL", "TIME")  # ask how far it is
# What each kind may be asked, beside territory and level.
ASKS: dict[str, tuple[str, ...]] = {
    "HEAD_ASSIGNED": (),
    "MERCHANT": (),
    "ORGANIZATION": ("days",),
    "PATROL": ("days", "k"),
    "RESPONSE": ("reach", "k", "skill", "probability"),
    "SERVICE": ("reach",),
    "SKILL": ("reach", "k", "skill"),
    "TIME": ("reach", "k", "hours"),
    "VISIT": ("days", "k"),
    "WORK": ("days", "k"),
}
FIRE = {"skill": {"skill": "fire-safety"}, "meters": 600}
# One question of each kind that covers some of the units of Shifo, and others not.
PLAIN: dict[str, dict[str, Any]] = {
    "HEAD_ASSIGNED": {"asOf": "2023-07-01"},
    "MERCHANT": {},
    "ORGANIZATION": {"days": 7},
    "PATROL": {"days": 10},
    "RESPONSE": {**FIRE, "probability": 0.5},
    "SERVICE": {"meters": 900},
    "SKILL": {"skill": {"skill": "law"}, "meters": 600, "k": 2},
    "TIME": {"hours": EVENING, "meters": 150, "k": 2},
    "VISIT": {"days": 10},
    "WORK": {"days": 10, "k": 3},
}


def plain(kind: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "level": "L3", **PLAIN[kind], **more}


# Asking less

Said = dict[str, Any]


def eased(most: int, name: str, far: int) -> st.SearchStrategy[tuple[Said, Said]]:
    """A limit and a wider one."""
    return st.tuples(st.integers(most, far), st.integers(0, far)).map(
        lambda both: ({name: both[0]}, {name: both[0] + both[1]})
    )


def less(many: tuple[int, int]) -> tuple[Said, Said]:
    return {"k": sum(many)}, {"k": many[0]}


@st.composite
def skills(draw: st.DrawFn) -> tuple[Said, Said]:
    """A skill at a level, confirmed perhaps; the same at any."""
    skill = draw(st.sampled_from(["law", "first-aid", "opera", "health", "safety", "employment"]))
    low, more, verified = draw(st.integers(1, 5)), draw(st.integers(0, 4)), draw(st.booleans())
    much = {"skill": skill, "minLevel": min(5, low + more), "verifiedOnly": verified}
    return {"skill": much}, {"skill": {"skill": skill, "minLevel": low}}


@st.composite
def spans(draw: st.DrawFn) -> tuple[Said, Said]:
    """Hours of the week, and a part of them."""
    week = draw(SPANS)
    kept = draw(st.lists(st.sampled_from(sorted(week)), min_size=1, unique=True))
    some = {
        day: (since, draw(st.integers(since // 15 + 1, until // 15)) * 15)
        for day, (since, until) in week.items()
        if day in kept
    }
    return {"hours": weekly(week)}, {"hours": weekly(some)}


# Of each thing that is asked: much, and less.
EASED: dict[str, st.SearchStrategy[tuple[Said, Said]]] = {
    "days": eased(1, "days", 120),
    "hours": spans(),
    "k": st.tuples(st.integers(1, 6), st.integers(0, 6)).map(less),
    "probability": st.tuples(st.floats(0.05, 1), st.floats(0.01, 1)).map(
        lambda both: ({"probability": both[0]}, {"probability": both[0] * both[1]})
    ),
    "reach": st.one_of(eased(0, "meters", 1500), eased(0, "minutes", 25)),
    "skill": skills(),
}
RANKS = ("NONE", "FORMAL_ONLY", "EFFECTIVE")


def rank(status: str) -> int:
    return RANKS.index("EFFECTIVE" if status == "K_COVERED" else status)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if ASKS[kind]])
@settings(quiet, max_examples=15)
@given(drawn=st.fixed_dictionaries(EASED), level=st.sampled_from(["L2", "L3", "DEDICATED"]))
def test_whoever_asks_less_finds_no_less(
    kind: str, ask: Any, drawn: dict[str, tuple[Said, Said]], level: str
) -> None:
    """Each thing that can be asked for itself; of every unit, and of the whole."""
    each = [drawn[name] for name in ASKS[kind]]
    asked: Said = {"kind": kind, "level": level}
    for much, _ in each:
        asked |= much
    before, whole = judged(ask, **asked), report(ask, **asked)
    for _, little in each:
        after, now = judged(ask, **asked | little), report(ask, **asked | little)
        assert before.keys() == after.keys()
        for code, (status, count) in before.items():
            assert (status == "UNKNOWN") is (after[code][0] == "UNKNOWN")
            if status != "UNKNOWN":
                assert rank(after[code][0]) >= rank(status)
            assert after[code][1] >= count
        assert now["numerator"] >= whole["numerator"]
        assert now["effective"] >= whole["effective"]
        assert (now["denominator"], now["unknown"]) == (whole["denominator"], whole["unknown"])


# Where it matters: the easier question covers more.
MORE: list[tuple[Said, Said]] = [
    (plain("ORGANIZATION", days=3), {"days": 30}),
    (plain("WORK"), {"days": 40}),
    (plain("WORK"), {"k": 2}),
    (plain("VISIT"), {"days": 60}),
    (plain("VISIT", k=3), {"k": 1}),
    (plain("PATROL"), {"days": 11}),
    (plain("PATROL", k=3), {"k": 1}),
    (plain("SERVICE"), {"meters": 1500}),
    (plain("SKILL"), {"meters": 900}),
    (plain("SKILL"), {"k": 1}),
    (plain("TIME", meters=60), {"meters": 150}),
    (plain("TIME", meters=200, k=9), {"k": 3}),
    (plain("RESPONSE", probability=0.9), {"meters": 900}),
    (plain("RESPONSE", probability=0.9, k=2), {"k": 1}),
    (plain("RESPONSE", probability=0.9), {"probability": 0.5}),
]


@pytest.mark.parametrize(("asked", "easier"), MORE, ids=str)
def test_what_is_asked_makes_a_difference(asked: Said, easier: Said, ask: Any) -> None:
    assert report(ask, **asked | easier)["effective"] > report(ask, **asked)["effective"]


# Parts and wholes


@pytest.mark.parametrize("within", ["ZZ-GX", "ZZ-GX-SF", "ZZ-GX-SF-C01"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_parts_by_child_make_up_the_whole(kind: str, within: str, ask: Any) -> None:
    """Each part is what is found when it is asked about alone."""

    def asked(id: str) -> Any:
        return ask.data(PARTS, {"input": plain(kind, within=id)})["coverage"]

    found, joined = asked(global_id("Division", within)), dict[str, str]()
    for child in found["byChild"]:
        alone = asked(child["territory"]["id"])
        grandchildren = [
            {name: each[name] for name in ("denominator", "unknown")}
            | {"territory": {"id": each["territory"]["id"]}}
            for each in alone["byChild"]
        ]
        territory = {"territory": child["territory"], "byChild": grandchildren}
        assert child == alone | territory
        joined |= statuses_of(child)
    assert joined == statuses_of(found)
    assert joined
    territories = [child["territory"]["code"] for child in found["byChild"]]
    assert territories == sorted(set(territories))
    if kind != "MERCHANT":
        agrees(found, list(joined.values()))


@pytest.mark.parametrize("within", ["ZZ-GX", "ZZ-GX-SF", "ZZ-GX-SF-C08"])
def test_the_merchants_of_the_parts_are_those_of_the_whole(within: str, ask: Any) -> None:
    whole = global_id("Division", within)
    found = ask.data(PARTS, {"input": plain("MERCHANT", within=whole)})["coverage"]
    joined: dict[str, bool] = {}
    for child in found["byChild"]:
        here = shops(ask, child["territory"]["id"])
        assert (child["numerator"], child["denominator"]) == (sum(here.values()), len(here))
        joined |= here
    assert joined == shops(ask, whole)
    agrees(found, ["EFFECTIVE" if allied else "NONE" for allied in joined.values()])
    assert 0 < found["numerator"] < found["denominator"]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_can_be_judged_and_what_cannot_are_all(
    kind: str, level: str, ask: Any, known: Known
) -> None:
    """All units of the level on that day; of merchants all there are."""
    asked = plain(kind, level=level)
    found = report(ask, **asked)
    both = found["denominator"] + found["unknown"]
    if kind == "MERCHANT":
        assert both == len(shops(ask, SHIFO))
        return
    every = units(ask, SHIFO, level, asked.get("asOf"))
    unplaced = [unit for unit in every if unit.place is None]
    assert both == len(judged(ask, **asked)) == len(every)
    assert found["unknown"] == (len(unplaced) if kind in REACHING else 0)
    assert len(known.levels[level]) == {"L2": 15, "L3": 100, "MICRO": 619, "DEDICATED": 16}[level]


@pytest.mark.parametrize("kind", KINDS)
def test_a_territory_without_anything_to_judge_has_no_ratio(kind: str, ask: Any) -> None:
    """Null, neither 0 nor 1."""
    nowhere = global_id("Division", "ZZ-SJ")
    asked = plain(kind, within=nowhere, **({"asOf": "1990-01-01"} if kind == "MERCHANT" else {}))
    found = ask.data(PARTS, {"input": asked})["coverage"]
    agrees(found, [])
    assert found["ratio"] is None
    assert (found["byChild"], found["units"]["edges"]) == ([], [])


@pytest.mark.parametrize("kind", KINDS)
def test_equal_questions_get_equal_answers(kind: str, ask: Any) -> None:
    """To the byte, whichever way an answer takes."""
    variables = {"input": plain(kind, level="MICRO", within=SHIFO)}
    for query in (QUERY, PARTS):
        answers = {ask.bytes(query, variables, direct=direct) for direct in (True, False, True)}
        assert len(answers) == 1


# What cannot be meant

WRONG: dict[str, list[Said]] = {
    "days": [{"days": 0}, {"days": -1}],
    "k": [{"k": 0}, {"k": -1}],
    "probability": [{"probability": 0}, {"probability": -0.5}],
    "reach": [{"meters": -1}, {"minutes": -1}],
}
# Of every kind: how often, and when.
ALWAYS: list[Said] = [{"k": 0}, {"asOf": "2026-11-25"}, {"within": "x"}, {"level": "L9"}]


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_meant_is_refused_by_name(kind: str, ask: Any) -> None:
    for wrong in [*ALWAYS, *(each for name in ASKS[kind] for each in WRONG.get(name, []))]:
        (field,) = wrong
        (error,) = ask(QUERY, {"input": plain(kind, **{"within": SHIFO, **wrong})})["errors"]
        if field == "level":
            assert error["extensions"]["code"] == "BAD_USER_INPUT"
            assert "'$input' has invalid value at .level" in error["message"]
        else:
            assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": f"input.{field}"}


@pytest.mark.parametrize(
    ("level", "within"),
    [("RURAL", SHIFO), ("L1", global_id("Grid", "ZZ-GX-SF-M-001"))],
)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "MERCHANT"])
def test_a_level_that_the_territory_has_not_has_no_units(
    kind: str, level: str, within: str, ask: Any
) -> None:
    found = ask.data(PARTS, {"input": plain(kind, level=level, within=within)})["coverage"]
    agrees(found, [])
    assert (found["ratio"], found["byChild"], found["units"]["edges"]) == (None, [], [])
