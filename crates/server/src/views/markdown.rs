//! Markdown that people wrote, as HTML that is safe to show.

use std::sync::LazyLock;

use comrak::Options;

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::default();
    // Pictures come as attachments, which need a sign-in: one from elsewhere would tell its server who reads.
    cleaner.rm_tags(["img"]).link_rel(Some("noopener noreferrer nofollow"));
    cleaner
        .add_tags(["input"])
        .add_tag_attributes("input", ["type", "checked", "disabled"]);
    cleaner.url_schemes(["http", "https", "mailto"].into());
    cleaner
});

/// Cleaned HTML made from Markdown. HTML in it is shown as text.
#[must_use]
pub fn html(markdown: &str) -> String {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.render.escape = true;
    options.render.hardbreaks = true;
    CLEANER.clean(&comrak::markdown_to_html(markdown, &options)).to_string()
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn markdown_is_shown_and_nothing_of_it_runs() {
        assert_eq!(
            html("**bold** and `code`").trim(),
            "<p><strong>bold</strong> and <code>code</code></p>"
        );
        for attack in [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "<img src=x onerror=alert(1)>",
            "![x](https://elsewhere.example/pixel.png)",
            "<a href=\"data:text/html,x\" onclick=\"x()\">x</a>",
            "<iframe src=\"https://elsewhere.example\"></iframe>",
        ] {
            let shown = html(attack);
            // HTML in the text is shown as text, so what counts is which elements there are.
            for dangerous in ["<script", "<a href=\"javascript", "<img", "<iframe", "<a href=\"data"] {
                assert!(!shown.contains(dangerous), "{attack} became {shown}");
            }
        }
        assert!(html("<https://example.com>").contains("rel=\"noopener noreferrer nofollow\""));
    }
}
