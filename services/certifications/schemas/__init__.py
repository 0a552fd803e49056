"""The shapes of certifications on the wire, by use case."""
