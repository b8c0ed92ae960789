"""Text on the page: Slack's mrkdwn and dates are drawn as Slack draws them, and hostile text stays text."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.office import CHANNEL, Office
from tests.browser.people import Windows

DOT = '<span class="marker">•</span>'
MRKDWN = [
    ("*bold* _italic_ ~gone~ `code`", "<p><strong>bold</strong> <em>italic</em> <s>gone</s> <code>code</code></p>"),
    ("*bold with _both_*", "<p><strong>bold with <em>both</em></strong></p>"),
    ("2 * 3 * 4 and snake_case_name", "<p>2 * 3 * 4 and snake_case_name</p>"),
    ("`*not bold*`", "<p><code>*not bold*</code></p>"),
    ("a\nb", "<p>a<br>b</p>"),
    ("```x = *1*\n&lt;y&gt;```", "<pre>x = *1*\n&lt;y&gt;</pre>"),
    ("an open ``` fence", "<p>an open ``` fence</p>"),
    ("&gt; quoted\nnot", "<blockquote><p>quoted</p></blockquote><p>not</p>"),
    ("&gt;&gt;&gt;all\nof it", "<blockquote><p>all<br>of it</p></blockquote>"),
    (
        "• one\n• two",
        f'<ul class="mrkdwn-list"><li>{DOT}<span>one</span></li><li>{DOT}<span>two</span></li></ul>',
    ),
    (
        "<https://example.com/?a=1&amp;b=2|the *page*>",
        '<p><a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">the *page*</a></p>',
    ),
    ("<@U1> and <@U2>", '<p><span class="mention mention-me">@Ada</span> and <span class="mention">@Bo</span></p>'),
    ("<!subteam^S1|@owners>", '<p><span class="mention mention-me">@owners</span></p>'),
    ("<!here>", '<p><span class="mention mention-me">@here</span></p>'),
    ("<#C1>", '<p><a class="mention" href="#as=U1&amp;in=C1">#requests</a></p>'),
    (
        ":tada: :no_such_thing: 10:30:15",
        '<p><span class="emoji" role="img" aria-label="tada emoji">🎉</span> :no_such_thing: 10:30:15</p>',
    ),
    ("R&amp;D &lt;b&gt;", "<p>R&amp;D &lt;b&gt;</p>"),
    ("&lt;!channel&gt; &lt;@U2&gt;", "<p>&lt;!channel&gt; &lt;@U2&gt;</p>"),
    ("&amp;lt;@U2&amp;gt;", "<p>&amp;lt;@U2&amp;gt;</p>"),
    ("<javascript:alert(1)|click>", "<p>&lt;javascript:alert(1)|click&gt;</p>"),
    ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"),
    ("\ue000\ue001", "<p>\ufffd\ufffd</p>"),
]
"""What an app sends, and the HTML that a person sees."""

DRAW = """async (text) => {
  const { mrkdwn } = await import("/page/mrkdwn.js");
  const { Session } = await import("/page/session.js");
  const session = new Session({
    users: [{ id: "U1", name: "Ada" }, { id: "U2", name: "Bo" }], channels: [{ id: "C1", name: "requests" }],
    usergroups: [{ id: "S1", handle: "owners", users: ["U1"] }],
  });
  session.become("U1");
  return mrkdwn(text, session).innerHTML;
}"""

WRITE_DATE = """async ([format, zone, now]) => {
  const { slackDate } = await import("/page/time.js");
  return slackDate(1790000000, format, zone, now);
}"""

AT = 1790000000
"""Monday, 21 September 2026, 14:13:20 UTC."""

DATES = [
    ("{date_num} {time}", "UTC", AT, "2026-09-21 2:13 PM"),
    ("{date_num} {time_secs}", "Asia/Singapore", AT, "2026-09-21 10:13:20 PM"),
    ("{date}", "Europe/Stockholm", AT, "September 21st"),
    ("{date}", "Europe/Stockholm", AT + 400 * 86400, "September 21st, 2026"),
    ("{date_short}", "America/New_York", AT, "Sep 21, 2026"),
    ("{date_long} at {time}", "America/New_York", AT, "Monday, September 21st, 2026 at 10:13 AM"),
    ("{date_pretty}", "UTC", AT, "Today"),
    ("until {date_short_pretty}", "UTC", AT - 86400, "until tomorrow"),
    ("{date_long_pretty}", "UTC", AT + 86400, "Yesterday"),
    ("{date_num}", "Pacific/Auckland", AT, "2026-09-22"),
    ("{ago}", "UTC", AT + 7200, "2 hours ago"),
    ("{unheard_of}", "UTC", AT, "{unheard_of}"),
]

HOSTILE = [
    '<img src=x onerror="window.forged = 1">',
    "<script>window.forged = 1</script>",
    "<!channel> <!here> <!subteam^S1|@owners>",
    "<javascript:alert(1)|click me>",
    "\u202eltr \u2066 \u0000 :tada: *bold*",
    '<https://example.com|" onmouseover="window.forged=1>',
]


async def blank(windows: Windows, base_url: str) -> Page:
    page = await windows.blank_page()
    await page.goto(f"{base_url}/page/types.js")
    return page


async def test_mrkdwn_is_drawn_as_slack_draws_it(office: Office, windows: Windows) -> None:
    page = await blank(windows, office.base_url)

    drawn = [(text, await page.evaluate(DRAW, text)) for text, _ in MRKDWN]

    assert drawn == MRKDWN


async def test_dates_are_written_in_the_zone_of_the_reader(office: Office, windows: Windows) -> None:
    page = await blank(windows, office.base_url)

    written = [
        (format_, zone, now, await page.evaluate(WRITE_DATE, [format_, zone, now])) for format_, zone, now, _ in DATES
    ]

    assert written == DATES


async def test_one_moment_reads_differently_to_two_people(office: Office, windows: Windows) -> None:
    text = f"<!date^{AT}^{{date_num}} {{time}}|then>"
    await office.client.chat_postMessage(channel=office.channel, text=text)
    ada = await windows.person_page(office.base_url, "ada", where=CHANNEL)
    chen = await windows.person_page(office.base_url, "chen", where=CHANNEL)

    await expect(ada.get_by_role("article")).to_contain_text("2026-09-21 4:13 PM")
    await expect(chen.get_by_role("article")).to_contain_text("2026-09-21 10:13 PM")


@pytest.mark.parametrize("where", ["message", "person", "blocks", "view"])
async def test_hostile_text_is_shown_and_not_run(office: Office, windows: Windows, where: str) -> None:
    page = await windows.person_page(office.base_url, "ada", where="home" if where == "view" else CHANNEL)
    if where == "view":
        await expect(page.get_by_text("Nothing waits for you.")).to_be_visible()

    await plant(office, where)

    # The last piece being there says that all have been drawn.
    await expect(page.get_by_text("onmouseover").first).to_be_visible()

    assert await page.evaluate("window.forged") is None
    assert await page.locator("main img, main script").count() == 0
    assert await page.locator("main [onmouseover], main [onerror], main a[href^='javascript']").count() == 0


async def test_a_person_cannot_forge_a_mention_of_everybody(office: Office, windows: Windows) -> None:
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL)
    composer = page.get_by_label(f"Message #{CHANNEL}")

    await composer.fill("<!channel> <!subteam^S1|@owners> & <b>")
    await composer.press("Enter")

    said = page.get_by_role("article")
    await expect(said).to_contain_text("<!channel> <!subteam^S1|@owners> & <b>")
    await expect(said.locator(".mention")).to_have_count(0)


async def plant(office: Office, where: str) -> None:
    """Put hostile text where *where* says, in every kind of text object there."""
    for text in HOSTILE:
        if where == "person":
            office.workspace.post(user=office.person("bo"), channel=office.channel, text=text)
        elif where == "message":
            await office.client.chat_postMessage(channel=office.channel, text=text)
        elif where == "blocks":
            await office.client.chat_postMessage(channel=office.channel, text="x", blocks=blocks_of(text))
    if where == "view":
        view = {"type": "home", "blocks": [block for text in HOSTILE for block in blocks_of(text)]}
        await office.client.views_publish(user_id=office.person("ada"), view=view)


def blocks_of(text: str) -> list[dict[str, Any]]:
    plain = {"type": "plain_text", "text": text}
    choices = [{"text": {"type": "mrkdwn", "text": text}, "value": text, "description": plain}]
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": text, "style": {"bold": True}}]}
    return [
        {"type": "header", "text": plain},
        {"type": "section", "text": {"type": "mrkdwn", "text": text}, "fields": [plain]},
        {"type": "context", "elements": [plain, {"type": "mrkdwn", "text": text}]},
        {"type": "rich_text", "elements": [rich]},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": plain, "action_id": "refresh", "value": text},
                {"type": "checkboxes", "action_id": "pick", "options": choices},
            ],
        },
    ]
