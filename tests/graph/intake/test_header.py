"""Headers in Chinese or English, or as a mapping says, mean what they say; others are told."""

import json
from pathlib import Path
from typing import Any

import pytest

from graph import registry
from graph.intake import header, mapping, relation
from graph.intake.fault import IntakeError
from graph.intake.header import Unclear
from graph.intake.mapping import Mapped


def names(kind: str | None, *headers: str, **mapped: Any) -> dict[str, str | None]:
    meant = header.meaning("rows.csv", "", headers, Mapped(kind=kind, **mapped))
    return {name: target.name if target else None for name, target in meant.columns.items()}


def test_chinese_and_english_mean_the_same() -> None:
    chinese = ("编号", "姓名", "手机号", "党员", "是否志愿者", "经度", "纬度", "坐标系", "所在网格")
    english = ("code", "Name", "phone", "is_party_member", "volunteer", "lng", "LATITUDE", "crs")
    found = [*names("Person", *chinese).values()]
    assert found == [*names("Person", *english, "grid").values()]
    assert found[:4] == ["code", "name", "phone", "isPartyMember"]


def test_a_bare_word_belongs_to_the_relationship_on_its_left() -> None:
    found = names("Person", "姓名", "组织", "起始日", "职务", "党组织", "起始日期")
    assert found["起始日"] == "organizations.since"
    assert found["职务"] == "organizations.role"
    assert found["起始日期"] == "partyOrganizations.since"


@pytest.mark.parametrize(
    ("headers", "column"),
    [
        (("姓名", "星座"), "星座"),
        (("姓名", "起始日"), "起始日"),  # of what?
        (("姓名", "name"), "name"),  # twice
        (("姓名", "入会日期"), "入会日期"),  # no column names the organization
        (("姓名", "version"), "version"),
    ],
)
def test_a_header_without_meaning_is_told_by_its_name(
    headers: tuple[str, ...], column: str
) -> None:
    with pytest.raises(Unclear) as unclear:
        names("Person", *headers)
    assert column == unclear.value.column


def test_a_mapping_says_what_others_mean_and_what_is_ignored() -> None:
    columns = {"队名": "organizations", "何时": "organizations.since", "星座": None}
    found = names("Person", "姓名", "队名", "何时", "星座", columns=columns)
    assert [*found.values()] == ["name", "organizations", "organizations.since", None]
    with pytest.raises(Unclear) as unclear:
        names("Person", "姓名", "队名", columns={"队名": "planets"})
    assert "队名" == unclear.value.column


def test_the_kind_is_told_by_sheet_file_or_headers() -> None:
    assert "Person" == header.meaning("x.xlsx", "花名册", ["姓名"], Mapped()).label
    assert "SocialOrganization" == header.meaning("社会组织.csv", "", ["名称"], Mapped()).label
    assert "Merchant" == header.meaning("x.csv", "", ["店名", "行业"], Mapped()).label
    assert "MEMBER_OF" == header.meaning("x.csv", "MEMBER_OF", ["start", "end"], Mapped()).name
    with pytest.raises(Unclear):
        header.meaning("x.csv", "", ["代码", "名称"], Mapped())
    with pytest.raises(Unclear):
        header.meaning("x.csv", "", ["代码", "名称"], Mapped(kind="Planet"))


# A version, and what is counted from single invitations.
KEPT_BY_US = ("version", "answered", "agreed")


def test_whatever_is_declared_can_be_loaded_by_its_own_names() -> None:
    """Nothing is wired to today's kinds: each property and link of each kind has a header."""
    for node in registry.nodes():
        if node.label in ("DataSource", "AuditEntry", "Account", "Grant", "PlanRun"):
            with pytest.raises(Unclear):
                names(node.label, "code", "name")
            continue
        own = [name for name in node.properties if name not in KEPT_BY_US]
        found = names(node.label, *own)
        assert own == [*found.values()], node.label
        for name, link in relation.of(node.label).items():
            if name not in own:
                parts = [f"{name}.{part}" for part in link.properties]
                assert [name, *parts] == [*names(node.label, name, *parts).values()]


def test_every_type_of_relationship_can_be_a_file_of_its_own() -> None:
    types = {r.type for node in registry.nodes() for r in relation.of(node.label).values()}
    assert {"MEMBER_OF", "HEADS", "LOCATED_IN", "PART_OF", "BROADER"} <= types
    assert types.isdisjoint({"WITHIN", "DERIVED_FROM"})
    for each in types:
        found = names(each, "start", "end")
        assert ["start", "end"] == [*found.values()], each


def test_words_are_of_what_is_declared() -> None:
    """A word for what there is not would never be found wrong otherwise."""
    for label, columns in header.words()["headers"].items():
        if label == "*":
            continue
        for name, said in columns.items():
            link = [] if "." not in name else [name.partition(".")[0]]
            found = names(label, *link, said[0])
            assert name == found[said[0]], f"{label}.{name}"
    for name in header.words()["defaults"]:
        owner, _, part = name.partition(".")
        labels = {node.label for node in registry.nodes()}
        types = {r.type for n in labels for r in relation.of(n).values()}
        assert owner in labels | types, name
        if owner in labels:
            assert part in set(registry.node(owner).properties), name


@pytest.mark.parametrize(
    "said",
    [
        "[]",
        "{",
        '{"colums": {}}',
        '{"crs": "WGS-84"}',
        '{"key": "姓名"}',
        '{"headerRow": 0}',
        '{"columns": {"a": 1}}',
        '{"sheets": []}',
        '{"sheets": {"a": {"sheets": {}}}}',
        '{"prefix": 5}',
    ],
)
def test_a_mapping_that_says_what_cannot_be_is_refused(tmp_path: Path, said: str) -> None:
    path = tmp_path / "mapping.json"
    path.write_text(said)
    with pytest.raises(IntakeError):
        mapping.read(path)


def test_a_sheet_may_differ_from_the_others(tmp_path: Path) -> None:
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps({"crs": "GCJ02", "sheets": {"名册": {"kind": "Person"}}}))
    book = mapping.read(path, prefix="X-")
    assert ("Person", "GCJ02", "X-") == (
        book.of("a.xlsx", "名册").kind,
        book.of("a.xlsx", "名册").crs,
        book.of("a.xlsx", "名册").prefix,
    )
    assert (None, "GCJ02") == (book.of("a.xlsx", "别的").kind, book.of("a.xlsx", "别的").crs)
