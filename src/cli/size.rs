//! Sizes as people write them.

/// Reads a number of bytes: `4096`, `512k`, `8MiB`, `2G`. Units are powers of 1,024, in any case.
///
/// # Errors
/// The text is no whole number with a known unit, or there are not so many bytes.
pub fn parse(text: &str) -> Result<u64, String> {
    let end_of_number = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end_of_number);
    let number: u64 = number
        .parse()
        .map_err(|_| "write 4096, 512k, 8MiB or 2G".to_string())?;
    let shift = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return Err(format!("unknown unit `{unit}`: write k, M or G")),
    };
    number
        .checked_mul(1 << shift)
        .ok_or_else(|| "that is too much".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_may_have_a_unit() {
        for (text, bytes) in [
            ("0", 0),
            ("4096", 4096),
            ("4096B", 4096),
            ("512k", 512 << 10),
            ("512 KiB", 512 << 10),
            ("8MiB", 8 << 20),
            ("8mb", 8 << 20),
            ("2G", 2 << 30),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in [
            "",
            "k",
            "-1",
            "1.5M",
            "8 apples",
            "8MM",
            "18446744073709551616",
            "18446744073709551615k",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
