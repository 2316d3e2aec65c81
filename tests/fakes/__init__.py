"""Servers of other people, played by the tests over real connections, and an app that sends one kind of mail."""
