//! Texts that carry their form along, as Markdown: runs of rich text, and HTML that was pasted into a cell.

use std::borrow::Cow;

/// A piece of a text in one form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    pub bold: bool,
    pub italic: bool,
    pub struck: bool,
}

impl Run {
    fn form(&self) -> (bool, bool, bool) {
        (self.bold, self.italic, self.struck)
    }
}

/// Runs as Markdown: their form as emphasis, their text as text. Marks of lists at the beginning of lines stay marks.
pub fn markdown(runs: &[Run]) -> String {
    let mut joined: Vec<Run> = Vec::new();
    for run in runs.iter().filter(|run| !run.text.is_empty()) {
        match joined.last_mut() {
            // The form of blanks cannot be seen.
            Some(last) if last.form() == run.form() || run.text.trim().is_empty() => last.text.push_str(&run.text),
            _ => joined.push(run.clone()),
        }
    }
    let mut out = String::new();
    for (nth, run) in joined.iter().enumerate() {
        let next = joined.get(nth + 1).and_then(|run| run.text.chars().next());
        let lines: Vec<&str> = run.text.split('\n').collect();
        for (at, line) in lines.iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            let next = if at + 1 < lines.len() { None } else { next };
            piece(&mut out, line, run.form(), next);
        }
    }
    out
}

/// One line of a run. Marks of emphasis hug a letter, or they would be printed as they are.
fn piece(out: &mut String, line: &str, (bold, italic, struck): (bool, bool, bool), next: Option<char>) {
    let at_start = out.is_empty() || out.ends_with('\n');
    if !(bold || italic || struck) {
        out.push_str(&escape(line, at_start));
        return;
    }
    let sign = |c: char| c.is_whitespace() || !c.is_alphanumeric();
    let before = out.chars().next_back().is_some_and(|c| !sign(c));
    let behind = next.is_some_and(|c| !sign(c));
    let loose = |c: char, tight: bool| c.is_whitespace() || (tight && sign(c));
    let inner = line.trim_start_matches(|c| loose(c, before || at_start && is_mark(c)));
    let (head, rest) = line.split_at(line.len() - inner.len());
    let inner = rest.trim_end_matches(|c| loose(c, behind));
    let tail = &rest[inner.len()..];
    out.push_str(&escape(head, at_start));
    if !inner.is_empty() {
        let marks = [(struck, "~~"), (bold, "**"), (italic, "*")];
        for (_, mark) in marks.iter().filter(|(on, _)| *on) {
            out.push_str(mark);
        }
        out.push_str(&escape(inner, false));
        for (_, mark) in marks.iter().rev().filter(|(on, _)| *on) {
            out.push_str(mark);
        }
    }
    out.push_str(&escape(tail, false));
}

/// Whether a sign begins an item of a list.
fn is_mark(c: char) -> bool {
    matches!(c, '-' | '+' | '*' | '•' | '◦' | '●' | '○' | '▪' | '■' | '‣' | '–')
}

/// Text of one line in which Markdown means nothing.
pub fn escape(line: &str, at_start: bool) -> Cow<'_, str> {
    let trimmed = line.trim_start();
    let rule = at_start && !trimmed.is_empty() && trimmed.trim_end().chars().all(|c| "-=_*".contains(c));
    let heading = at_start && trimmed.starts_with(['#', '>']);
    if !rule && !heading && !line.contains(['\\', '*', '_', '`', '[', ']', '<', '&', '~', '|', '$']) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + 4);
    let first = line.len() - trimmed.len();
    for (at, c) in line.char_indices() {
        let sign = match c {
            // `* item`
            '*' if at_start && at == first && trimmed[1..].starts_with([' ', '\t']) => false,
            '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '~' | '|' => true,
            // `&amp;`, not `R & D`.
            '&' => line[at + 1..].starts_with(|next: char| next.is_ascii_alphanumeric() || next == '#'),
            '#' | '>' | '-' | '=' => at == first && (rule || heading),
            _ => false,
        };
        if sign {
            out.push('\\');
        }
        out.push(c);
    }
    Cow::Owned(out)
}

/// Tags by which a text is known as HTML.
const KNOWN: [&str; 30] = [
    "p",
    "br",
    "div",
    "span",
    "ul",
    "ol",
    "li",
    "b",
    "strong",
    "i",
    "em",
    "u",
    "s",
    "strike",
    "del",
    "font",
    "a",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "tbody",
    "thead",
    "tr",
    "td",
    "th",
    "blockquote",
];

