"""A cell may say a term by its key or by its names; a closed dictionary takes nothing else."""

from typing import Any


def test_a_trade_is_said_by_key_or_by_name_and_another_stands_for_itself(desk: Any) -> None:
    rows = "代码,商户名称,行业\n§-1,甲,烧烤\n§-2,乙,barbecue\n§-3,丙,Guest house\n§-4,丁,花店\n"
    assert desk.take(desk.text("商户.csv", rows)).wrong == 0
    kept = desk.read(
        "MATCH (n:Merchant) WHERE n.code STARTS WITH '§' WITH n ORDER BY n.code "
        "RETURN collect(n.trade)"
    )
    assert kept == ["BARBECUE", "BARBECUE", "LODGING", "花店"]


def test_a_code_scheme_must_be_known_and_the_code_must_look_like_it(desk: Any) -> None:
    rows = ("§-1,甲,L2,无此规则", "§-2,乙,L2,DB11", "§-3,丙,L2,本地编码")
    grids = "\n".join(("网格编码,网格名称,级别,编码规则", *rows))
    account = desk.take(desk.text("网格.csv", grids))
    assert [(fault.row, fault.column) for fault in account.faults] == [
        (2, "编码规则"),
        (3, "网格编码"),
    ]
    assert not account.written


def test_terms_are_loaded_like_anything_else(desk: Any) -> None:
    terms = "字典项代码,字典项名称,英文名\n§.FLOWERS,花店,Florist\nFLOWERS,花店,Florist\n"
    account = desk.take(desk.text("字典项.csv", terms))
    assert [(fault.row, fault.column) for fault in account.faults] == [(3, "字典项代码")]
    account = desk.take(desk.text("字典项.csv", terms), skip=True)
    assert account.counts["Term"] == {"new": 1, "changed": 0, "unchanged": 0}
