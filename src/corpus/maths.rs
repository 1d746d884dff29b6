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

/// The text of a page with its formulas as plain text, which a script of the page was to set:
/// `\(\sigma\)`, `$$x^2$$`. Where `is_set`, the page has such a script, and `$x$` is a formula as in
/// Markdown; else only what has a command or a sign of one.
pub(super) fn of_page(text: &str, is_set: bool) -> Cow<'_, str> {
    let mut written = String::new();
    let mut has_formula = false;
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'\\', b'$', rest.as_bytes()) {
        let (before, here) = rest.split_at(at);
        written.push_str(before);
        rest = match formula_of_page(here, written.chars().next_back(), is_set) {
            Some((formula, after)) => {
                written.push_str(plain(formula).trim());
                has_formula = true;
                after
            }
            None => {
                let length = if here.starts_with("$$") { 2 } else { 1 };
                written.push_str(&here[..length]);
                &here[length..]
            }
        };
    }
    if !has_formula {
        return Cow::Borrowed(text);
    }
    written.push_str(rest);
    Cow::Owned(written)
}

/// The formula that a text of a page begins with, behind this character, and what follows it.
fn formula_of_page(text: &str, before: Option<char>, is_set: bool) -> Option<(&str, &str)> {
    let pairs = [("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"), ("$", "$")];
    let (begin, end) = pairs.iter().find(|(begin, _)| text.starts_with(begin))?;
    let inside = &text[begin.len()..];
    let near = &inside[..inside.floor_char_boundary(MAX_BYTES)];
    let formula = &near[..near.find(end)?];
    let after = &inside[formula.len() + end.len()..];
    let is_one = has_command(formula)
        || match *begin {
            "$$" => is_set || is_formula(formula),
            _ if !is_set => false,
            "$" => is_formula(formula) || is_in_words(formula, before, after.chars().next()),
            // `\(\d+\)` is a pattern.
            _ => !formula.contains('\\') && is_formula(formula.trim()),
        };
    let is_empty = formula.trim().is_empty();
    (is_one && !is_empty).then_some((formula, after))
}

/// Whether a command that is known stands in a text: `\sigma`.
fn has_command(text: &str) -> bool {
    let mut after = text.split('\\').skip(1);
    after.any(|after| is_command(after) || LETTERS.contains(&&after[..end_of_name(after)]))
}

/// A formula between `\[` and `\]`, or dollar signs, on lines of their own, as one line, and how many
/// lines of those behind its first it takes. `$$$$` ends one and begins the next.
pub(super) fn block<'a>(
    line: &str,
    after: impl Iterator<Item = &'a str>,
) -> Option<(String, usize)> {
    let sign = line.trim();
    let end = match sign {
        "\\[" => "\\]",
        "\\\\[" => "\\\\]",
        // The rules end a formula at a blank line.
        "$$" | "$$$$" => "$$",
        _ => return None,
    };
    let lines: Vec<&str> = after.take(MAX_LINES).map(str::trim).collect();
    let last = lines.iter().position(|line| line.contains(end))?;
    let (rest, count) = match lines[last].strip_suffix(end)? {
        "$$" => ("", last),
        // The dollar signs were an end themselves.
        rest if rest.contains(end) => return None,
        rest => (rest, last + 1),
    };
    let formula = format!("{} {rest}", lines[..last].join(" "));
    let formula = formula.trim();
    (!formula.is_empty()).then(|| (format!("$${formula}$$"), count))
}

/// A formula has at most so many lines.
const MAX_LINES: usize = 20;

