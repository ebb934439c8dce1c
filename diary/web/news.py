"""What writers are told of their posts: the same words by mail and by whoever shares them."""

from babel.dates import format_date
from flask import url_for

from diary.domain.moderation import Verdict
from diary.domain.telling import NEWS, Letter
from diary.models import News
from diary.queries import tellings
from diary.queries.people import Question
from diary.queries.tellings import Writer
from diary.web.letters import chosen_language, letter
from diary.web.rendering import absolute
from diary.web.session import now, reading, release


def told(news: News, writer: Writer, question: Question | None) -> Letter:
    """The words for a writer, in their own language."""
    lang = chosen_language(writer.language, writer.lang)
    page = (
        url_for("reading.short", short=writer.short)
        if news is News.OUT
        else url_for("mine.sent", post_id=writer.post_id)
    )
    subject, body = letter(
        f"writer_{news}",
        lang,
        name=writer.name,
        title=writer.heading or format_date(writer.dated, locale=lang),
        question=question,
        link=absolute(page),
    )
    return Letter(subject, body, lang)


def letter_to_writer(post_id: int, verdict: Verdict) -> Letter | None:
    """What a decision says to its post's writer; made before it: no transaction is open meanwhile.

    None for what is no news, or for somebody without an address.
    """
    news, writer = NEWS.get(verdict.step), tellings.writer(reading(), post_id)
    release()
    if news is None or writer is None or not writer.email:
        return None
    return told(news, writer, Question(verdict.step, verdict.reason, verdict.words, now()))
