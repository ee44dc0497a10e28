"""The published figures come out of the demo network, asked over GraphQL."""

from typing import Any


def division(ask: Any, code: str) -> Any:
    return ask.data("query ($code: String!) { division(code: $code) { id } }", {"code": code})[
        "division"
    ]["id"]


def pages(ask: Any, query: str, name: str, variables: dict[str, Any]) -> Any:
    """Every node of a list, walked page by page."""
    after = None
    while True:
        page = ask.data(query, {**variables, "after": after})[name]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def test_shangjie_has_156_organizations_with_6169_members_537_of_them_in_the_party(
    ask: Any,
) -> None:
    within = division(ask, "ZZ-SJ")
    query = """query ($within: ID!, $after: String) {
      socialOrganizations(within: $within, first: 100, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { code memberCount partyMemberCount
          party: memberCount(partyMembersOnly: true) } } }"""
    total = ask.data(query, {"within": within})["socialOrganizations"]["totalCount"]
    found = list(pages(ask, query, "socialOrganizations", {"within": within}))
    assert 156 == total == len({each["code"] for each in found})
    assert 6169 == sum(each["memberCount"] for each in found)
    assert 537 == sum(each["party"] for each in found)
    assert 537 == sum(each["partyMemberCount"] for each in found)


def test_shifo_has_its_published_grids(ask: Any) -> None:
    within = division(ask, "ZZ-GX-SF")
    query = """query ($within: ID!, $level: GridLevel!) {
      grids(within: $within, filter: {level: {eq: $level}}) { totalCount } }"""
    found = {
        level: ask.data(query, {"within": within, "level": level})["grids"]["totalCount"]
        for level in ("L2", "L3", "MICRO", "DEDICATED")
    }
    assert {"L2": 15, "L3": 100, "MICRO": 619, "DEDICATED": 16} == found