/// The Markdown of a text that is HTML, as web pages and web forms leave it in cells; nothing if it is not.
pub fn from_html(text: &str) -> Option<String> {
    if !text.contains('<') || !text.contains('>') {
        return None;
    }
    let parts = parts(text);
    let closes = |name: &str| parts.iter().any(|p| matches!(p, Part::Close(n) if n == name));
    let is_html = parts.iter().any(|part| match part {
        Part::Open(name) => KNOWN.contains(&name.as_str()) && (name == "br" || name == "p" || closes(name)),
        _ => false,
    });
    if !is_html {
        return None;
    }
    let mut out = Html::default();
    for part in parts {
        match part {
            Part::Text(text) => out.text(&text),
            Part::Open(name) => out.open(&name),
            Part::Close(name) => out.close(&name),
        }
    }
    Some(out.finish())
}

enum Part {
    /// With its entities resolved.
    Text(String),
    Open(String),
    Close(String),
}

/// Text and known tags; what is no known tag is text. Comments, styles and scripts are no text.
fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let end = rest.find('>').unwrap_or(rest.len());
        let inner = &rest[1..end];
        let (closing, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
        let name: String = inner.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let bounded = inner[name.len()..].chars().next().is_none_or(|c| c.is_whitespace() || c == '/');
        let silent = matches!(name.as_str(), "style" | "script");
        if end == rest.len() || !bounded || !(silent || KNOWN.contains(&name.as_str())) {
            plain.push('<');
            rest = &rest[1..];
            continue;
        }
        rest = &rest[end + 1..];
        if silent {
            let is_end =
                |at: &usize| rest.get(at + 2..at + 2 + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(&name));
            let closed = rest.match_indices("</").map(|(at, _)| at).find(is_end);
            rest = closed.map_or("", |at| &rest[at..]);
            rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
            continue;
        }
        if !plain.is_empty() {
            parts.push(Part::Text(entities(&std::mem::take(&mut plain))));
        }
        parts.push(if closing { Part::Close(name) } else { Part::Open(name) });
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(Part::Text(entities(&plain)));
    }
    parts
}

