//! Compares counts with the counts in a file.

/// The allowed growth of a count in percent.
const TOLERANCE: f64 = 3.0;

/// The result of a run.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    Passed,
    Failed(String),
    /// Nothing was compared. Contains the reason.
    Skipped(String),
}

/// Counts the named workloads, and compares the counts with the file's text.
///
/// Counts nothing unless the file begins with `heading`, which names the compiler.
pub(crate) fn compare(
    written: &str,
    heading: &str,
    names: &[&str],
    mut count: impl FnMut(&str) -> Result<u64, String>,
    mut print: impl FnMut(&str),
) -> Outcome {
    let (first, lines) = written.split_once('\n').unwrap_or((written, ""));
    if !first.starts_with("# ") {
        return Outcome::Failed(
            "instructions.txt does not name its compiler; rewrite it with --bless".to_owned(),
        );
    }
    if first != heading {
        let [theirs, ours] = [first, heading].map(|heading| heading.trim_start_matches("# "));
        return Outcome::Skipped(format!(
            "SKIPPED: instructions.txt is from {theirs}, this build from {ours}; nothing was compared"
        ));
    }
    let written: Vec<(&str, Option<u64>)> = lines.lines().map(read).collect();
    let mut failures = Vec::new();
    for &name in names {
        let count = match count(name) {
            Ok(count) => count,
            Err(message) => return Outcome::Failed(message),
        };
        let before = written.iter().find(|&&(known, _)| known == name).and_then(|&(_, before)| before);
        let (note, is_failure) = judge(before, count);
        print(&format!("{} {note}", line(name, count)));
        if is_failure {
            failures.push(name);
        }
    }
    let mut messages = Vec::new();
    if !failures.is_empty() {
        let failures = failures.join(", ");
        messages.push(format!("new, or more instructions than before (accept with --bless): {failures}"));
    }
    let orphans: Vec<&str> =
        written.iter().map(|&(name, _)| name).filter(|name| !names.contains(name)).collect();
    if !orphans.is_empty() {
        let orphans = orphans.join(", ");
        messages.push(format!("in instructions.txt, but not a workload (remove with --bless): {orphans}"));
    }
    if messages.is_empty() { Outcome::Passed } else { Outcome::Failed(messages.join("\n")) }
}

/// A line of the file.
pub(crate) fn line(name: &str, count: u64) -> String {
    format!("{name:32} {count:>9}")
}

/// The name and the count in a line. Without a count, the whole line is the name.
fn read(line: &str) -> (&str, Option<u64>) {
    let counted = line.rsplit_once(' ').and_then(|(name, count)| Some((name, count.parse().ok()?)));
    counted.map_or((line.trim_end(), None), |(name, count)| (name.trim_end(), Some(count)))
}

/// The note beside a count, and whether it is a failure.
fn judge(before: Option<u64>, count: u64) -> (String, bool) {
    let Some(before) = before else { return ("not in instructions.txt".to_owned(), true) };
    let change = 100.0 * (count as f64 / before as f64 - 1.0);
    let advice = if change < -TOLERANCE { "; record it with --bless" } else { "" };
    (format!("{change:+.1} %{advice}"), change > TOLERANCE)
}

#[cfg(test)]
mod tests {
    use super::{Outcome, compare, line};

    const HEADING: &str = "# rustc 1.95.0 (59807616e 2026-04-14), x86_64";

    /// Runs a comparison with these counts, and returns the outcome and the printed lines.
    fn compared(written: &str, counts: &[(&str, u64)]) -> (Outcome, Vec<String>) {
        let names: Vec<&str> = counts.iter().map(|&(name, _)| name).collect();
        let count = |name: &str| {
            Ok(counts.iter().find(|&&(known, _)| known == name).expect("the workload has a count").1)
        };
        let mut lines = Vec::new();
        let outcome = compare(written, HEADING, &names, count, |line| lines.push(line.to_owned()));
        (outcome, lines)
    }

