"""The yardstick: the same hops with asyncpg and prebuilt messages, and no domain at all.

One writer posts results straight into PostgreSQL; `certs` and three followers are processes
that copy rows from message to table. With `batch=1` it is the same work as one transaction and
one message per result.
"""

import asyncio
import sys
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import asyncpg
from pydantic_core import from_json, to_json

from benchmarks.load import until_counted
from benchmarks.product import Product
from shared.ids import uuid7

SCHEMA = """
DROP SCHEMA IF EXISTS raw CASCADE;
CREATE SCHEMA raw;
CREATE TABLE raw.inbox (consumer text, id uuid, PRIMARY KEY (consumer, id));
CREATE TABLE raw.outbox (id uuid PRIMARY KEY, body bytea);
CREATE TABLE raw.results (id uuid PRIMARY KEY, ref text UNIQUE, candidate text);
CREATE INDEX ON raw.results (candidate);
CREATE TABLE raw.progress (candidate text PRIMARY KEY, passes int);
CREATE TABLE raw.certs (id uuid PRIMARY KEY, candidate text UNIQUE);
CREATE TABLE raw.follower1 (id uuid PRIMARY KEY, candidate text UNIQUE);
CREATE TABLE raw.follower2 (id uuid PRIMARY KEY, candidate text UNIQUE);
CREATE TABLE raw.follower3 (id uuid PRIMARY KEY, candidate text UNIQUE);
"""
FOLLOWERS = ("follower1", "follower2", "follower3")


async def measure(product: Product, *, batch: int, count: int) -> float:
    """Return results per second through the bare pipeline."""
    database, broker = product.databases["certifications"], product.broker
    address = database.replace("+asyncpg", "")
    connection = await asyncpg.connect(address)
    await connection.execute(SCHEMA)
    run = uuid4().hex[:8]
    children = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.yardstick",
            role,
            run,
            address,
            broker,
            str(batch),
            stdout=asyncio.subprocess.PIPE,
        )
        for role in ("certs", *FOLLOWERS)
    ]
    try:
        for child in children:
            assert child.stdout is not None
            await child.stdout.readline()
        async with await aio_pika.connect(broker) as link:
            channel = await link.channel(publisher_confirms=True)
            candidates = [f"C{run}{number}" for number in range(count)]
            bodies = [
                to_json([[str(uuid7()), candidate] for candidate in candidates[at : at + batch]])
                for at in range(0, count, batch)
            ]
            loop = asyncio.get_running_loop()
            started = loop.time()
            for body in bodies:
                await _step(connection, channel, body, "results", (f"raw.{run}.certs",))
            for one in FOLLOWERS:

                async def counted(query: str = f"SELECT count(*) FROM raw.{one}") -> int:
                    return int(await connection.fetchval(query))

                await until_counted(counted, count, seconds=600)
            return count / (loop.time() - started)
    finally:
        for child in children:
            child.terminate()
            await child.wait()
        await connection.execute("DROP SCHEMA raw CASCADE")
        await connection.close()


async def _step(
    connection: Any,
    channel: Any,
    body: bytes,
    table: str,
    onward: Sequence[str],
    message: UUID | None = None,
) -> None:
    """Write one message's rows in one transaction, then send the message onward."""
    pairs = from_json(body)
    ids, candidates = [UUID(pair[0]) for pair in pairs], [pair[1] for pair in pairs]
    async with connection.transaction():
        if message is not None:
            await connection.execute(
                "INSERT INTO raw.inbox VALUES ($1, $2) ON CONFLICT DO NOTHING", table, message
            )
        if table == "results":
            await connection.execute(
                "INSERT INTO raw.results SELECT i, c, c "
                "FROM unnest($1::uuid[], $2::text[]) AS t(i, c) ON CONFLICT DO NOTHING",
                ids,
                candidates,
            )
        else:
            if table == "certs":
                await connection.execute(
                    "INSERT INTO raw.progress SELECT c, 1 FROM unnest($1::text[]) AS t(c) "
                    "ON CONFLICT (candidate) DO UPDATE SET passes = raw.progress.passes + 1",
                    candidates,
                )
            await connection.execute(
                f"INSERT INTO raw.{table} SELECT * FROM unnest($1::uuid[], $2::text[]) "
                "ON CONFLICT DO NOTHING",
                ids,
                candidates,
            )
        if onward:
            await connection.execute("INSERT INTO raw.outbox VALUES ($1, $2)", uuid7(), body)
    await asyncio.gather(
        *(
            channel.default_exchange.publish(
                aio_pika.Message(
                    body,
                    message_id=str(uuid7()),
                    delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                ),
                routing_key=queue,
            )
            for queue in onward
        )
    )


async def _serve(role: str, run: str, database: str, broker: str, batch: int) -> None:
    connection = await asyncpg.connect(database)
    async with await aio_pika.connect(broker) as link:
        channel = await link.channel(publisher_confirms=True)
        await channel.set_qos(prefetch_count=40 if batch > 1 else 1)
        arguments: dict[str, Any] = {"x-queue-type": "quorum"}
        queue = await channel.declare_queue(f"raw.{run}.{role}", durable=True, arguments=arguments)
        onward = [f"raw.{run}.{one}" for one in FOLLOWERS] if role == "certs" else []
        for name in onward:
            await channel.declare_queue(name, durable=True, arguments=arguments)
        print("ready", flush=True)
        try:
            async with queue.iterator() as messages:
                async for message in messages:
                    await _step(
                        connection, channel, message.body, role, onward, UUID(message.message_id)
                    )
                    await message.ack()
        finally:
            await queue.delete(if_unused=False, if_empty=False)


if __name__ == "__main__":
    _role, _run, _database, _broker, _batch = sys.argv[1:]
    asyncio.run(_serve(_role, _run, _database, _broker, int(_batch)))
