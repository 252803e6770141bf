//! The little that has to be known of HTML: comments and line breaks. Everything else is text.

/// A piece of raw HTML without its comments.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stripped {
    pub text: String,
    /// A comment has no end: it is left in the text, with all that follows.
    pub open: bool,
}

/// Takes out comments.
pub(super) fn without_comments(html: &str) -> Stripped {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("<!--") {
        let Some(len) = comment_len(&rest[start..]) else {
            text.push_str(rest);
            return Stripped { text, open: true };
        };
        text.push_str(&rest[..start]);
        rest = &rest[start + len..];
    }
    text.push_str(rest);
    Stripped { text, open: false }
}

/// Length of the comment that a text begins with.
pub(super) fn comment_len(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("<!--")?;
    // By CommonMark these two are comments as they stand.
    for short in [">", "->"] {
        if inner.starts_with(short) {
            return Some("<!--".len() + short.len());
        }
    }
    inner.find("-->").map(|end| "<!--".len() + end + "-->".len())
}

/// Length of the line break (`<br>`, `<br/>`, `<BR />`) that a text begins with.
pub(super) fn break_len(text: &str) -> Option<usize> {
    let name = text.get(..3)?;
    if !name.eq_ignore_ascii_case("<br") {
        return None;
    }
    let rest = text[3..].trim_start();
    let rest = rest.strip_prefix('/').unwrap_or(rest).strip_prefix('>')?;
    Some(text.len() - rest.len())
}

/// Whether the text is line breaks and blanks only.
pub(super) fn only_breaks(text: &str) -> bool {
    let mut rest = text.trim_start();
    while let Some(len) = break_len(rest) {
        rest = rest[len..].trim_start();
    }
    rest.is_empty()
}

/// The first tag, to name it in a finding.
pub(super) fn first_tag(html: &str) -> &str {
    let html = html.trim_start();
    let end = html.find('>').map_or(html.len(), |end| end + 1);
    let line_end = html.find('\n').unwrap_or(html.len());
    let cut = html.char_indices().nth(40).map_or(html.len(), |(at, _)| at);
    &html[..end.min(line_end).min(cut)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_taken_out() {
        let strip = |html: &str| without_comments(html);
        assert_eq!(strip("a<!-- x -->b<!---->c<!-->d"), Stripped { text: "abcd".into(), open: false });
        assert_eq!(strip("a<!-- x"), Stripped { text: "a<!-- x".into(), open: true });
    }

    #[test]
    fn breaks() {
        for tag in ["<br>", "<br/>", "<BR />", "<br  >"] {
            assert_eq!(break_len(tag), Some(tag.len()), "{tag}");
        }
        for tag in ["<b>", "<break>", "<br", "", "äbr"] {
            assert_eq!(break_len(tag), None, "{tag}");
        }
        assert!(only_breaks(" <br>\n<br/> "));
        assert!(!only_breaks("<br>x"));
    }

    #[test]
    fn tag_for_a_finding() {
        assert_eq!(first_tag("  <details open><summary>x"), "<details open>");
        assert_eq!(first_tag(&"ä".repeat(100)).chars().count(), 40);
    }
}
