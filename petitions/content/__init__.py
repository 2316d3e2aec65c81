"""What authors write: how it reads, and what would make it better. Nothing here touches the database."""
