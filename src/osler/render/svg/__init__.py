"""Charts drawn on the server as SVG: pure functions from numbers to markup.

The markup holds classes and no colours, no style attributes and no script, so it obeys a strict content security
policy, follows the theme of the page that shows it, and prints. All text put into it is escaped: the strings returned
are safe to embed.
"""
