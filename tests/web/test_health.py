"""/livez and /readyz: who asks learns the truth, also while it changes."""

from starlette.applications import Starlette
from starlette.testclient import TestClient

from web.health import Health


class Standing:
    """Something behind the process that comes and goes."""

    up = False

    async def answers(self) -> bool:
        return self.up


def test_a_process_lives_before_it_is_ready_and_when_it_is_no_more() -> None:
    behind = Standing()
    client = TestClient(Starlette(routes=Health(behind.answers).routes()))

    found = []
    for behind.up in (False, True, False):
        ready = client.get("/readyz")
        found.append((client.get("/livez").status_code, ready.status_code, ready.text))

    assert [(200, 503, "not ready\n"), (200, 200, "ready\n"), (200, 503, "not ready\n")] == found
    assert "1" == client.get("/readyz").headers["retry-after"]


def test_health_is_only_read() -> None:
    client = TestClient(Starlette(routes=Health(Standing().answers).routes()))

    assert 405 == client.post("/livez").status_code
    assert (200, b"") == (client.head("/livez").status_code, client.head("/livez").content)
