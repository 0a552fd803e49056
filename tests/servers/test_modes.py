from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.modes import Mode


async def test_each_service_has_a_database_of_its_own(mode: Mode) -> None:
    exams, identity = mode.database_url("exams"), mode.database_url("identity")
    assert exams != identity
    assert mode.database_url("exams") == exams

    engine = create_async_engine(exams)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE results (n integer)"))
        assert (await connection.execute(text("SELECT n FROM results"))).all() == []
    await engine.dispose()


def test_the_bus_is_as_real_as_the_mode(mode: Mode) -> None:
    assert mode.bus_url.startswith("amqp://" if mode.distributed else "embedded:")
    assert mode.bus_url == mode.bus_url
