"""Words in which revisions write tables; what stands here is never changed, only added to.

Names follow the naming convention of the product's metadata: a comparison finds no difference.
"""

from datetime import date, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem


def word(name: str, length: int = 40, *, null: bool = False) -> sa.Column[str]:
    """Name a text column of at most so many characters."""
    return sa.Column(name, sa.String(length), nullable=null)


def number(name: str, *, null: bool = False, identity: bool = False) -> sa.Column[int]:
    """Name a column of whole numbers: hundredths, counts, or keys the database gives."""
    made = [sa.Identity(always=False)] if identity else []
    return sa.Column(name, sa.BigInteger, *made, nullable=null, autoincrement=identity)


def day(name: str, *, null: bool = False) -> sa.Column[date]:
    """Name a column of days."""
    return sa.Column(name, sa.Date, nullable=null)


def moment(name: str, *, null: bool = False) -> sa.Column[datetime]:
    """Name a column of moments in UTC, a text of fixed width on SQLite."""
    instant = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
    return sa.Column(name, instant, nullable=null)


def hashed(name: str, length: int | None = 32, *, null: bool = False) -> sa.Column[bytes]:
    """Name a column of bytes."""
    return sa.Column(name, sa.LargeBinary(length), nullable=null)


def flag(name: str) -> sa.Column[bool]:
    """Name a column of yes or no."""
    return sa.Column(name, sa.Boolean, nullable=False)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """Make a rule that every row obeys."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """Make the primary key."""
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    """Make columns unique together."""
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def refers(table: str, columns: str, to: str, their: str) -> sa.ForeignKeyConstraint:
    """Make columns refer to those of another table; several are parted by spaces."""
    own = columns.split()
    name = op.f(f"fk_{table}_{'_'.join(own)}_{to}")
    return sa.ForeignKeyConstraint(own, [f"{to}.{each}" for each in their.split()], name=name)


def table(name: str, *parts: SchemaItem, rowid: bool = True) -> None:
    """Make a table, strict on SQLite."""
    options = {"sqlite_strict": True} | ({} if rowid else {"sqlite_with_rowid": False})
    op.create_table(name, *parts, **options)


def index(table: str, *columns: str) -> None:
    """Make an index."""
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
