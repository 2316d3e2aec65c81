"""The demo site: original French petitions and invented people. README.md tells the format of a petition."""
