"""Settings: the few things an installation decides, read once, at the edges."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What `MCRM_…` in the environment sets."""

    model_config = SettingsConfigDict(env_prefix="MCRM_", frozen=True)

    # Where the books are: SQLite in the working folder, or postgresql://… for several offices.
    database_url: str = "sqlite:///mcrm.db"
    # The language of pages and commands until a reader chooses another.
    language: str = "en"