/// Whether what stands between two dollar signs is a formula, and not the text between two prices.
pub(super) fn is_formula(text: &str) -> bool {
    // `${日期}-${周数}`: places for names, as scripts and templates have them.
    let is_place = text.starts_with('{') && !text.contains('\\');
    let has_sign = text.contains(['\\', '^', '_', '{']) && !is_place;
    let letter = text.trim_end_matches('\'');
    let is_short = letter.len() <= 2 && letter.bytes().all(|byte| byte.is_ascii_alphabetic());
    let number = text.strip_prefix('-').unwrap_or(text);
    let is_number = !number.is_empty() && number.split('.').all(is_digits);
    let is_equation = text.contains('=') && text.chars().all(|c| c.is_ascii() || c == '−')
        || text.contains(['=', '+', '×', '÷']) && are_quantities(text);
    let is_term = is_application(text)
        || is_function(text)
        || is_of_letters(text)
        || is_interval(text)
        || is_comparison(text)
        || is_list(text);
    has_sign || is_short || is_number || is_equation || is_term
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

/// `1,2,3`, and no amount: `1,000`.
fn is_list(text: &str) -> bool {
    let is_number = |number: &str| is_digits(number) && number.len() <= 2;
    text.matches(',').count() > 1 && text.split(',').all(is_number)
}

/// `F(x)`, `g'(x,y)`, `H[n]`; of more letters it is the name of a security: `$Apple(AAPL)$`.
fn is_application(text: &str) -> bool {
    let mut chars = text.chars();
    let is_letter = chars.next().is_some_and(|c| c.is_ascii_alphabetic());
    let arguments = chars.as_str().trim_start_matches('\'');
    let inside = arguments.strip_prefix('(').filter(|_| is_letter);
    let is_index = arguments.starts_with('[') && arguments.ends_with(']') && text.len() <= 8;
    is_letter && is_index && text.is_ascii()
        || inside.is_some_and(|inside| {
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

/// `nlogn`, `lnx`: a function without the sign of a command, and its letters.
fn is_function(text: &str) -> bool {
    let mut around = FUNCTIONS.iter().filter_map(|name| text.split_once(name));
    let is_letter = |text: &str| text.len() <= 1 && text.bytes().all(|b| b.is_ascii_lowercase());
    around.any(|(before, after)| {
        is_letter(before) && is_letter(after) && before.len() + after.len() > 0
    })
}

/// The names of functions.
const FUNCTIONS: [&str; 8] = ["log", "ln", "lg", "sin", "cos", "tan", "exp", "max"];

/// `t-1`, `x,y'`, `p + 2q`: single letters with signs between them; of more letters it may be names of
/// securities, and `5B-6B` is money.
fn is_of_letters(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic());
    let is_ended = |c: char| c.is_ascii_alphanumeric() || c == '\'';
    let amounts = text.as_bytes().windows(2);
    let mut amounts = amounts.filter(|pair| pair[0].is_ascii_digit());
    text.len() <= MAX_TERM
        && text.contains(['+', '-', ','])
        && text.contains(|c: char| c.is_ascii_alphabetic())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(is_ended)
        && text.chars().all(|c| is_ended(c) || " +-,*<>=".contains(c))
        && words.all(|word| word.len() <= 1)
        && !amounts.any(|pair| pair[1].is_ascii_uppercase() || b"kmb".contains(&pair[1]))
}

/// `[0,a+1]`, `(x(0), y(0))`.
fn is_interval(text: &str) -> bool {
    let is_bracketed = text.starts_with(['[', '(']) && text.ends_with([']', ')']);
    is_bracketed && text.contains(',') && text.is_ascii() && text.len() <= MAX_TERM
}

/// So long is what has no other sign of a formula, in bytes.
const MAX_TERM: usize = 40;

/// Whether words that stand between two dollar signs are a formula all the same, as `$V到W$` is: between
/// these two characters. Of money the signs stand at numbers or behind letters (`US$3亿`), and the name
/// of a security has its code behind it.
pub(super) fn is_in_words(text: &str, before: Option<char>, after: Option<char>) -> bool {
    let is_glued = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let is_begun = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '(' | '[' | '|'));
    let is_ended = text.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ')' | ']' | '|'));
    let is_money = CURRENCIES.iter().any(|name| text.ends_with(name));
    !is_glued(before)
        && !is_glued(after)
        && is_begun
        && is_ended
        && !is_money
        && is_balanced(text)
        && !text.contains(['。', '！', '？', '；', '$'])
        && (is_chinese(text) || is_sum(text))
}

/// What stands before the dollar sign of a currency.
const CURRENCIES: [&str; 7] = ["US", "HK", "NT", "AU", "CA", "NZ", "SG"];

/// Words without a comma, or such as say what a function or an equation does.
fn is_chinese(text: &str) -> bool {
    let code = text
        .strip_suffix(')')
        .and_then(|text| text.rsplit_once('('))
        .map(|(_, code)| code);
    let is_of_code = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || ".:".contains(c);
    let is_security = code.is_some_and(|code| code.len() > 1 && code.chars().all(is_of_code));
    let says_more = || {
        let mut arguments = text.split('(').skip(1);
        text.contains('=') || arguments.any(are_letters)
    };
    let is_written = |c: char| !c.is_ascii() && c.is_alphabetic();
    text.contains(is_written) && !is_security && (!text.contains('，') || says_more())
}

/// `Ker T / null T`, `(-1)u`: with a sign between blanks, or of single letters.
fn is_sum(text: &str) -> bool {
    let signs = [" + ", " - ", " * ", " / ", " < ", " > "];
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic());
    let is_product = text.starts_with(['(', '[']) && text.len() <= MAX_TERM;
    text.is_ascii()
        && (signs.iter().any(|sign| text.contains(sign))
            || is_product && words.all(|word| word.len() <= 1))
}

