"""Identity: who a candidate is, and how candidates, staff and machines sign in."""
