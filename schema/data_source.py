"""What a client may see of the files that were loaded."""

from datetime import datetime

import strawberry

import resolvers.data_source
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(
    description="数据来源 · A file that was loaded, from which nodes have their values"
)
class DataSource(Node):
    code: str = strawberry.field(
        description="代码 · Code, made of the file's digest: the same file has the same"
    )
    name: str = strawberry.field(description="文件名 · Name of the file")
    sha256: str = strawberry.field(description="摘要 · SHA-256 of the file, as hexadecimal digits")
    loaded_at: datetime = strawberry.field(description="导入时刻 · When it was first loaded")
    version: int = strawberry.field(description="版本 · Grows with every change")


@strawberry.type
class Query:
    data_source: DataSource | None = answered(
        resolvers.data_source.data_source, "按代码查数据来源 · A loaded file by code"
    )
    data_sources: Connection[Edge[DataSource], DataSource] = connection(
        "DataSource", "数据来源 · All files that were loaded", resolvers.data_source.data_sources
    )
