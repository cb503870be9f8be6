//! Extracts the prose of files: comments, documents, string literals and the names of tests.

use std::mem;

#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Kind {
    Comment,
    Document,
    Literal,
    TestName,
}

pub(crate) struct Sentence {
    pub(crate) kind: Kind,
    pub(crate) words: Vec<Word>,
    pub(crate) is_question: bool,
    pub(crate) is_table_row: bool,
}

/// In lower case, or a comma. A code span is one word.
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Sentence {
    pub(crate) fn word_count(&self) -> usize {
        self.words.iter().filter(|word| word.text != ",").count()
    }

    /// The lines in which a phrase occurs.
    pub(crate) fn find(&self, phrase: &str) -> Vec<usize> {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        let is_match =
            |window: &&[Word]| window.iter().map(|word| word.text.as_str()).eq(phrase.iter().copied());
        self.words.windows(phrase.len()).filter(is_match).map(|window| window[0].line).collect()
    }
}

/// The sentences of a file, by its extension.
pub(crate) fn sentences(file: &str, text: &str) -> Vec<Sentence> {
    let mut paragraphs = Paragraphs::default();
    match file.rsplit(['.', '/']).next() {
        Some("md") => paragraphs.markdown(text),
        Some("rs") => Scanner::new(text, &mut paragraphs).rust(),
        Some("js" | "mjs" | "cjs" | "css") => Scanner::new(text, &mut paragraphs).script("//"),
        Some("html") => paragraphs.html(text),
        _ => Scanner::new(text, &mut paragraphs).script("#"),
    }
    paragraphs.sentences
}

/// Joins the lines of a paragraph, then splits it into sentences.
#[derive(Default)]
struct Paragraphs {
    kind: Option<Kind>,
    lines: Vec<(usize, String)>,
    in_code_block: bool,
    sentences: Vec<Sentence>,
}

impl Paragraphs {
    fn markdown(&mut self, text: &str) {
        for (index, line) in text.lines().enumerate() {
            self.line(Kind::Document, index + 1, line);
        }
        self.finish();
    }

    fn html(&mut self, text: &str) {
        for (index, line) in text.lines().enumerate() {
            for part in line.split('<') {
                let part = part.rsplit('>').next().unwrap_or_default();
                self.single(Kind::Document, index + 1, part);
            }
        }
    }

    /// A line of Markdown, which may continue the paragraph.
    fn line(&mut self, kind: Kind, number: usize, line: &str) {
        let line = line.trim();
        if self.kind != Some(kind) {
            self.finish();
        }
        if line.starts_with("```") {
            self.end_paragraph();
            self.in_code_block = !self.in_code_block;
        } else if self.in_code_block {
            if let Some((_, comment)) = line.split_once("// ") {
                self.single(kind, number, comment);
                (self.kind, self.in_code_block) = (Some(kind), true);
            }
        } else if line.is_empty() {
            self.end_paragraph();
        } else {
            let is_number =
                |start: &str| !start.is_empty() && start.bytes().all(|byte| byte.is_ascii_digit());
            let is_item = line.starts_with("- ")
                || line.starts_with("* ")
                || line.split_once(". ").is_some_and(|(start, _)| is_number(start));
            if is_item || line.starts_with(['#', '|']) {
                self.end_paragraph();
            }
            self.kind = Some(kind);
            self.lines.push((number, line.to_owned()));
            if line.starts_with(['#', '|']) {
                self.end_paragraph();
            }
        }
    }

    /// A text that no other line continues.
    fn single(&mut self, kind: Kind, number: usize, text: &str) {
        self.finish();
        self.line(kind, number, text);
        self.finish();
    }

    /// Ends the comment or document, and a code block that it may have left open.
    fn finish(&mut self) {
        self.end_paragraph();
        self.in_code_block = false;
        self.kind = None;
    }

