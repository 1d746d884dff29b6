//! The language that a page speaks: Chinese, or English where the reader asks for it.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};

use super::words::{CHINESE, ENGLISH, Words};

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// That of the switch, of an earlier switch, or of the browser.
    pub fn of(http: &Request) -> Language {
        let switched = Language::asked_for(http);
        switched.unwrap_or_else(|| Language::of_headers(http.headers()))
    }

    /// What the address of the page asks for.
    pub fn asked_for(http: &Request) -> Option<Language> {
        let query = http.uri().query().unwrap_or_default();
        let mut parts = query.split('&');
        parts.find_map(|part| Language::named(part.strip_prefix("lang=")?))
    }

    fn of_headers(headers: &HeaderMap) -> Language {
        let texts = |name| {
            let values = headers.get_all(name).iter();
            values.filter_map(|value| value.to_str().ok())
        };
        let mut cookies = texts(header::COOKIE).flat_map(|cookies| cookies.split(';'));
        let chosen =
            cookies.find_map(|cookie| Language::named(cookie.trim().strip_prefix("lang=")?));
        chosen.unwrap_or_else(|| {
            let wanted: Vec<&str> = texts(header::ACCEPT_LANGUAGE).collect();
            preferred(&wanted.join(","))
        })
    }

    fn named(code: &str) -> Option<Language> {
        match code {
            "zh" => Some(Language::Chinese),
            "en" => Some(Language::English),
            _ => None,
        }
    }

    /// `zh` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Language::Chinese => "zh",
            Language::English => "en",
        }
    }

    /// As HTML names it.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Chinese => "zh-Hans",
            Language::English => "en",
        }
    }

    /// The words of its pages.
    pub fn words(self) -> &'static Words {
        match self {
            Language::Chinese => &CHINESE,
            Language::English => &ENGLISH,
        }
    }

    /// What keeps the choice for later pages.
    pub fn cookie(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Language::Chinese => "lang=zh; Path=/; Max-Age=31536000; SameSite=Lax",
            Language::English => "lang=en; Path=/; Max-Age=31536000; SameSite=Lax",
        })
    }
}

/// English where the browser prefers it to Chinese.
fn preferred(accepted: &str) -> Language {
    let mut best = (Language::Chinese, 0.0);
    for item in accepted.split(',') {
        let mut parts = item.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
        let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok());
        let quality: f32 = quality.unwrap_or(1.0);
        let language = match tag.split('-').next() {
            Some("zh") => Language::Chinese,
            Some("en") => Language::English,
            _ => continue,
        };
        if quality > best.1 {
            best = (language, quality);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_unless_english_is_preferred() {
        for (accepted, expected) in [
            ("", Language::Chinese),
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Chinese),
            ("en-US,en;q=0.9", Language::English),
            ("en-US,en;q=0.9,zh;q=0.8", Language::English),
            ("de,fr", Language::Chinese),
            ("de,en;q=0.5", Language::English),
            ("zh;q=0.1,en;q=0", Language::Chinese),
        ] {
            assert_eq!(preferred(accepted), expected, "{accepted}");
        }
    }
}
