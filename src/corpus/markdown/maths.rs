//! Formulas as LaTeX writes them → the nearest plain text.

use std::borrow::Cow;

/// What formulas begin and end with beside the dollar signs of the rules, and those dollar signs.
const SIGNS: [(&str, &str, &str); 5] = [
    ("\\\\(", "\\\\)", "$"),
    ("\\\\[", "\\\\]", "$$"),
    ("\\(", "\\)", "$"),
    ("\\[", "\\]", "$$"),
    ("$ ", " $", "$"),
];

/// `$ \frac{1}{2} $`, `\(\sigma\)`, `\[…\]` → between dollar signs as the rules have them. What has no
/// command in it is text: `\[1\]`, `从 $ 100 到 $ 200`.
pub(super) fn in_dollars(line: &str) -> Cow<'_, str> {
    // In a line with code the signs may be shown.
    if !line.contains('\\') || line.contains('`') {
        return Cow::Borrowed(line);
    }
    let mut written = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memchr::memchr2(b'\\', b'$', rest.as_bytes()) {
        let (before, here) = rest.split_at(at);
        written.push_str(before);
        rest = match formula(here) {
            Some((formula, dollars, after)) => {
                written.extend([dollars, formula.trim(), dollars]);
                after
            }
            None => {
                let (kept, after) = here.split_at(length_of_other(here));
                written.push_str(kept);
                after
            }
        };
    }
    written.push_str(rest);
    Cow::Owned(written)
}

/// The formula that a text begins with, the dollar signs that belong around it, and what follows it.
fn formula(text: &str) -> Option<(&str, &'static str, &str)> {
    let (begin, end, dollars) = SIGNS.iter().find(|(begin, ..)| text.starts_with(begin))?;
    let inside = &text[begin.len()..];
    let near = &inside[..inside.floor_char_boundary(MAX_BYTES)];
    let formula = &near[..near.find(end)?];
    has_command(formula).then(|| (formula, *dollars, &inside[formula.len() + end.len()..]))
}

/// A formula in a line has at most so many bytes.
const MAX_BYTES: usize = 1000;

/// How long that is which a text begins with where it is none of these formulas: one between dollar
/// signs, or a sign.
fn length_of_other(text: &str) -> usize {
    if text.starts_with("$$") {
        return 2;
    }
    let closed = text.strip_prefix('$').and_then(|inside| {
        let near = &inside[..inside.floor_char_boundary(MAX_BYTES)];
        near.find('$').filter(|_| !inside.starts_with(' '))
    });
    closed.map_or(1, |length| length + 2)
}

/// Whether a command that is known stands in a text: `\sigma`.
fn has_command(text: &str) -> bool {
    let mut after = text.split('\\').skip(1);
    after.any(|after| is_command(after) || LETTERS.contains(&&after[..end_of_name(after)]))
}

/// A formula between `\[` and `\]` on lines of their own, as one line, and how many lines follow its
/// first.
pub(super) fn block<'a>(
    line: &str,
    after: impl Iterator<Item = &'a str>,
) -> Option<(String, usize)> {
    let sign = line.trim();
    let end = match sign {
        "\\[" => "\\]",
        "\\\\[" => "\\\\]",
        _ => return None,
    };
    let lines: Vec<&str> = after.take(MAX_LINES).map(str::trim).collect();
    let last = lines.iter().position(|line| *line == end)?;
    Some((format!("$${}$$", lines[..last].join(" ")), last + 1))
}

/// A formula has at most so many lines.
const MAX_LINES: usize = 20;

/// Whether what stands between two dollar signs is a formula, and not the text between two prices.
pub(super) fn is_formula(text: &str) -> bool {
    let has_sign = text.contains(['\\', '^', '_', '{']);
    let is_short = text.chars().count() <= 2 && text.chars().all(|c| c.is_ascii_alphabetic());
    let is_equation = text.contains('=') && text.is_ascii();
    has_sign || is_short || is_equation
}

/// Without the signs that only say how a formula is set.
pub(super) fn plain(formula: &str) -> String {
    let mut plain = String::with_capacity(formula.len());
    let mut rest = formula;
    // Fractions of which only the upper part was begun.
    let mut fractions = 0_usize;
    while let Some(at) = rest.find(['\\', '{', '}']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if fractions > 0
            && let Some(below) = rest.strip_prefix("}{")
        {
            plain.push('/');
            fractions -= 1;
            rest = below;
            continue;
        }
        if !rest.starts_with('\\') {
            rest = &rest[1..];
            continue;
        }
        // `\\frac`: what escaped the formula escaped its signs too.
        if is_command(rest[1..].strip_prefix('\\').unwrap_or_default()) {
            rest = &rest[1..];
        }
        let name = &rest[1..];
        let (name, after) = name.split_at(end_of_name(name));
        if name.is_empty() {
            // `\%` is a sign, `\\` ends a line.
            let mut chars = after.chars();
            plain.push(
                chars
                    .next()
                    .filter(|c| !matches!(c, '\\' | ',' | ';' | '!'))
                    .unwrap_or(' '),
            );
            rest = chars.as_str();
            continue;
        }
        let symbol = symbol(name);
        if symbol != " " || !plain.ends_with(['/', ' ']) {
            plain.push_str(symbol);
        }
        fractions += usize::from(matches!(name, "frac" | "dfrac" | "tfrac"));
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// Commands that stand for their name.
const LETTERS: &[&str] = &[
    "alpha", "beta", "gamma", "delta", "epsilon", "eta", "theta", "lambda", "mu", "pi", "rho",
    "sigma", "tau", "phi", "chi", "omega", "Delta", "Sigma", "Phi", "Omega", "partial", "infty",
    "sqrt", "int", "prod", "log", "ln", "exp", "max", "min", "bar", "hat", "overline",
];

/// Whether a text begins with the name of a command that is known.
fn is_command(text: &str) -> bool {
    let name = &text[..end_of_name(text)];
    !name.is_empty() && symbol(name) != name
}

/// Where the name of a command ends, in bytes.
fn end_of_name(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(text.len())
}

fn symbol(name: &str) -> &str {
    match name {
        "times" | "cdot" => "×",
        "div" => "÷",
        "pm" => "±",
        "approx" => "≈",
        "leq" | "le" => "≤",
        "geq" | "ge" => "≥",
        "neq" | "ne" => "≠",
        "sum" => "∑",
        "to" | "rightarrow" => "→",
        "frac" | "dfrac" | "tfrac" | "text" | "textbf" | "mathrm" | "mathbf" | "left" | "right"
        | "begin" | "end" | "quad" | "qquad" | "displaystyle" => " ",
        name => name,
    }
}