/// Character references; what is none stays.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(10).find(|(_, c)| *c == ';').map(|(end, _)| end);
        let resolved = end.and_then(|end| {
            let name = &rest[1..end];
            let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => digits.parse().ok(),
            });
            number.and_then(char::from_u32).map(String::from).or_else(|| {
                Some(
                    match name {
                        "nbsp" => " ",
                        "bull" => "•",
                        "middot" => "·",
                        "ndash" => "–",
                        "mdash" => "—",
                        "rsquo" => "’",
                        "lsquo" => "‘",
                        "ldquo" => "“",
                        "rdquo" => "”",
                        "hellip" => "…",
                        other => quick_xml::escape::resolve_predefined_entity(other)?,
                    }
                    .to_owned(),
                )
            })
        });
        match (resolved, end) {
            (Some(text), Some(end)) => {
                out.push_str(&text);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

/// Markdown from HTML, block by block.
#[derive(Default)]
struct Html {
    out: String,
    /// The block that is being read.
    runs: Vec<Run>,
    form: Run,
    /// Whether each open list is numbered, and its last number.
    lists: Vec<(bool, usize)>,
    /// What stands before the next block.
    mark: String,
    /// Whether the block goes on in the item above.
    in_item: bool,
}

impl Html {
    fn text(&mut self, text: &str) {
        let mut flat = String::with_capacity(text.len());
        for c in text.chars() {
            // Line ends of HTML are blanks.
            let c = if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
            let before = flat.chars().next_back().or_else(|| self.runs.last()?.text.chars().next_back());
            if c == ' ' && before.is_none_or(|before| before == ' ' || before == '\n') {
                continue;
            }
            flat.push(c);
        }
        if !flat.is_empty() {
            self.runs.push(Run { text: flat, ..self.form.clone() });
        }
    }

    fn open(&mut self, name: &str) {
        match name {
            "b" | "strong" => self.form.bold = true,
            "i" | "em" => self.form.italic = true,
            "s" | "strike" | "del" => self.form.struck = true,
            "br" => self.runs.push(Run { text: "\n".into(), ..Run::default() }),
            "ul" | "ol" => {
                self.block();
                self.lists.push((name == "ol", 0));
            }
            "li" => {
                self.block();
                let depth = self.lists.len().max(1) - 1;
                self.mark = match self.lists.last_mut() {
                    Some((true, number)) => {
                        *number += 1;
                        format!("{}{number}. ", "   ".repeat(depth))
                    }
                    _ => format!("{}- ", "   ".repeat(depth)),
                };
                self.in_item = true;
            }
            "td" | "th" => self.text(" "),
            "p" | "div" | "tr" | "blockquote" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.block();
                self.form.bold |= is_heading(name);
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "b" | "strong" => self.form.bold = false,
            "i" | "em" => self.form.italic = false,
            "s" | "strike" | "del" => self.form.struck = false,
            "ul" | "ol" => {
                self.block();
                self.lists.pop();
                self.in_item = !self.lists.is_empty();
            }
            "li" | "p" | "div" | "tr" | "blockquote" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.block();
                if is_heading(name) {
                    self.form.bold = false;
                }
            }
            _ => {}
        }
    }

    /// Ends the block that is being read.
    fn block(&mut self) {
        let text = markdown(&std::mem::take(&mut self.runs));
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let mark = std::mem::take(&mut self.mark);
        let is_item = !mark.is_empty();
        if !self.out.is_empty() {
            self.out.push_str(if is_item && self.in_item && !self.lists.is_empty() && self.item_before() {
                "\n"
            } else {
                "\n\n"
            });
        }
        let margin = if is_item {
            mark.len()
        } else if self.in_item {
            3 * self.lists.len()
        } else {
            0
        };
        self.out.push_str(if is_item { &mark } else { &"   "[..margin.min(3)] });
        for (nth, line) in text.lines().enumerate() {
            if nth > 0 {
                // A break within a block is a break on the page.
                self.out.push_str(&format!("\\\n{}", " ".repeat(margin)));
            }
            self.out.push_str(line.trim());
        }
    }

    /// Whether the last block is an item of a list.
    fn item_before(&self) -> bool {
        let last = self.out.rsplit('\n').next().unwrap_or_default().trim_start();
        last.starts_with("- ") || last.split_once(". ").is_some_and(|(n, _)| n.bytes().all(|b| b.is_ascii_digit()))
    }

    fn finish(mut self) -> String {
        self.block();
        self.out
    }
}

fn is_heading(name: &str) -> bool {
    name.len() == 2 && name.starts_with('h')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, form: &str) -> Run {
        Run { text: text.into(), bold: form.contains('b'), italic: form.contains('i'), struck: form.contains('s') }
    }

    #[test]
    fn runs_become_emphasis_and_their_text_stays_text() {
        let md = |runs: &[(&str, &str)]| markdown(&runs.iter().map(|(t, f)| run(t, f)).collect::<Vec<_>>());
        assert_eq!(md(&[("The team ", ""), ("must", "b"), (" approve.", "")]), "The team **must** approve.");
        assert_eq!(md(&[("must ", "b"), ("each", "i"), (" day", "s")]), "**must** *each* ~~day~~");
        assert_eq!(md(&[("a", "b"), (" ", ""), ("b", "b")]), "**a b**");
        assert_eq!(
            md(&[("5 * 3 < 2_x", ""), ("[y]", "b")]),
            "5 \\* 3 \\< 2\\_x\\[**y**\\]".replace("\\[**y**\\]", "[**y**]").replace("x[**y**]", "x\\[**y\\]**")
        );
        assert_eq!(md(&[("one\ntwo", "b"), ("\n- three", "")]), "**one**\n**two**\n- three");
        assert_eq!(md(&[("• item", "b"), ("\n• more", "")]), "• **item**\n• more");
        assert_eq!(md(&[("# no head", "")]), "\\# no head");
        assert_eq!(md(&[("word", ""), ("(s)", "b"), ("x", "")]), "word(**s**)x");
        assert_eq!(md(&[("=====", "")]), "\\=====");
    }

    #[test]
    fn html_becomes_paragraphs_and_lists() {
        for (html, text) in [
            ("<p>One.</p><p>Two &amp; three.</p>", "One.\n\nTwo & three."),
            (
                "<div>Jobs:<ul><li>copy</li><li>check <b>all</b></li></ul>End</div>",
                "Jobs:\n\n- copy\n- check **all**\n\nEnd",
            ),
            ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
            ("First<br>second<br/>third", "First\\\nsecond\\\nthird"),
            ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n   - b\n- c"),
            ("<!--StartFragment--><span style=\"color:red\">A *b* </span><style>p{}</style>", "A \\*b\\*"),
            ("<p>2 &lt; 3, x&nbsp;y &unknown; &#8211;</p>", "2 \\< 3, x y \\&unknown; –"),
        ] {
            assert_eq!(from_html(html).as_deref(), Some(text), "{html}");
        }
        for plain in ["a < b > c", "<name>", "use <l> and <x>", "", "List<String>", "<b> alone", "x <user@example.com>"]
        {
            assert_eq!(from_html(plain), None, "{plain}");
        }
    }
}
