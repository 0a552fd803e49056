"""Every table and every column of every service says what it tells of a person."""

import importlib
from typing import cast

import pytest
from sqlalchemy import Column, String, Table

from deploy.members import SERVICES
from shared.my_data.keeping import MyData
from shared.my_data.register import Held, Register


def my_data_of(service: str) -> MyData:
    return cast(MyData, importlib.import_module(f"services.{service}.my_data").MY_DATA)


def register_of(service: str) -> Register:
    return my_data_of(service).register


@pytest.mark.parametrize("service", SERVICES)
def test_every_column_is_declared(service: str) -> None:
    assert register_of(service).faults() == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_says_in_words_what_it_holds(service: str) -> None:
    for table, entry in register_of(service).held():
        assert entry.says.endswith("."), table.name
        assert (entry.rows is None) == entry.swept, table.name


def test_a_new_table_is_noticed() -> None:
    register = register_of("fulfillment")
    spare = Table("spare", register.metadata, Column("id", String(4), primary_key=True))
    try:
        assert register.faults() == ["spare: the table is in no register of personal data"]
    finally:
        register.metadata.remove(spare)


def test_a_new_column_is_noticed() -> None:
    register = register_of("fulfillment")
    entitlements = register.metadata.tables["entitlements"]
    colour: Column[str] = Column("colour", String(4))
    entitlements.append_column(colour)
    try:
        assert register.faults() == ["entitlements.colour: undeclared"]
    finally:
        entitlements._columns.remove(colour)


def test_a_column_that_is_gone_or_said_twice_is_noticed() -> None:
    register = register_of("transcripts")
    holders = register.tables["holders"]
    assert isinstance(holders, Held)
    changed = Held(
        says="Names.",
        rows=holders.rows,
        key="candidate_id",
        personal="given_name family_name disclosure colour",
        plain="programme version given_name",
    )
    tables = {**register.tables, "holders": changed}
    assert Register(register.metadata, tables).faults() == [
        "holders.given_name: declared twice",
        "holders.given_name: declared twice",
        "holders.colour: no such column",
    ]


def test_a_row_that_stays_says_what_becomes_of_every_personal_column() -> None:
    register = register_of("transcripts")
    holders = register.tables["holders"]
    assert isinstance(holders, Held)
    changed = Held(
        says="Names.",
        rows=holders.rows,
        key="candidate_id",
        personal="given_name family_name disclosure",
        plain="programme version",
        leaves={"given_name": "", "family_name": ""},
    )
    assert Register(register.metadata, {**register.tables, "holders": changed}).faults() == [
        "holders.disclosure: the row stays, and nothing says what becomes of this"
    ]
