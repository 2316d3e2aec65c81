"""What staff do about content, a module a subject. Every act leaves a `Decision`, told to whose content it is.

`reading` hands a submitted text to one moderator, `deciding` publishes, returns, refuses, removes, closes and restores
petitions, `comments` and `news` hide and show what is around them, `appeals` has a decision looked at again by another
person. `verdicts` says which of these acts suits which kind of text.
"""
