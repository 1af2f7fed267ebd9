//! Markdown that people wrote, as HTML that is safe to show.

use std::sync::LazyLock;

use comrak::{Arena, Node, Options, arena_tree::NodeEdge, format_html, parse_document};

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

/// How deeply quotes and lists may stand in each other. The time that cleaning takes grows with the square of it, and
/// nobody who writes for people goes as far.
const DEEPEST: usize = 40;

/// Cleaned HTML made from Markdown. HTML in it is shown as text, and so is all of it where it is nested too deeply.
#[must_use]
pub fn html(markdown: &str) -> String {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.render.escape = true;
    options.render.hardbreaks = true;
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &options);
    let mut html = String::new();
    if is_too_deep(root) || format_html(root, &options, &mut html).is_err() {
        return format!("<p>{}</p>", ammonia::clean_text(markdown));
    }
    CLEANER.clean(&html).to_string()
}

fn is_too_deep(root: Node<'_>) -> bool {
    let mut depth = 0_usize;
    root.traverse().any(|edge| {
        match edge {
            NodeEdge::Start(_) => depth += 1,
            NodeEdge::End(_) => depth = depth.saturating_sub(1),
        }
        depth > DEEPEST
    })
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

    #[test]
    fn what_is_nested_without_end_is_shown_as_it_was_written() {
        assert_eq!(html(&"> ".repeat(30)).matches("<blockquote>").count(), 30);
        for endless in [">".repeat(49_990), "> ".repeat(20_000), "1. + ".repeat(10_000)] {
            let shown = html(&format!("{endless}<b>"));
            assert!(!shown.contains("<blockquote>") && !shown.contains("<li>") && !shown.contains("<b>"));
            assert!(
                shown.starts_with("<p>") && shown.contains("&gt;") || shown.contains("1.&#32;+"),
                "{}",
                &shown[..60]
            );
        }
    }
}
