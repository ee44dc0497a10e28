"""What a client may see of service centers."""

import strawberry

import resolvers.service_center
from resolvers.enum import ServiceCenterKind, ServiceWindow
from schema.change import create, mutations, update
from schema.part import Located, Versioned
from schema.relay import Connection, Edge, Node, answered, connection
from schema.scalar import Point, WeeklyHours, place


@strawberry.type(description="服务中心 · Service center, where residents are served")
class ServiceCenter(Node, Located, Versioned):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    name: str = strawberry.field(description="名称 · Name")
    kind: ServiceCenterKind = strawberry.field(description="类别 · Whose center it is")
    windows: list[ServiceWindow] = strawberry.field(
        description="服务窗口 · Its counters; none if it has none"
    )
    hours: list[WeeklyHours] | None = strawberry.field(
        description="开放时间 · Opening hours, every week, local time; null = not recorded"
    )
    location: Point | None = place("位置 · Location; null = unknown")


@strawberry.type
class Query:
    service_center: ServiceCenter | None = answered(
        resolvers.service_center.service_center,
        "按代码查服务中心 · A service center by code; null if out of sight",
    )
    service_centers: Connection[Edge[ServiceCenter], ServiceCenter] = connection(
        "ServiceCenter",
        "服务中心 · Service centers, by where they are",
        resolvers.service_center.service_centers,
    )


Mutation = mutations(
    create(ServiceCenter, "新建服务中心 · Add a service center to the network"),
    update(ServiceCenter, "修改服务中心 · Change what is given of a service center"),
)
