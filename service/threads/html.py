"""The first page of a thread as plain semantic HTML: for server-side inclusion, and for readers without JavaScript.

A fragment without style, marked up as schema.org `DiscussionForumPosting` with its `Comment`s. Comments come as the
safe HTML that is stored; everything else is escaped here. The same page as data stands at its end, in a block that no
browser runs: a `<story-comments>` element around the fragment begins with it instead of asking again.
"""

from datetime import UTC, datetime
from html import escape

from service.comments.payloads import Comment
from service.threads.payloads import ThreadPage, encode


def comments_html(page: ThreadPage, published_at: datetime | None) -> str:
    """The page as a `<section>`; it reads well alone and inside a `<story-comments>` element."""
    story = page.story
    link = f'<link itemprop="url" href="{escape(story.url)}">' if story.url else ""
    dated = f'<meta itemprop="datePublished" content="{_moment(published_at)}">' if published_at else ""
    comments = _list(page.comments, story.url) if page.comments else "<p>Be the first to share your perspective.</p>"
    return f"""\
<section class="story-comments" itemscope itemtype="https://schema.org/DiscussionForumPosting">
<h2>Join the discussion</h2>
<meta itemprop="headline" content="{escape(story.title)}">{link}{dated}
<meta itemprop="identifier" content="{escape(story.id)}">
<span itemprop="author" itemscope itemtype="https://schema.org/Organization">
<meta itemprop="name" content="{escape(story.site)}"></span>
<span itemprop="interactionStatistic" itemscope itemtype="https://schema.org/InteractionCounter">
<meta itemprop="interactionType" content="https://schema.org/CommentAction">
<meta itemprop="userInteractionCount" content="{story.comment_count}"></span>
{comments}
<script type="application/json" data-story-comments="page">{_data(page)}</script>
</section>
"""


def _data(page: ThreadPage) -> str:
    """JSON that ends no element, whatever a comment says."""
    return encode(page).decode().replace("<", "\\u003c")


def _list(comments: list[Comment], story_url: str | None) -> str:
    items = "\n".join(f"<li>{_article(comment, story_url)}</li>" for comment in comments)
    return f"<ol>\n{items}\n</ol>"


def _article(comment: Comment, story_url: str | None) -> str:
    replies = _list(comment.replies, story_url) if comment.replies else ""
    if comment.body_html is None:
        return f'<p id="comment-{comment.id}">This comment was removed.</p>{replies}'
    name = escape(comment.author.name if comment.author else "Reader")
    anchor = f"{escape(story_url.partition('#')[0]) if story_url else ''}#comment-{comment.id}"
    moment = _moment(comment.created_at)
    return (
        f'<article id="comment-{comment.id}" itemprop="comment" itemscope itemtype="https://schema.org/Comment">'
        '<footer><span itemprop="author" itemscope itemtype="https://schema.org/Person">'
        f'<b itemprop="name">{name}</b></span> '
        f'<a itemprop="url" href="{anchor}"><time itemprop="datePublished" datetime="{moment}">{moment}</time></a>'
        f'<meta itemprop="upvoteCount" content="{comment.votes.up}">'
        f'<meta itemprop="downvoteCount" content="{comment.votes.down}"></footer>'
        f'<div itemprop="text" dir="auto">{comment.body_html}</div>{replies}</article>'
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
