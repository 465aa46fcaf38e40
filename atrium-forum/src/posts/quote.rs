//! Quoting: another's words in front of one's own, as far as one may read them.

use atrium_core::Result;
use atrium_core::web::Cx;

use super::store;
use crate::reader::Reader;
use crate::state::State;
use crate::topics;

/// Longest quotation, in characters.
const LONGEST: usize = 1500;

/// The post `number` of `topic` as a quotation to answer to; empty when it is not there to be read.
pub(crate) async fn quote(cx: &Cx, reader: &Reader, topic: &topics::Model, number: i64) -> Result<String> {
    let rows = store::page(cx.db(), reader.visibility(), topic.id, number, 1).await?;
    let row = rows.into_iter().find(|row| row.post.number == number && row.post.state == State::Visible);
    Ok(row.map_or_else(String::new, |row| quoted(&row.author_name, &row.post.markdown)))
}

fn quoted(author: &str, markdown: &str) -> String {
    let shown: String = markdown.chars().take(LONGEST).collect();
    let cut = if shown.len() < markdown.len() { " …" } else { "" };
    let lines: Vec<_> = shown.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect();
    format!("> **{author}**\n>\n{}{cut}\n\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn every_line_is_quoted() {
        assert_eq!(quoted("Léa", "un\n\ndeux"), "> **Léa**\n>\n> un\n>\n> deux\n\n");
    }
}
