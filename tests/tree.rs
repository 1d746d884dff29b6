//! The tree shows the way of the data: no files import each other, as two or in a circle, and no room
//! names a later one.
//!
//! What a file imports is what its paths lead to, in `use` items and elsewhere, up to the file that
//! defines it: a name that another file only passes on counts for where it comes from. Tests are left
//! out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree};

/// The rooms in the order of the work. A file belongs to the longest of these paths that it begins with.
const ROOMS: [&str; 32] = [
    "corpus",
    "analysis",
    "names",
    "index/error",
    "index/record",
    "index/disk",
    "index/reprints",
    "index/shared",
    "index/open",
    "index/write",
    "index/check",
    "index/options",
    "index/recut",
    "index/handle",
    "index",
    "search/query",
    "search/view",
    "search/plan",
    "search/run",
    "search/show",
    "search/pipeline",
    "search/hints",
    "search/searcher",
    "search/explain",
    "search/marked",
    "search/glance",
    "search",
    "fuzzing",
    "watch",
    "cluster",
    "server",
    "cli",
];

#[test]
fn no_two_files_import_each_other() {
    let imports = Tree::read().imports();
    let mutual = imports
        .iter()
        .filter(|(one, other)| one < other && imports.contains(&(other.clone(), one.clone())));
    let mutual: Vec<String> = mutual
        .map(|(one, other)| format!("{one} <-> {other}"))
        .collect();
    assert!(mutual.is_empty(), "{}", mutual.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut imports = Tree::read().imports();
    // What imports nothing that is left, or is imported by nothing, is in no circle.
    loop {
        let before = imports.len();
        let from: BTreeSet<String> = imports.iter().map(|(from, _)| from.clone()).collect();
        imports.retain(|(_, to)| from.contains(to));
        let to: BTreeSet<String> = imports.iter().map(|(_, to)| to.clone()).collect();
        imports.retain(|(from, _)| to.contains(from));
        if imports.len() == before {
            break;
        }
    }
    let left: Vec<String> = imports
        .iter()
        .map(|(from, to)| format!("{from} -> {to}"))
        .collect();
    assert!(left.is_empty(), "{}", left.join("\n"));
}

#[test]
fn no_room_names_a_later_one() {
    let imports = Tree::read().imports();
    let is_upward = |(from, to): &&(String, String)| match (room(from), room(to)) {
        (Some(from), Some(to)) => to > from,
        _ => false,
    };
    let upward: Vec<String> = imports
        .iter()
        .filter(is_upward)
        .map(|(from, to)| format!("{from} -> {to}"))
        .collect();
    assert!(upward.is_empty(), "{}", upward.join("\n"));
}

/// The check itself sees what it is to see.
#[test]
fn imports_lead_to_the_file_that_defines_a_name() {
    let imports = Tree::read().imports();
    let has = |from: &str, to: &str| imports.contains(&(from.to_owned(), to.to_owned()));
    assert!(has("search/pipeline", "search/plan/planner"));
    // By way of `crate::index::Fields`.
    assert!(has("search/plan/planner", "index/record/schema"));
    assert!(imports.len() > 300, "{}", imports.len());
}

/// The place of a file's room among all.
fn room(file: &str) -> Option<usize> {
    let is_in = |room: &str| {
        let rest = file.strip_prefix(room);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let rooms = ROOMS.iter().enumerate().filter(|(_, room)| is_in(room));
    rooms.max_by_key(|(_, room)| room.len()).map(|(i, _)| i)
}

type ModulePath = Vec<String>;

/// The modules of the library and the program that are files of their own.
struct Tree(BTreeMap<ModulePath, Module>);

struct Module {
    /// Below `src`, without the extension.
    file: String,
    items: Vec<Item>,
    /// What its `use` items bind: a name, and the path to what it is the name of.
    bound: BTreeMap<String, Vec<String>>,
}

impl Tree {
    fn read() -> Tree {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut modules = BTreeMap::new();
        for path in rust_files(&src) {
            let text = fs::read_to_string(&path).expect("a source file");
            let parsed = syn::parse_file(&text).expect("Rust");
            let name = path.strip_prefix(&src).expect("below src");
            let file = name.with_extension("").to_string_lossy().into_owned();
            let module = match file.as_str() {
                "lib" | "main" => continue,
                file => file.split('/').map(str::to_owned).collect(),
            };
            let items = parsed.items;
            let mut named = Named::default();
            let uses = items.iter().filter(|item| matches!(item, Item::Use(_)));
            uses.for_each(|item| named.visit_item(item));
            let bound = named.bound;
            modules.insert(module, Module { file, items, bound });
        }
        let mut tree = Tree(modules);
        tree.leave_out_tests();
        tree
    }

    /// Removes the modules that are files and declared for tests only.
    fn leave_out_tests(&mut self) {
        let mut tests: Vec<ModulePath> = Vec::new();
        for (path, module) in &self.0 {
            for item in &module.items {
                if let Item::Mod(declared) = item
                    && is_for_tests(&declared.attrs)
                {
                    tests.push([&path[..], &[declared.ident.to_string()]].concat());
                }
            }
        }
        self.0
            .retain(|path, _| !tests.iter().any(|test| path.starts_with(test)));
    }

    /// Pairs of files of which the first imports from the second.
    fn imports(&self) -> BTreeSet<(String, String)> {
        let mut imports = BTreeSet::new();
        for (path, module) in &self.0 {
            let mut named = Named::default();
            module.items.iter().for_each(|item| named.visit_item(item));
            for name in named.paths {
                let Some(target) = self.definition(path, &name, 0) else {
                    continue;
                };
                let file = &self.0[&target].file;
                if *file != module.file {
                    imports.insert((module.file.clone(), file.clone()));
                }
            }
        }
        imports
    }

    /// The module that defines what a path in a module leads to.
    fn definition(&self, from: &[String], path: &[String], depth: usize) -> Option<ModulePath> {
        let first = path.first()?.as_str();
        let (mut module, mut rest): (ModulePath, &[String]) = match first {
            "crate" => (Vec::new(), &path[1..]),
            "self" => (from.to_vec(), &path[1..]),
            "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                let parent = from.len().checked_sub(ups)?;
                (from[..parent].to_vec(), &path[ups..])
            }
            child if self.0.contains_key(&[from, &[child.to_owned()]].concat()) => {
                (from.to_vec(), path)
            }
            _ => return None,
        };
        while let Some((part, behind)) = rest.split_first() {
            let child = [&module[..], std::slice::from_ref(part)].concat();
            if !self.0.contains_key(&child) {
                break;
            }
            (module, rest) = (child, behind);
        }
        let Some((name, _)) = rest.split_first() else {
            return self.0.contains_key(&module).then_some(module);
        };
        match self.0.get(&module)?.bound.get(name) {
            Some(path) if depth < 8 => self.definition(&module, path, depth + 1),
            _ => Some(module),
        }
    }
}

/// The paths that some items name.
#[derive(Default)]
struct Named {
    paths: Vec<Vec<String>>,
    bound: BTreeMap<String, Vec<String>>,
}

impl Named {
    fn tree(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: String| [before, &[name]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&path.tree, &with(path.ident.to_string())),
            UseTree::Name(name) if name.ident == "self" => self.bind(before.to_vec(), None),
            UseTree::Name(name) => self.bind(with(name.ident.to_string()), None),
            UseTree::Rename(name) => {
                self.bind(with(name.ident.to_string()), Some(name.rename.to_string()));
            }
            UseTree::Glob(_) => self.paths.push(with("*".to_owned())),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, before)),
        }
    }

    fn bind(&mut self, path: Vec<String>, name: Option<String>) {
        let last = path.last().cloned().unwrap_or_default();
        self.bound.insert(name.unwrap_or(last), path.clone());
        self.paths.push(path);
    }
}

impl<'ast> Visit<'ast> for Named {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    /// Who may see an item is no import.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        if parts.len() > 1 {
            self.paths.push(parts);
        }
        visit::visit_path(self, path);
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let mut is_test = false;
        if attribute.path().is_ident("cfg") {
            let _ = attribute.parse_nested_meta(|meta| {
                is_test |= meta.path.is_ident("test");
                Ok(())
            });
        }
        is_test
    })
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