    fn end_paragraph(&mut self) {
        let Some(kind) = self.kind else { return };
        let lines = mem::take(&mut self.lines);
        if lines.is_empty() {
            return;
        }
        let is_table_row = lines[0].1.starts_with('|');
        let mut characters = Vec::new();
        for (number, line) in &lines {
            characters.extend(line.chars().map(|c| (c, *number)));
            characters.push(('\n', *number));
        }
        let mut words = Vec::new();
        let mut end = |words: &mut Vec<Word>, is_question| {
            if !words.is_empty() {
                let words = mem::take(words);
                self.sentences.push(Sentence { kind, words, is_question, is_table_row });
            }
        };
        let at = |index: usize| characters.get(index).map_or('\n', |found: &(char, usize)| found.0);
        let is_in_word = |index: usize| {
            let c = at(index);
            c.is_alphanumeric()
                || matches!(c, '\'' | '’' | '-' | '_')
                || (matches!(c, '.' | ':' | '/' | '(') && at(index + 1).is_alphanumeric())
        };
        let mut index = 0;
        while index < characters.len() {
            let (c, line) = characters[index];
            match c {
                '`' => {
                    index = after_span(&characters, index);
                    words.push(Word { text: "`".into(), line });
                    continue;
                }
                // The address of a link.
                ']' if at(index + 1) == '(' => {
                    while index + 1 < characters.len() && at(index) != ')' {
                        index += 1;
                    }
                }
                // An argument of a format string.
                '{' if kind == Kind::Literal => {
                    while index + 1 < characters.len() && at(index) != '}' {
                        index += 1;
                    }
                    words.push(Word { text: "`".into(), line });
                }
                ',' => words.push(Word { text: ",".into(), line }),
                '|' => end(&mut words, false),
                '.' | '?' | '!' => {
                    let mut next = index + 1;
                    while matches!(at(next), ')' | '"' | '”' | '*' | '_') {
                        next += 1;
                    }
                    let is_end = at(next).is_whitespace();
                    while next < characters.len() && at(next).is_whitespace() {
                        next += 1;
                    }
                    if is_end && !at(next).is_lowercase() {
                        end(&mut words, c == '?');
                    }
                }
                _ if c.is_alphanumeric() => {
                    let start = index;
                    while index < characters.len()
                        && is_in_word(index)
                        && (at(index) != '(' || index == start)
                    {
                        index += 1;
                    }
                    let text: String = characters[start..index].iter().map(|found| found.0).collect();
                    let text = text.trim_end_matches(['-', '\'', '’', '_']).to_lowercase();
                    words.push(Word { text, line });
                    continue;
                }
                _ => {}
            }
            index += 1;
        }
        end(&mut words, false);
    }
}

/// The index after a code span, or after a backtick that begins none.
fn after_span(characters: &[(char, usize)], start: usize) -> usize {
    let ticks = |from: usize| characters[from..].iter().take_while(|found| found.0 == '`').count();
    let length = ticks(start);
    let mut index = start + length;
    while index < characters.len() {
        match ticks(index) {
            0 => index += 1,
            found if found == length => return index + length,
            other => index += other,
        }
    }
    start + length
}

/// Finds comments and string literals in source code.
struct Scanner<'a> {
    text: Vec<char>,
    index: usize,
    line: usize,
    paragraphs: &'a mut Paragraphs,
}

impl<'a> Scanner<'a> {
    fn new(text: &str, paragraphs: &'a mut Paragraphs) -> Self {
        Scanner { text: text.chars().collect(), index: 0, line: 1, paragraphs }
    }

    fn at(&self, ahead: usize) -> char {
        self.text.get(self.index + ahead).copied().unwrap_or('\n')
    }

    fn begins_with(&self, start: &str) -> bool {
        start.chars().enumerate().all(|(ahead, c)| self.at(ahead) == c)
    }

    fn advance(&mut self, count: usize) {
        for _ in 0..count {
            if self.at(0) == '\n' {
                self.line += 1;
            }
            self.index += 1;
        }
    }

    fn rust(&mut self) {
        let (mut is_test, mut marker, mut last_line) = (false, String::new(), 0);
        while self.index < self.text.len() {
            if self.begins_with("//") {
                let line = self.line;
                let is_alone = self.is_first_in_line();
                let comment = self.rest_of_line();
                let text = comment.trim_start_matches(['/', '!']);
                let found = comment[..comment.len() - text.len()].to_owned();
                if !is_alone || found != marker || line != last_line + 1 {
                    self.paragraphs.finish();
                }
                self.paragraphs.line(Kind::Comment, line, text);
                (marker, last_line) = (found, if is_alone { line } else { 0 });
            } else if self.begins_with("/*") {
                self.block_comment("*/");
            } else if self.begins_with("#[test]") {
                is_test = true;
                self.advance(1);
            } else if self.at(0) == '"' {
                self.string('"');
            } else if self.at(0) == '\'' {
                self.character();
            } else if self.at(0).is_alphanumeric() || self.at(0) == '_' {
                let word = self.identifier();
                if word == "fn" && mem::take(&mut is_test) {
                    self.advance(1);
                    let line = self.line;
                    let name = self.identifier().replace('_', " ");
                    self.paragraphs.single(Kind::TestName, line, &name);
                } else if matches!(word.as_str(), "r" | "br" | "cr") && matches!(self.at(0), '"' | '#') {
                    self.raw_string();
                }
            } else {
                self.advance(1);
            }
        }
        self.paragraphs.finish();
    }

