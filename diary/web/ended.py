"""What the journey's end closes: by default everything that writes, but for what is named here."""

GOES_ON = frozenset(
    {
        # coming in and leaving, and one's own account
        *("accounts.language", "accounts.login", "accounts.logout", "cards.by_code", "cards.card"),
        *("cards.own", "devices.done", "devices.sign_out", "devices.sign_out_elsewhere"),
        *("devices.sitting", "devices.who", "forgotten.ask", "forgotten.choose", "own.me"),
        *("passkeys.add", "passkeys.options_to_add", "passkeys.options_to_sign_in"),
        *("passkeys.remove", "passkeys.sign_in", "readers.say"),
        # what people have a right to: out of sight, a yes taken back, their own, forgotten
        *("history.answer", "mine.delete", "mine.take_back", "mine.take_down"),
        *("objections.barrier", "objections.send", "own.forget_me", "own.minor"),
        *("own.page_about", "own.take_out", "subscriptions.mine", "subscriptions.stop"),
        # what moderators do for that; of decisions only the one out of sight (`domain.moderation`)
        *("blurring.blur", "moderation.decide", "moderation.picture", "moderation.read"),
        *("moderation.seen", "moderation.take_back", "never_shown.keep", "never_shown.remove"),
        *("objections.answer", "objections.recall", "standing.file", "standing.file_paper"),
        *("standing.remove_paper", "standing.withdraw", "telling.tick", "undecided.decide"),
        # what the lead looks after, and answers for to the funder
        *("admin.closing", "admin.forget", "admin.forget_data", "admin.grown_up", "admin.merge"),
        *("admin.merge_names", "admin.name", "admin.names", "admin.page", "admin.page_address"),
        *("admin.people_data", "admin.person", "admin.place", "admin.place_address"),
        *("admin.place_pictures", "admin.places", "admin.report_data", "admin.revoke"),
        *("admin.settings", "admin.split", "admin.take_out_data", "admin.use_name"),
        *("admin.use_way", "admin.way", "admin.way_address", "admin.way_pictures", "admin.ways"),
        *("cards.renew", "cards.sheet", "deputies.name", "devices.revoke", "devices.share"),
        *("report.posts", "report.write"),
    }
)
"""What is written all the same."""
CLOSED = frozenset(
    {"joining.by_code", "joining.join", "question.question", "sent_in.form"}
    | {"subscriptions.asked", "subscriptions.confirm", "subscriptions.subscribe"}
)
"""Pages with nothing but such a form."""


def closes(endpoint: str, *, changes: bool) -> bool:
    """Whether the end closes an address, or what is sent to it."""
    return endpoint in CLOSED or (changes and endpoint not in GOES_ON)
