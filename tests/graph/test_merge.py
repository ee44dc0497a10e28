"""Intervals of two histories are put together where they overlap, and nowhere else."""

from hypothesis import given
from hypothesis import strategies as st

from graph.merge import Held, joints

DAYS = [f"2024-01-{day:02d}" for day in range(1, 11)]


def held(owner: str, since: str | None, until: str | None, other: str = "O") -> Held:
    return Held(owner, "MEMBER_OF", True, "SocialOrganization", other, since, until)


def test_what_overlaps_becomes_one_and_keeps_what_it_was_made_of() -> None:
    kept = held("keep", "2024-01-03", "2024-01-05")
    before, after = held("merge", "2024-01-01", "2024-01-04"), held("merge", "2024-01-07", None)
    [joint] = joints([kept, before, after], "keep")
    assert (kept, (before,)) == (joint.stays, joint.goes)
    assert ("2024-01-01", "2024-01-05") == (joint.since, joint.until)
    assert ["2024-01-01/2024-01-04", "2024-01-03/2024-01-05"] == joint.joined


def test_open_ends_stay_open() -> None:
    [joint] = joints([held("keep", None, "2024-01-05"), held("merge", "2024-01-02", None)], "keep")
    assert (None, None) == (joint.since, joint.until)


def test_what_touches_and_what_leads_elsewhere_stays_as_it_is() -> None:
    touching = [held("keep", "2024-01-01", "2024-01-03"), held("merge", "2024-01-03", None)]
    assert [] == joints(touching, "keep")
    assert [] == joints([held("keep", None, None), held("merge", None, None, "P")], "keep")


@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 8), st.integers(1, 3), st.booleans()), max_size=6
    )
)
def test_the_days_held_are_those_of_both(rows: list[tuple[bool, int, int, bool]]) -> None:
    """Whatever is given: the same days are held as before, and no two intervals overlap."""
    every: list[Held] = []
    for mine, start, length, open_end in rows:
        end = None if open_end or start + length > 9 else DAYS[start + length]
        every.append(held("keep" if mine else "merge", DAYS[start], end))
    found = joints(every, "keep")
    gone = [each for joint in found for each in (joint.stays, *joint.goes)]
    rest = list(every)
    for each in gone:
        rest.remove(each)
    left = [(joint.since, joint.until) for joint in found] + [(h.since, h.until) for h in rest]

    def days(since: str | None, until: str | None) -> set[str]:
        return {d for d in DAYS if (not since or since <= d) and (not until or d < until)}

    before = set().union(*(days(each.since, each.until) for each in every))
    assert before == set().union(*(days(*each) for each in left))
    assert len(before) == sum(len(days(*each)) for each in left)
    keeps = {h for h in gone if h.owner == "keep"}
    assert not keeps or any(joint.stays.owner == "keep" for joint in found)
