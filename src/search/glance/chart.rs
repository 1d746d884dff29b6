//! A timeline as a picture that needs nothing beside it.

use std::fmt::Write;

use super::calendar::Unit;
use super::timeline::{Bucket, Timeline};

/// The picture, and what stands around its bars, in pixels.
const WIDTH: f64 = 800.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 34.0;
/// How far apart names of the time axis are, at least.
const NAME_WIDTH: f64 = 88.0;
/// Lines of the axis of counts, at most.
const LINES: u64 = 4;

/// Colours on white and on black, and hatching for buckets that are cut.
const HEAD: &str = r##"<style>
.t{font:13px "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif;fill:#333}
.h{font-size:15px;font-weight:600}.g{stroke:#ddd}.b{fill:#2f6fab}.p{fill:url(#cut)}.c{stroke:#2f6fab}.w{fill:#fff}
@media (prefers-color-scheme:dark){.t{fill:#ddd}.g{stroke:#444}.b{fill:#6fb1ee}.c{stroke:#6fb1ee}.w{fill:#1b1b1b}}
</style>
<defs><pattern id="cut" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="c" x1="1" y1="0" x2="1" y2="5" stroke-width="2"/></pattern></defs>
"##;

impl Timeline {
    /// The stories of each bucket as an SVG picture with this title: readable by itself, on white and on black.
    /// Buckets that are cut are hatched.
    pub fn to_svg(&self, title: &str) -> String {
        let most = self.buckets.iter().map(|bucket| bucket.stories).max();
        let scale = Scale::of(most.unwrap_or_default());
        let mut svg = String::new();
        let _ = writeln!(
            svg,
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{}">"#,
            escaped(title)
        );
        svg.push_str(HEAD);
        let _ = writeln!(
            svg,
            r#"<rect class="w" width="{WIDTH}" height="{HEIGHT}"/>"#
        );
        let _ = writeln!(
            svg,
            r#"<text class="t h" x="{LEFT}" y="20">{}</text>"#,
            escaped(title)
        );
        let _ = writeln!(
            svg,
            r#"<text class="t" x="{LEFT}" y="37">每{} · {} 个报道 stories · {} 篇 articles · +08:00</text>"#,
            name_of(self),
            self.stories,
            self.articles
        );
        self.write_lines(&mut svg, &scale);
        self.write_bars(&mut svg, &scale);
        svg.push_str("</svg>\n");
        svg
    }

    fn write_lines(&self, svg: &mut String, scale: &Scale) {
        let end = WIDTH - RIGHT;
        for count in (0..=scale.top).step_by(scale.step as usize) {
            let y = scale.y(count);
            let _ = writeln!(
                svg,
                r#"<line class="g" x1="{LEFT}" y1="{y:.1}" x2="{end}" y2="{y:.1}"/><text class="t" x="{:.1}" y="{:.1}" text-anchor="end">{count}</text>"#,
                LEFT - 6.0,
                y + 4.0
            );
        }
    }

    fn write_bars(&self, svg: &mut String, scale: &Scale) {
        let width = (WIDTH - LEFT - RIGHT) / self.buckets.len().max(1) as f64;
        let gap = if width > 3.0 { 1.0 } else { 0.0 };
        let every = (NAME_WIDTH / width).ceil().max(1.0) as usize;
        let bottom = scale.y(0);
        for (place, bucket) in self.buckets.iter().enumerate() {
            let x = LEFT + place as f64 * width;
            let y = scale.y(bucket.stories);
            if bucket.stories > 0 {
                let class = if bucket.partial { "p" } else { "b" };
                let _ = writeln!(
                    svg,
                    r#"<rect class="{class}" x="{x:.2}" y="{y:.1}" width="{:.2}" height="{:.1}"><title>{}: {}</title></rect>"#,
                    (width - gap).max(0.5),
                    bottom - y,
                    self.label(bucket),
                    bucket.stories
                );
            }
            if place % every == 0 && x + NAME_WIDTH / 2.0 < WIDTH {
                let _ = writeln!(
                    svg,
                    r#"<text class="t" x="{x:.1}" y="{:.1}">{}</text>"#,
                    bottom + 18.0,
                    self.label(bucket)
                );
            }
        }
    }

    /// The name of a bucket: `2022`, `2022-01`, `2022-01-05`, `01-05 09:00`, `2022 Q1`.
    pub fn label(&self, bucket: &Bucket) -> String {
        let start = &bucket.start;
        let part = |range: std::ops::Range<usize>| start.get(range).unwrap_or_default();
        match self.by {
            Unit::Year => part(0..4).to_owned(),
            Unit::Quarter => {
                let month: u8 = part(5..7).parse().unwrap_or(1);
                format!("{} Q{}", part(0..4), month.div_ceil(3))
            }
            Unit::Month => part(0..7).to_owned(),
            Unit::Week | Unit::Day => part(0..10).to_owned(),
            Unit::Hour => format!("{} {}", part(5..10), part(11..16)),
        }
    }
}

fn name_of(timeline: &Timeline) -> &'static str {
    match timeline.by {
        Unit::Hour => "小时 hour",
        Unit::Day => "天 day",
        Unit::Week => "周 week",
        Unit::Month => "月 month",
        Unit::Quarter => "季 quarter",
        Unit::Year => "年 year",
    }
}

/// The axis of counts.
struct Scale {
    top: u64,
    step: u64,
}

impl Scale {
    /// Round numbers up to the most that there is.
    fn of(most: u64) -> Scale {
        let mut step = 1;
        let mut factors = [2, 5, 10].into_iter().cycle();
        let mut decade = 1;
        while most.div_ceil(step) > LINES {
            let factor = factors.next().unwrap_or(10);
            step = decade * factor;
            if factor == 10 {
                decade = step;
            }
        }
        Scale {
            top: most.div_ceil(step).max(1) * step,
            step,
        }
    }

    fn y(&self, count: u64) -> f64 {
        let height = HEIGHT - TOP - BOTTOM;
        TOP + height * (1.0 - count as f64 / self.top as f64)
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_round_numbers() {
        for (most, top, step) in [
            (0, 1, 1),
            (3, 3, 1),
            (7, 8, 2),
            (17, 20, 5),
            (37, 40, 10),
            (180, 200, 50),
            (9_999, 10_000, 5_000),
        ] {
            let scale = Scale::of(most);
            assert_eq!((scale.top, scale.step), (top, step), "{most}");
        }
    }

    #[test]
    fn what_a_title_says_is_no_markup() {
        assert_eq!(escaped("<b>\"A&B\"\u{7}"), "&lt;b&gt;&quot;A&amp;B&quot; ");
    }
}
