"""The bank's core: pure acts on a member's working copy (`Book`), and its loading and set-wise writing."""
