"""What a client sees of how well acceptance is foretold."""

from datetime import date

import strawberry

import resolvers.calibration
from resolvers.enum import Circumstance, InvitationChannel
from schema.relay import answered
from schema.territory import Territory


@strawberry.type(description="可靠性分组 · Invitations whose predictions lie in one bin")
class CalibrationBin:
    lower: float = strawberry.field(description="下界 · Lowest prediction that belongs to the bin")
    upper: float = strawberry.field(
        description="上界 · Predictions lie below this; 1 belongs to the last bin"
    )
    predicted: float = strawberry.field(description="预测均值 · Mean of the predictions, 0 to 1")
    observed: float = strawberry.field(
        description="实际比例 · Share of these invitations that was accepted, 0 to 1; equal to "
        "`predicted` where the predictions are right (Murphy & Winkler 1977)"
    )
    invitations: int = strawberry.field(description="邀请次数 · Invitations in the bin")


@strawberry.type(
    description="情形影响 · How much more often, or more rarely, the same people accept under one "
    "circumstance than under others"
)
class CircumstanceEffect:
    hour: int | None = strawberry.field(
        description="小时 · 0 to 23, on the service's clocks; null where it is a channel"
    )
    channel: InvitationChannel | None = strawberry.field(
        description="邀请方式 · Null where it is an hour"
    )
    invitations: int = strawberry.field(
        description="邀请次数 · Invitations of the people who are counted that were answered"
    )
    accepted: int = strawberry.field(description="应邀次数 · How many of these were accepted")
    odds_ratio: float = strawberry.field(
        description="比值比 · Odds of a yes under it to those of the same people under all others "
        "(Mantel & Haenszel 1959), of everybody in the network and one person more of ten "
        "invitations, to whom it makes no difference; 1 = none"
    )


@strawberry.type(
    description="响应校准 · How well acceptance is foretold. Each invitation is predicted from all "
    "others (leave-one-out): (3 + a) / (10 + n), the mean of Beta(3, 7) updated, of n others of "
    "the same person of which a were accepted. `by` an hour, a channel or both together, what is "
    "known of other circumstances is moved by the odds of this one against these, and what is not "
    "known of any by its odds against the usual mixture. Counted are volunteers who belong to the "
    "territory"
)
class ResponseCalibration:
    territory: Territory = strawberry.field(description="辖区 · The territory")
    as_of: date = strawberry.field(description="日期 · The day on which they belong to it")
    method: str = strawberry.field(description="方法 · LEAVE_ONE_OUT")
    people: int = strawberry.field(description="人数 · Volunteers who were ever invited")
    invitations: int = strawberry.field(description="邀请次数 · Invitations of these, all time")
    accepted: int = strawberry.field(description="应邀次数 · How many of these were accepted")
    brier: float | None = strawberry.field(
        description="布里尔分数 · Mean of (prediction - outcome)², outcome 1 = accepted, else 0; 0 "
        "is best, 1 worst (Brier 1950); null = nobody was ever invited. It is reliability - "
        "resolution + uncertainty + withinBins"
    )
    reliability: float | None = strawberry.field(
        description="可靠性 · Mean over invitations of (predicted - observed)² of their bin; 0 is "
        "best (Murphy 1973)"
    )
    resolution: float | None = strawberry.field(
        description="分辨力 · Mean over invitations of (observed of their bin - share of all)²; "
        "more is better"
    )
    uncertainty: float | None = strawberry.field(
        description="不确定性 · s (1 - s), s = share of all that was accepted: the score of who "
        "predicts s each time"
    )
    within_bins: float | None = strawberry.field(
        description="组内项 · What binning blurs (Stephenson, Coelho & Jolliffe 2008)"
    )
    skill_score: float | None = strawberry.field(
        description="技巧分 · 1 - brier / uncertainty: above 0, knowing who is asked helps; null "
        "where all or none were accepted"
    )
    by: list[Circumstance] = strawberry.field(
        description="情形 · By which circumstances it was predicted, beside who was asked"
    )
    brier_by_person: float | None = strawberry.field(
        description="仅按人的布里尔分数 · Of the same invitations, if only the person counted; "
        "higher than `brier` where the circumstances help; null where none was asked"
    )
    effects: list[CircumstanceEffect] = strawberry.field(
        description="情形影响 · Of each hour and channel under which any of them answered, as `by` "
        "asks"
    )
    table: list[CalibrationBin] = strawberry.field(
        description="可靠性表 · Bins with invitations in them, lowest first"
    )


@strawberry.type
class Query:
    response_calibration: ResponseCalibration = answered(
        resolvers.calibration.response_calibration,
        "响应校准 · What was predicted of invitations, and what happened: Brier score and "
        "reliability table",
    )
