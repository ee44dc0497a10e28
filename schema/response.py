"""What a client sees of how many volunteers can be expected."""

import strawberry

import resolvers.response
from schema.relay import answered


@strawberry.type(
    description="预期响应 · How many volunteers around a point can be expected to accept, if all "
    "of them are asked and each decides for themselves"
)
class ExpectedResponse:
    probability: float = strawberry.field(
        description="概率 · That k or more of them accept, 0 to 1: the exact tail of the "
        "Poisson binomial distribution of their acceptance means"
    )
    expected: float = strawberry.field(
        description="期望数 · How many accept on the average: the sum of their acceptance means"
    )
    people: int = strawberry.field(description="人数 · How many can be asked")
    method: str = strawberry.field(description="方法 · How minutes were computed")


@strawberry.type
class Query:
    expected_response: ExpectedResponse = answered(
        resolvers.response.expected_response,
        "预期响应 · How many volunteers with these skills come to a point, as far as is known",
    )
