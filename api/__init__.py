"""The ways in: JSON routes, pages and the command line, all thin, all siblings."""
