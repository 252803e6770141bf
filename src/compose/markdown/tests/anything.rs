//! Whatever is written: no panic, no text lost, nothing deep.

use proptest::prelude::*;

use super::*;

/// Text made of the pieces that mean something in Markdown.
fn marks() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z]{1,6}",
        2 => Just(" ".to_owned()),
        2 => Just("\n".to_owned()),
        1 => Just("\n\n".to_owned()),
        6 => proptest::sample::select(vec![
            "*", "**", "_", "~~", "~", "`", "```", "# ", "## ", "#", "- ", "* ", "1. ", "7) ", "> ", "    ", "\t", "|", "|-|", "\n|-|-|\n",
            "[", "]", "(", ")", "](#a)", "](x:y)", "![", "](p.png)", "[^1]", "[^2]", "[^1]: ", "[^2]: ", "[a]: ", "<!--", "-->", "<!-- x -->",
            "<br>", "<b>", "</b>", "<div>", "<!", "<?", "&amp;", "&#7;", "\\", "---", "===", "[ ] ", "[x] ", "• ", "◦ ", "☐ ", "\r\n", "\r",
            "\u{202e}", "\u{301}", "é", "漢", "👩\u{200d}💻", "\u{f0000}", "https://", "<https://a.b>", "\0", ":", "$$", "==",
        ]).prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Plain words with harmless marks around and between them.
fn words() -> impl Strategy<Value = (Vec<String>, String)> {
    let part = ("[a-z]{3,9}", 0..14_usize);
    proptest::collection::vec(part, 1..30).prop_map(|parts| {
        let mut text = String::new();
        let mut words = Vec::new();
        for (number, (letters, form)) in parts.into_iter().enumerate() {
            let word = format!("{letters}{number}q");
            text.push_str(&match form {
                0 => format!("**{word}** "),
                1 => format!("*{word}* "),
                2 => format!("\n\n# {word}\n\n"),
                3 => format!("\n- {word}\n"),
                4 => format!("\n\n> {word}\n\n"),
                5 => format!("`{word}` "),
                6 => format!("\n\n| {word} |\n|-|\n\n"),
                7 => format!("[{word}](https://example.org) "),
                8 => format!("[{word}](#none) "),
                9 => format!("\n\n[^n{number}]: {word}\n\n"),
                10 => format!("\n\n1. {word}\n   - "),
                11 => format!("<!-- c --> {word} "),
                12 => format!("\n• {word}\n"),
                _ => format!("{word} "),
            });
            words.push(word);
        }
        (words, text)
    })
}

fn depth(blocks: &[Block]) -> usize {
    let of = |block: &Block| match block {
        Block::Quote { blocks } => 1 + depth(blocks),
        Block::List(list) => 1 + list.items.iter().map(|item| depth(&item.blocks)).max().unwrap_or(0),
        _ => 0,
    };
    blocks.iter().map(of).max().unwrap_or(0)
}

fn check(outcome: &Outcome) -> Result<(), TestCaseError> {
    prop_assert!(depth(&outcome.blocks) <= walk::DEEPEST);
    let mut level = 0;
    for block in &outcome.blocks {
        if let Block::Heading(heading) = block {
            prop_assert!(heading.level <= level + 1 && heading.level >= 1, "level {} after {level}", heading.level);
            prop_assert!(!heading.plain.is_empty());
            level = heading.level;
        }
    }
    let text = outcome.words();
    prop_assert!(crate::compose::clean::clean(&text).removed.is_empty());
    for finding in &outcome.findings {
        prop_assert!(finding.origin.as_ref().is_some_and(|origin| marked(origin) != "outside of the text"));
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_string(text in any::<String>()) {
        check(&topic(&text))?;
        check(&cell(&text))?;
    }

    #[test]
    fn any_markdown(text in marks()) {
        check(&topic(&text))?;
        check(&cell(&text))?;
    }

    #[test]
    fn words_survive((words, text) in words()) {
        for outcome in [topic(&text), cell(&text)] {
            let printed = outcome.words();
            for word in &words {
                prop_assert!(printed.contains(word.as_str()), "{word} of {text:?} is not in {printed:?}");
            }
        }
    }
}

#[test]
fn long_and_deep_inputs_end_soon() {
    for unit in
        ["> ", "- ", "*a _b ", "[", "![", "<!--", "`", "[^1]", "|", "<b>", "• a\n", "1. ", "[a](#b)", "~~x~~", "&#7;"]
    {
        let text = unit.repeat(4000);
        topic(&text);
        topic(&format!("{text}\n\n[^1]: {text}\n"));
    }
}
