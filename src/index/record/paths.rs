//! Where an article is in the archive, as terms: the folders of its path, together, and its file.

/// The folders of a path, a slash before and after each: `/archive/2024/07/`. Archives have few of
/// them, so all are looked through for some that are next to each other.
pub(crate) fn folders(path: &str) -> String {
    let names: Vec<&str> = names(path).collect();
    match names.split_last() {
        Some((_, folders)) => enclosed(folders),
        None => enclosed(&[]),
    }
}

/// The file of a path, with its extension and without.
pub(crate) fn file_names(path: &str) -> impl Iterator<Item = &str> {
    let file = names(path).last();
    let stem = file
        .and_then(|file| file.rsplit_once('.'))
        .map(|(stem, _)| stem);
    file.into_iter().chain(stem.filter(|stem| !stem.is_empty()))
}

/// A path that is looked for: names of folders next to each other, of which the last may be the file.
/// `2024/07` is in `archive/2024/07/a.md`, not in `archive/2024/071.md`.
pub(crate) struct Wanted<'a> {
    /// The forms of every folder that has all names, expressions of the engine's.
    pub in_folder: Vec<String>,
    /// Those of every folder that ends with all names but the last; none where there is one name.
    pub above_file: Vec<String>,
    /// The last name.
    pub file_name: &'a str,
}

impl<'a> Wanted<'a> {
    /// That of a folded path; `None` where it names nothing.
    pub fn of(path: &'a str) -> Option<Wanted<'a>> {
        let names: Vec<&str> = names(path).collect();
        let (file_name, above) = names.split_last()?;
        Some(Wanted {
            in_folder: forms(&names, ".*"),
            above_file: forms(above, ""),
            file_name,
        })
    }
}

/// The engine takes no expression that is much longer, in bytes; one for a name on any disk is not.
const MAX_FORM: usize = 400;

/// The forms of a text in which folders with these names are next to each other and `end` follows. Where
/// one would be too long, there are several, of which each begins with the name that ends the one before, if
/// that is not long itself.
fn forms(names: &[&str], end: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let mut first = 0;
    for last in 1..=names.len() {
        let form = escaped(&enclosed(&names[first..last]));
        let next = names.get(last).map_or(0, |next| escaped(next).len());
        if last == names.len() {
            forms.push(format!("(?s).*{form}{end}"));
        } else if form.len() + next > MAX_FORM {
            forms.push(format!("(?s).*{form}.*"));
            let is_long = escaped(names[last - 1]).len() + next > MAX_FORM;
            first = if is_long { last } else { last - 1 };
        }
    }
    forms
}

/// The names of folders and files in a path.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split(['/', '\\'])
        .filter(|name| !name.is_empty() && *name != ".")
}

fn enclosed(names: &[&str]) -> String {
    let mut enclosed = String::from("/");
    for name in names {
        enclosed.push_str(name);
        enclosed.push('/');
    }
    enclosed
}

/// A text as an expression that matches it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_its_folders_and_its_file() {
        for (path, expected, files) in [
            ("in/日更/07.md", "/in/日更/", &["07.md", "07"][..]),
            ("/x//a.b/c", "/x/a.b/", &["c"]),
            ("./a.tar.gz", "/", &["a.tar.gz", "a.tar"]),
            (".hidden", "/", &[".hidden"]),
            ("-", "/", &["-"]),
            ("", "/", &[]),
        ] {
            assert_eq!(folders(path), expected, "{path}");
            assert_eq!(file_names(path).collect::<Vec<_>>(), files, "{path}");
        }
    }

    #[test]
    fn a_path_is_looked_for_by_its_names() {
        let forms = |path| {
            let wanted = Wanted::of(path)?;
            Some((
                wanted.in_folder,
                wanted.above_file,
                wanted.file_name.to_owned(),
            ))
        };
        let form = |text: &str| text.to_owned();
        for (path, expected) in [
            ("07", Some((vec![form("(?s).*/07/.*")], vec![], form("07")))),
            (
                "/2024//07/",
                Some((
                    vec![form("(?s).*/2024/07/.*")],
                    vec![form("(?s).*/2024/")],
                    form("07"),
                )),
            ),
            (
                "a.b\\c*",
                Some((
                    vec![form(r"(?s).*/a\.b/c\*/.*")],
                    vec![form(r"(?s).*/a\.b/")],
                    form("c*"),
                )),
            ),
            ("./", None),
        ] {
            assert_eq!(forms(path), expected, "{path}");
        }
    }

    #[test]
    fn every_name_makes_forms_that_the_engine_takes() {
        let (_, fields) = crate::index::Fields::build();
        let long = "长".repeat(85);
        let deep = format!("{long}/").repeat(8);
        for name in [
            r"a.b*c?[d]{2}(e)|^$\-&#~",
            "<>_=!:;,'\"`@%+",
            "a\nb",
            &long,
            &deep,
        ] {
            let wanted = Wanted::of(name).expect("a name");
            for form in wanted.in_folder.iter().chain(&wanted.above_file) {
                let query = tantivy::query::RegexQuery::from_pattern(form, fields.folder);
                assert!(query.is_ok(), "{form}");
            }
        }
        assert!(Wanted::of(&deep).is_some_and(|wanted| wanted.in_folder.len() > 2));
    }
}
