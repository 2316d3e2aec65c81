"""One person who has done everything the site lets people do, and a search of every byte for what is left of them."""