    fn failure(written: &str, counts: &[(&str, u64)]) -> String {
        match compared(written, counts).0 {
            Outcome::Failed(message) => message,
            other => panic!("{other:?}"),
        }
    }

    fn file(counts: &[(&str, u64)]) -> String {
        let lines = counts.iter().map(|&(name, count)| line(name, count) + "\n");
        format!("{HEADING}\n{}", lines.collect::<String>())
    }

    #[test]
    fn equal_counts_pass() {
        let counts = [("String", 11), ("Vec<Arc<String>> shared 10x", 64_150)];
        let (outcome, lines) = compared(&file(&counts), &counts);
        assert_eq!(outcome, Outcome::Passed);
        assert_eq!(lines[1], "Vec<Arc<String>> shared 10x          64150 +0.0 %");
    }

    #[test]
    fn growth_passes_up_to_three_percent() {
        let written = file(&[("list", 1000), ("tree", 1000)]);
        assert_eq!(compared(&written, &[("list", 1029), ("tree", 1)]).0, Outcome::Passed);
        let message = failure(&written, &[("list", 1031), ("tree", 1000)]);
        assert_eq!(message, "new, or more instructions than before (accept with --bless): list");
    }

    #[test]
    fn an_improvement_is_printed_with_advice() {
        let (outcome, lines) = compared(&file(&[("list", 1000)]), &[("list", 900)]);
        assert_eq!(outcome, Outcome::Passed);
        assert!(lines[0].ends_with("-10.0 %; record it with --bless"), "{lines:?}");
    }

    #[test]
    fn a_workload_without_a_line_fails() {
        let message = failure(&file(&[("list", 1000)]), &[("list", 1000), ("tree", 5)]);
        assert_eq!(message, "new, or more instructions than before (accept with --bless): tree");
    }

    #[test]
    fn a_line_without_a_workload_fails() {
        let message = failure(&file(&[("list", 1000), ("old tree", 5)]), &[("list", 1000)]);
        assert_eq!(message, "in instructions.txt, but not a workload (remove with --bless): old tree");
        // A longer name does not match.
        assert!(
            failure(&file(&[("list", 1000), ("list blocks", 5)]), &[("list", 1000)]).contains("list blocks")
        );
    }

    #[test]
    fn a_line_without_a_count_fails() {
        let written = format!("{HEADING}\nlist      many\n");
        let message = failure(&written, &[("list", 1000)]);
        assert!(message.contains("more instructions than before (accept with --bless): list\n"), "{message}");
        assert!(message.ends_with("not a workload (remove with --bless): list      many"), "{message}");
    }

    #[test]
    fn both_kinds_of_failure_are_reported() {
        let message = failure(&file(&[("list", 1000), ("old tree", 5)]), &[("list", 2000)]);
        assert_eq!(message.lines().count(), 2);
    }

    #[test]
    fn another_compiler_skips_without_counting() {
        let written = "# rustc 1.94.0 (aaaaaaaaa 2026-03-01), x86_64\nlist 1\nold tree 5\n";
        let count = |_: &str| panic!("nothing must be counted");
        let outcome = compare(written, HEADING, &["list"], count, |line| panic!("printed {line}"));
        let expected = "SKIPPED: instructions.txt is from rustc 1.94.0 (aaaaaaaaa 2026-03-01), x86_64, \
                        this build from rustc 1.95.0 (59807616e 2026-04-14), x86_64; nothing was compared";
        assert_eq!(outcome, Outcome::Skipped(expected.to_owned()));
    }

    #[test]
    fn a_file_without_a_compiler_fails() {
        assert!(failure("", &[]).contains("does not name its compiler"));
        assert!(failure("list 1000\n", &[("list", 1000)]).contains("does not name its compiler"));
    }

    #[test]
    fn a_failed_count_fails() {
        let count = |_: &str| Err("valgrind: not found".to_owned());
        let outcome = compare(&file(&[("list", 1)]), HEADING, &["list"], count, |_| ());
        assert_eq!(outcome, Outcome::Failed("valgrind: not found".to_owned()));
    }
}
