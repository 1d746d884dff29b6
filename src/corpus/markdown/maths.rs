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

/// A formula between `\[` and `\]`, or dollar signs, on lines of their own, as one line, and how many
/// lines follow its first.
pub(super) fn block<'a>(
    line: &str,
    after: impl Iterator<Item = &'a str>,
) -> Option<(String, usize)> {
    let sign = line.trim();
    let end = match sign {
        "\\[" => "\\]",
        "\\\\[" => "\\\\]",
        // The rules end a formula at a blank line.
        "$$" => "$$",
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
    let letter = text.trim_end_matches('\'');
    let is_short = letter.len() <= 2 && letter.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_negative = text.strip_prefix('-').is_some_and(is_digits);
    let is_equation = text.contains('=') && text.chars().all(|c| c.is_ascii() || c == '−')
        || text.contains(['=', '+', '×', '÷']) && are_quantities(text);
    let is_term = is_application(text) || is_interval(text) || is_comparison(text);
    has_sign || is_short || is_negative || is_equation || is_term
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `超额收益=组合收益-基准收益`, and not what stands between two prices.
fn are_quantities(text: &str) -> bool {
    let is_ended = |c: char| c.is_alphabetic();
    let is_one = text.starts_with(is_ended) && text.ends_with(is_ended);
    is_one && !text.contains(['。', '，', '；', '、', '$'])
}

/// `n,m>N`, `a>|b|`, a sign alone; of more letters it may be codes of securities.
fn is_comparison(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic());
    let has_sign = text.contains(['<', '>', '|']);
    let is_ended =
        text.len() == 1 || text.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '|');
    has_sign && is_ended && text.is_ascii() && words.all(|word| word.len() <= 1)
}

/// `F(x)`, `g'(x,y)`; of more letters it is the name of a security: `$Apple(AAPL)$`.
fn is_application(text: &str) -> bool {
    let mut chars = text.chars();
    let is_letter = chars.next().is_some_and(|c| c.is_ascii_alphabetic());
    let arguments = chars.as_str().trim_start_matches('\'');
    let inside = arguments.strip_prefix('(').filter(|_| is_letter);
    inside.is_some_and(|inside| {
        let is_alone = text.is_ascii() && text.len() <= MAX_TERM;
        inside.contains(')') && (is_alone || are_letters(inside) && !text.contains('。'))
    })
}

/// `x)`, `V,W)` at the head of a text.
fn are_letters(arguments: &str) -> bool {
    let Some((arguments, _)) = arguments.split_once(')') else {
        return false;
    };
    arguments.split(',').all(|argument| {
        let argument = argument.trim();
        argument.len() == 1 && argument.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

/// `[0,a+1]`, `(x(0), y(0))`.
fn is_interval(text: &str) -> bool {
    let is_bracketed = text.starts_with(['[', '(']) && text.ends_with([']', ')']);
    is_bracketed && text.contains(',') && text.is_ascii() && text.len() <= MAX_TERM
}

/// So long is what has no other sign of a formula, in bytes.
const MAX_TERM: usize = 40;

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