    /// Any language with this mark of a comment. Strings are assumed to end in their line.
    fn script(&mut self, mark: &str) {
        let mut last_line = 0;
        while self.index < self.text.len() {
            let is_after_space = self.index == 0 || self.text[self.index - 1].is_whitespace();
            if is_after_space && self.begins_with(mark) {
                let line = self.line;
                let is_alone = self.is_first_in_line();
                let comment = self.rest_of_line();
                if !is_alone || line != last_line + 1 {
                    self.paragraphs.finish();
                }
                self.paragraphs.line(Kind::Comment, line, comment.trim_start_matches(['/', '#', '!']));
                last_line = if is_alone { line } else { 0 };
            } else if mark == "//" && self.begins_with("/*") {
                self.block_comment("*/");
            } else if matches!(self.at(0), '"' | '\'' | '`') {
                let quote = self.at(0);
                let rest = self.text[self.index + 1..].iter().take_while(|c| **c != '\n');
                if rest.clone().any(|c| *c == quote) {
                    self.string(quote);
                } else {
                    self.advance(1);
                }
            } else {
                self.advance(1);
            }
        }
        self.paragraphs.finish();
    }

    fn is_first_in_line(&self) -> bool {
        self.text[..self.index].iter().rev().take_while(|c| **c != '\n').all(|c| c.is_whitespace())
    }

    fn rest_of_line(&mut self) -> String {
        let rest: String = self.text[self.index..].iter().take_while(|c| **c != '\n').collect();
        self.advance(rest.chars().count());
        rest
    }

    fn identifier(&mut self) -> String {
        let rest = self.text[self.index..].iter();
        let found: String = rest.take_while(|c| c.is_alphanumeric() || **c == '_').collect();
        self.advance(found.chars().count());
        found
    }

    fn block_comment(&mut self, close: &str) {
        self.paragraphs.finish();
        self.advance(2);
        let mut text = String::new();
        let mut line = self.line;
        while self.index < self.text.len() && !self.begins_with(close) {
            if self.at(0) == '\n' {
                self.paragraphs.line(Kind::Comment, line, text.trim().trim_start_matches("* "));
                text.clear();
                line += 1;
            } else {
                text.push(self.at(0));
            }
            self.advance(1);
        }
        self.paragraphs.line(Kind::Comment, line, text.trim().trim_start_matches('*'));
        self.paragraphs.finish();
        self.advance(close.len());
    }

    fn string(&mut self, quote: char) {
        self.advance(1);
        let (mut line, mut text, mut lines) = (self.line, String::new(), Vec::new());
        while self.index < self.text.len() && self.at(0) != quote {
            match (self.at(0), self.at(1)) {
                // The string goes on with the next character that is no space.
                ('\\', '\n') => {
                    lines.push((line, mem::take(&mut text)));
                    self.advance(1);
                    while self.index < self.text.len() && self.at(0).is_whitespace() {
                        self.advance(1);
                    }
                    line = self.line;
                    continue;
                }
                ('\\', 'n') => {
                    lines.push((line, mem::take(&mut text)));
                    lines.push((line, String::new()));
                    self.advance(1);
                }
                ('\\', _) => {
                    self.advance(1);
                    text.push(self.at(0));
                }
                ('\n', _) => {
                    lines.push((line, mem::take(&mut text)));
                    line += 1;
                }
                (c, _) => text.push(c),
            }
            self.advance(1);
        }
        self.advance(1);
        lines.push((line, text));
        self.literal(&lines);
    }

    fn raw_string(&mut self) {
        let hashes = self.text[self.index..].iter().take_while(|c| **c == '#').count();
        self.advance(hashes);
        if self.at(0) != '"' {
            // A raw identifier.
            return;
        }
        self.advance(1);
        let close = format!("\"{}", "#".repeat(hashes));
        let (mut line, mut text, mut lines) = (self.line, String::new(), Vec::new());
        while self.index < self.text.len() && !self.begins_with(&close) {
            if self.at(0) == '\n' {
                lines.push((line, mem::take(&mut text)));
                line += 1;
            } else {
                text.push(self.at(0));
            }
            self.advance(1);
        }
        self.advance(close.len());
        lines.push((line, text));
        self.literal(&lines);
    }

    /// Only texts of several words are prose.
    fn literal(&mut self, lines: &[(usize, String)]) {
        if !lines.iter().any(|(_, line)| line.trim().contains(' ')) {
            return;
        }
        self.paragraphs.finish();
        for (number, line) in lines {
            self.paragraphs.line(Kind::Literal, *number, line);
        }
        self.paragraphs.finish();
    }

    /// A character literal, or the mark of a lifetime.
    fn character(&mut self) {
        let length = match (self.at(1), self.at(2)) {
            ('\\', _) => {
                let rest = self.text[self.index + 3..].iter();
                rest.take_while(|c| **c != '\'').count() + 4
            }
            (_, '\'') => 3,
            _ => 1,
        };
        self.advance(length);
    }
}
