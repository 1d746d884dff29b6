//! The header of a post: where it ends (`split`), and what it says.
//!
//! Each form (`yaml`, `toml`, `json`; `lines` for what is broken) gives keys and values, and `fields` says
//! which key is what of the post.

mod fields;
mod json;
mod lines;
mod split;
mod toml;
mod value;
mod yaml;

pub(super) use fields::FrontMatter;
pub(super) use split::{Header, split, without_second};

use split::Form;

/// Reads a header, and cannot fail: what its form does not allow is read line by line.
pub(super) fn read(header: &Header) -> FrontMatter {
    let text = header.text;
    let entries = match header.form {
        Form::Yaml => yaml::entries(text),
        Form::Toml => toml::entries(text),
        Form::Json => json::entries(text),
    };
    FrontMatter::new(entries.unwrap_or_else(|| lines::entries(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_yaml(text: &str) -> FrontMatter {
        read(&Header {
            form: Form::Yaml,
            text,
        })
    }

    #[track_caller]
    fn check(header: &str, title: &str, date: &str, category: &str, tag: &str) {
        let read = read_yaml(header);
        let categories = read.categories.join("/");
        let tags = read.tags.join("/");
        let found = [&read.title, &read.date, &categories, &tags];
        assert_eq!(found, [title, date, category, tag], "{header}");
    }

    #[test]
    fn scalars_are_taken_as_written() {
        check(
            "layout: post\ntitle: \"甲：乙｜“丙” 50%\"\ndate: 2022-02-09 16:43:43 +0800\ncategories: 36ke\ntags: 360\n",
            "甲：乙｜“丙” 50%",
            "2022-02-09 16:43:43 +0800",
            "36ke",
            "360",
        );
        check(
            "title: 0123\ndate: 2022-01-01\ncategories: true\ntags: 1.50",
            "0123",
            "2022-01-01",
            "true",
            "1.50",
        );
        check(
            "title: ~\ndate:\ncategories: null\ntags: ''",
            "",
            "",
            "",
            "",
        );
    }

    #[test]
    fn broken_yaml_is_read_line_by_line() {
        check(
            "title: \"甲称\"乙\"上涨\"\ndate: 2021-12-08 10:46:18\ncategories: emnews\ntags: 甲: 乙新闻",
            "甲称\"乙\"上涨",
            "2021-12-08 10:46:18",
            "emnews",
            "甲: 乙新闻",
        );
        for tag in ["*甲新闻", "&甲新闻 : ", "[甲", "{甲", "@甲新闻", "`甲"] {
            check(
                &format!("title: \"C:\\路\"\ncategories: jia\ntags: {tag}"),
                "C:\\路",
                "",
                "jia",
                tag.trim(),
            );
        }
    }

    #[test]
    fn comments_of_a_template_are_no_values() {
        check(
            "title: 甲乙 #页面上的名称\ndate: 2014-08-09 16:50:16 #生成时间，一般不改\ncategories: 丙 #分类\ntags: [丁, 戊] #标签，可空，注意:后面有个空格",
            "甲乙",
            "2014-08-09 16:50:16",
            "丙",
            "丁/戊",
        );
        // The value of the description is broken YAML.
        check(
            "title: 甲乙 #页面上的名称\ndate: 2014-08-09 #生成时间\ntags: [丁] #标签\ndescription: \"甲\"乙\"",
            "甲乙",
            "2014-08-09",
            "",
            "丁",
        );
        check(
            "title: 周记 #12\ndate: 2014-08-09",
            "周记 #12",
            "2014-08-09",
            "",
            "",
        );
    }

    #[test]
    fn good_yaml_escapes_are_understood() {
        check(
            "title: \"甲称\\\"乙\\\"上涨\"",
            "甲称\"乙\"上涨",
            "",
            "",
            "",
        );
    }

    #[test]
    fn every_value_is_one_line() {
        check(
            "title: \"甲\\0\\n乙\"\ndate: \"2022-01-01\\r\"\ncategories: |\n  a\n  b\ntags: \"\\0丙\\r新闻\"",
            "甲 乙",
            "2022-01-01",
            "a b",
            "丙 新闻",
        );
    }

    #[test]
    fn lists_are_names() {
        let read =
            read_yaml("title: 甲\ntags: [乙, '丙, 丁']\ncategories:\n  - a\n  - 36\n  - 1.50");
        assert_eq!(read.tags, ["乙", "丙, 丁"]);
        assert_eq!(read.categories, ["a", "36", "1.50"]);
        assert!(!read.names_outlet);
    }

    #[test]
    fn title_entities_are_decoded_once() {
        check("title: \"甲&amp;乙 &amp;lt;\"", "甲&乙 &lt;", "", "", "");
    }

    /// Taken as it is written, the first would be 9^18 values.
    #[test]
    fn a_header_made_to_cost_time_costs_none() {
        let bomb: String = (1..19)
            .map(|i| format!("a{i}: &a{i} [{}]\n", format!("*a{}, ", i - 1).repeat(9)))
            .collect();
        let bomb = format!("a0: &a0 [{}]\n{bomb}title: \"甲\"\n", "x, ".repeat(9));
        let nested = format!("title: \"甲\"\ntags: {}", "[".repeat(16_000));
        for header in [bomb, nested] {
            assert_eq!(read_yaml(&header).title, "甲");
        }
    }
}