/// Whether each bracket is closed by one of its kind.
fn is_balanced(text: &str) -> bool {
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '（' => open.push('）'),
            ')' | ']' | '）' if open.pop() != Some(c) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

/// Without the signs that only say how a formula is set.
pub(super) fn plain(formula: &str) -> String {
    let mut plain = String::with_capacity(formula.len());
    let mut rest = formula;
    // Fractions of which only the upper part was begun.
    let mut fractions = 0_usize;
    // Between the columns of a table stands `&`.
    let has_columns = formula.contains("\\begin");
    while let Some(at) = rest.find(['\\', '{', '}', '&']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('&') {
            plain.push(if has_columns { ' ' } else { '&' });
            rest = after;
            continue;
        }
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
            let sign = chars.next();
            plain.push(
                sign.filter(|c| !matches!(c, '\\' | ',' | ';' | '!'))
                    .unwrap_or(' '),
            );
            rest = match sign {
                Some('\\') => after_length(chars.as_str()),
                _ => chars.as_str(),
            };
            continue;
        }
        let symbol = symbol(name);
        if symbol != " " || !plain.ends_with(['/', ' ']) {
            plain.push_str(symbol);
        }
        fractions += usize::from(matches!(name, "frac" | "dfrac" | "tfrac"));
        if let Some((letter, after)) = with_accent(name, after) {
            plain.push_str(&letter);
            rest = after;
            continue;
        }
        rest = match name {
            "begin" => after_columns(after_group(after)),
            "end" => after_group(after),
            _ => after,
        };
    }
    plain.push_str(rest);
    plain
}

/// The letter that a text begins with under the accent of this name, and what follows it: `{x}` → `x̂`.
fn with_accent<'a>(name: &str, text: &'a str) -> Option<(String, &'a str)> {
    let accent = match name {
        "hat" | "widehat" => '\u{302}',
        "tilde" | "widetilde" => '\u{303}',
        "bar" | "overline" => '\u{304}',
        "vec" => '\u{20D7}',
        _ => return None,
    };
    let text = text.trim_start();
    let inside = text.strip_prefix('{');
    let mut chars = inside.unwrap_or(text).chars();
    let letter = chars.next().filter(|c| c.is_ascii_alphabetic())?;
    let after = match inside {
        Some(_) => chars.as_str().strip_prefix('}')?,
        None => chars.as_str(),
    };
    Some((format!("{letter}{accent}"), after))
}

/// What follows the room below a line of a formula: `[6pt]`.
fn after_length(text: &str) -> &str {
    let units = ["pt", "em", "ex", "mm", "cm", "in", "px"];
    let room = text.strip_prefix('[').and_then(|text| text.split_once(']'));
    let number = room.and_then(|(room, _)| units.iter().find_map(|unit| room.strip_suffix(unit)));
    match (room, number.map(str::trim)) {
        (Some((_, after)), Some(number)) if number.parse::<f32>().is_ok() => after,
        _ => text,
    }
}

/// What follows a group in braces that a text begins with: the name of a table.
fn after_group(text: &str) -> &str {
    let inside = text.strip_prefix('{');
    let closed = inside.and_then(|inside| inside.split_once('}'));
    closed.map_or(text, |(_, after)| after)
}

/// What follows the kinds of the columns that a table begins with: `{c|cc}`.
fn after_columns(text: &str) -> &str {
    let after = after_group(text);
    let group = &text[..text.len() - after.len()];
    let are_kinds = group.bytes().all(|byte| b"{}lcr| ".contains(&byte));
    if are_kinds { after } else { text }
}

/// Commands that stand for their name.
const LETTERS: &[&str] = &[
    "alpha", "beta", "gamma", "delta", "epsilon", "eta", "theta", "lambda", "mu", "pi", "rho",
    "sigma", "tau", "phi", "chi", "omega", "Delta", "Sigma", "Phi", "Omega", "partial", "infty",
    "sqrt", "int", "prod", "log", "ln", "exp", "max", "min",
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
        "to" | "rightarrow" | "longrightarrow" | "xrightarrow" => "→",
        "Rightarrow" | "implies" => "⇒",
        "Leftrightarrow" | "iff" => "⇔",
        "leqslant" => "≤",
        "geqslant" => "≥",
        "sim" => "~",
        "in" => "∈",
        "notin" => "∉",
        "subset" => "⊂",
        "cup" => "∪",
        "cap" => "∩",
        "forall" => "∀",
        "exists" => "∃",
        "emptyset" | "varnothing" => "∅",
        "dots" | "cdots" | "ldots" => "…",
        "prime" => "′",
        "frac" | "dfrac" | "tfrac" | "begin" | "end" | "quad" | "qquad" | "displaystyle" => " ",
        // How letters are written, and how large brackets are.
        "text" | "textbf" | "textit" | "mathrm" | "mathbf" | "mathbb" | "mathcal" | "mathit"
        | "boldsymbol" | "bm" | "operatorname" | "left" | "right" | "big" | "bigg" | "Big"
        | "Bigg" | "limits" | "notag" | "nonumber" | "underbrace" | "overbrace" => "",
        // What stands above letters; over a single one it is written.
        "bar" | "hat" | "tilde" | "vec" | "overline" | "widehat" | "widetilde" => "",
        // The letter of what is turned, and the number of the formula.
        "top" => "T",
        "tag" => " ",
        name => name,
    }
}
