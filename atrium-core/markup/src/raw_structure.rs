//! Nests lists and tables of raw HTML: which part may be in which, and which omitted end tags are implied.

use super::elements::{Raw, RawKind};
use super::render::Render;
use super::safe_html::escape_into;
use super::tags::OpenTag;

/// The deepest nesting of tables.
const NESTED_TABLES: usize = 3;

impl Render<'_> {
    pub(super) fn open_item(&mut self, name: &'static str, list: &'static str, tag: &OpenTag<'_>, position: usize) {
        self.say("\n");
        let stops = |raw: &Raw| matches!(raw.name, "ul" | "ol" | "dl" | "td" | "th" | "caption" | "table");
        let within: Vec<_> = self.sheet.raw().take_while(|raw| !stops(raw)).collect();
        let around = self.sheet.raw().nth(within.len()).map(|raw| raw.name);
        let fits = if list == "dl" { around == Some("dl") } else { matches!(around, Some("ul" | "ol")) };
        if fits {
            self.close_raw_told(within.len());
        } else if self.sheet.break_line() {
            self.open_raw(list, RawKind::Block, &format!("<{list}>"), position);
        } else {
            return self.not_here(tag, position);
        }
        let open = format!("<{name}{}>", self.id_of(position));
        self.open_raw(name, RawKind::Part, &open, position);
    }

    pub(super) fn open_table(&mut self, tag: &OpenTag<'_>, position: usize) {
        self.say("\n");
        let nested = self.sheet.all_raw().filter(|raw| raw.name == "table").count();
        if nested >= NESTED_TABLES || !self.sheet.break_line() {
            return self.not_here(tag, position);
        }
        let mut open = String::from("<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"");
        escape_into(&mut open, &self.options.labels.table);
        open.push_str(&format!("\"><table{}>", self.id_of(position)));
        self.open_raw("table", RawKind::Block, &open, position);
    }

    /// Closes the content of the nearest of `holders` in the innermost table. Returns `false` if there is no such
    /// element.
    fn reach_table(&mut self, holders: &[&str]) -> bool {
        let found = self.sheet.raw().enumerate().find(|(_, raw)| holders.contains(&raw.name) || raw.name == "table");
        let Some((inner, _)) = found.filter(|(_, raw)| holders.contains(&raw.name)) else { return false };
        self.close_raw_told(inner);
        true
    }

    pub(super) fn open_table_part(&mut self, name: &'static str, holders: &[&str], tag: &OpenTag<'_>, position: usize) {
        self.say("\n");
        if !self.reach_table(holders) {
            return self.not_here(tag, position);
        }
        let open = format!("<{name}{}>", self.id_of(position));
        self.open_raw(name, RawKind::Part, &open, position);
    }

    pub(super) fn open_cell(&mut self, name: &'static str, tag: &OpenTag<'_>, position: usize) {
        self.say_gap();
        if !self.reach_table(&["tr"]) {
            if !self.reach_table(&["thead", "tbody", "tfoot", "table"]) {
                return self.not_here(tag, position);
            }
            self.open_raw("tr", RawKind::Part, "<tr>", position);
        }
        let mut open = format!("<{name}{}", self.id_of(position));
        for (span, most) in [("colspan", 64), ("rowspan", 1_000)] {
            let count = tag.get(span).and_then(|value| value.parse::<u32>().ok()).filter(|count| *count > 1);
            if let Some(count) = count {
                open.push_str(&format!(" {span}=\"{}\"", count.min(most)));
            }
        }
        let scope = tag.get("scope").filter(|scope| ["col", "row", "rowgroup", "colgroup"].contains(scope));
        if let Some(scope) = scope.filter(|_| name == "th") {
            open.push_str(&format!(" scope=\"{scope}\""));
        }
        if aligns(tag, "center") {
            open.push_str(" class=\"align-center\"");
        } else if aligns(tag, "right") {
            open.push_str(" class=\"align-right\"");
        }
        open.push('>');
        self.open_raw(name, RawKind::Part, &open, position);
    }
}

/// Returns `true` if the element asks for this alignment.
pub(super) fn aligns(tag: &OpenTag<'_>, side: &str) -> bool {
    let by_name = side == "center" && tag.name == "center";
    let by_attribute = tag.get("align").is_some_and(|align| align.eq_ignore_ascii_case(side));
    let style = tag.get("style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
    by_name || by_attribute || style.contains(&format!("text-align:{side}"))
}
