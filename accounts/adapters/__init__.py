"""Where allauth meets the site: its mails go to our outbox, its words are ours, its secrets are encrypted."""
