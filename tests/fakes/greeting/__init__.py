"""An app with one kind of mail, for tests of the outbox that need no petition."""
