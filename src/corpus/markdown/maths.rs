//! Formulas as LaTeX writes them → the nearest plain text.

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
    while let Some(at) = rest.find(['\\', '{', '}']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if !rest.starts_with('\\') {
            rest = &rest[1..];
            continue;
        }
        let name = &rest[1..];
        let end = name
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(name.len());
        let (name, after) = name.split_at(end);
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
        plain.push_str(symbol(name));
        rest = after;
    }
    plain.push_str(rest);
    plain
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
