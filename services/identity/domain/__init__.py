"""Pure rules of identity: no framework, no database, no clock of its own."""
