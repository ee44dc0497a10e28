"""What a client sees of how well acceptance is foretold."""

from datetime import date

import strawberry

import resolvers.calibration
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
    description="响应校准 · How well acceptance is foretold. The network keeps how often each "
    "person was invited and accepted, not when; so each invitation is predicted from all others of "
    "the same person: (3 + a) / (10 + n), the mean of Beta(3, 7) updated, of n others of which a "
    "were accepted (leave-one-out). Counted are volunteers who belong to the territory"
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
