"""The European Union: whose members may take part, and until when one that left could."""

from datetime import date

# ISO 3166-1 alpha-2; the United Kingdom was a member state until 31 January 2020.
EU_STATES = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR"),
    *("HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
LAST_DAY_IN_THE_UNION = {"GB": date(2020, 1, 31)}
