"""The model of kits.yaml: what is printed and sent."""

from pydantic import Field

from shared.programmes.fields import Code, Identifier, Price, Text
from shared.programmes.item import Item


class Kit(Item):
    """What is printed and sent for a certification of some levels."""

    code: Code = Field(description="the kit's code")
    name: Text = Field(description="the kit's name")
    description: Text = Field(description="what is in it")
    levels: tuple[Identifier, ...] = Field(min_length=1, description="levels of programme.yaml")
    initial_price: Price = Field(description="amount and currency of the first kit of an award")
    price: Price = Field(description="amount and currency of every further kit")
    source: str | None = Field(default=None, description="where this was taken from")


class KitsFile(Item):
    """kits.yaml: the initial kit of each level."""

    kits: tuple[Kit, ...] = Field(description="the kits")
