"""What the tests stand on: the environment, services, servers and browsers. No test lives here."""
