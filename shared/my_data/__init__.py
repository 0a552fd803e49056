"""What a service holds about a person: written down, given out as a copy, and erased.

`register` says of every table and column what it tells of a person; `copying` and `erasing` work by
it, and a test compares it with the tables. `tombstones` keeps what comes late about somebody who is
erased from making anything anew. `members` puts it all into a service.
"""
