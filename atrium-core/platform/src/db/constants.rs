//! Writes the limits of a statement into its text.
//!
//! SQLite prepares a statement anew at each run when its `LIMIT` or `OFFSET` is bound: its planner looks at the bound value.
//! PostgreSQL plans for a tenth of all rows. A constant spares the first its parsing and gives the second the number.

use sea_orm::{Statement, Value};

/// Returns `statement` with each bound `LIMIT` and `OFFSET` as a constant. Values that are not whole numbers stay
/// bound.
pub(super) fn with_constant_limits(statement: Statement) -> Statement {
    let Some(values) = statement.values.as_ref().filter(|_| has_bound_limit(&statement.sql)) else { return statement };
    let mut writing = Writing::new(&statement.sql, &values.0);
    writing.rewrite();
    let (sql, kept) = (writing.out, writing.kept);
    Statement::from_sql_and_values(statement.db_backend, sql, kept)
}

/// Returns `true` if the text may bind a limit. Most statements have no limit, or a constant one.
fn has_bound_limit(sql: &str) -> bool {
    let follows =
        |word: &str| sql.match_indices(word).any(|(at, _)| sql[at + word.len()..].trim_start().starts_with(['?', '$']));
    follows("LIMIT ") || follows("OFFSET ")
}

struct Writing<'a> {
    sql: &'a str,
    values: &'a [Value],
    at: usize,
    out: String,
    kept: Vec<Value>,
    /// The new number of each value that has one, by its old number.
    numbers: Vec<Option<usize>>,
    /// The number of unnumbered placeholders met so far.
    met: usize,
    /// Whether the last word was `LIMIT` or `OFFSET`.
    limits: bool,
}

impl<'a> Writing<'a> {
    fn new(sql: &'a str, values: &'a [Value]) -> Self {
        let out = String::with_capacity(sql.len());
        let numbers = vec![None; values.len()];
        Self { sql, values, at: 0, out, kept: Vec::new(), numbers, met: 0, limits: false }
    }

    fn rewrite(&mut self) {
        while let Some(next) = self.sql[self.at..].chars().next() {
            match next {
                '\'' | '"' => self.quoted(next),
                '?' | '$' => self.placeholder(),
                c if c.is_ascii_alphabetic() || c == '_' => self.word(),
                c => {
                    self.limits = self.limits && c.is_ascii_whitespace();
                    self.copy(c.len_utf8());
                }
            }
        }
    }

    fn copy(&mut self, length: usize) {
        self.out.push_str(&self.sql[self.at..self.at + length]);
        self.at += length;
    }

    /// Copies a string or a quoted name. A doubled quote inside reads as the end of one and the beginning of the
    /// next.
    fn quoted(&mut self, quote: char) {
        let rest = &self.sql[self.at + 1..];
        let length = rest.find(quote).map_or(rest.len(), |end| end + 1);
        self.copy(length + 1);
        self.limits = false;
    }

    fn word(&mut self) {
        let rest = &self.sql[self.at..];
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let word = &rest[..length];
        self.limits = word.eq_ignore_ascii_case("LIMIT") || word.eq_ignore_ascii_case("OFFSET");
        self.copy(length);
    }

    fn placeholder(&mut self) {
        let digits = &self.sql[self.at + 1..];
        let digits = &digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())];
        let old = match digits.parse::<usize>() {
            Ok(number) => number.wrapping_sub(1),
            Err(_) => {
                self.met += 1;
                self.met - 1
            }
        };
        let constant = self.values.get(old).filter(|_| self.limits).and_then(whole);
        self.limits = false;
        match (constant, self.values.get(old)) {
            (Some(constant), _) => self.out.push_str(&constant.to_string()),
            (None, Some(value)) if digits.is_empty() => {
                self.kept.push(value.clone());
                self.out.push('?');
            }
            (None, Some(value)) => {
                let number = *self.numbers[old].get_or_insert_with(|| {
                    self.kept.push(value.clone());
                    self.kept.len()
                });
                self.out.push_str(&self.sql[self.at..=self.at]);
                self.out.push_str(&number.to_string());
            }
            // The database reports the missing value.
            (None, None) => self.out.push_str(&self.sql[self.at..=self.at + digits.len()]),
        }
        self.at += 1 + digits.len();
    }
}

fn whole(value: &Value) -> Option<i64> {
    let number = match value {
        Value::BigUnsigned(Some(number)) => i64::try_from(*number).ok()?,
        Value::Unsigned(Some(number)) => i64::from(*number),
        Value::BigInt(Some(number)) => *number,
        Value::Int(Some(number)) => i64::from(*number),
        _ => return None,
    };
    (number >= 0).then_some(number)
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;

    fn written(backend: DbBackend, sql: &str, values: &[i64]) -> (String, Vec<i64>) {
        let statement = Statement::from_sql_and_values(backend, sql, values.iter().map(|value| (*value).into()));
        let written = with_constant_limits(statement);
        let value = |value: &Value| if let Value::BigInt(Some(number)) = value { *number } else { panic!("{value:?}") };
        (written.sql, written.values.unwrap().0.iter().map(value).collect())
    }

    #[test]
    fn limits_are_constants_and_the_other_values_stay_bound() {
        let sqlite = |sql, values: &[i64]| written(DbBackend::Sqlite, sql, values);
        let postgres = |sql, values: &[i64]| written(DbBackend::Postgres, sql, values);
        let (sql, kept) = sqlite("SELECT a FROM t WHERE b = ? AND c > ? LIMIT ? OFFSET ?", &[7, 8, 21, 40]);
        assert_eq!((sql.as_str(), kept), ("SELECT a FROM t WHERE b = ? AND c > ? LIMIT 21 OFFSET 40", vec![7, 8]));
        let (sql, kept) =
            postgres("SELECT a FROM (SELECT b WHERE c = $1 LIMIT $2) WHERE d = $3 AND e = $1", &[7, 9, 8]);
        assert_eq!(
            (sql.as_str(), kept),
            ("SELECT a FROM (SELECT b WHERE c = $1 LIMIT 9) WHERE d = $2 AND e = $1", vec![7, 8])
        );
        let (sql, kept) = sqlite("SELECT a FROM t WHERE b = $2 limit  $1", &[3, 7]);
        assert_eq!((sql.as_str(), kept), ("SELECT a FROM t WHERE b = $2 limit  $1", vec![3, 7]), "lower case is ours");
        let (sql, kept) = sqlite("SELECT a FROM t WHERE b = $2 LIMIT  $1", &[3, 7]);
        assert_eq!((sql.as_str(), kept), ("SELECT a FROM t WHERE b = $1 LIMIT  3", vec![7]));
    }

    #[test]
    fn what_only_looks_like_a_limit_is_left_alone() {
        let sql = "SELECT 'it''s LIMIT ?', \"LIMIT ?\" FROM t WHERE limits = ? AND é = ? LIMIT ?";
        let (out, kept) = written(DbBackend::Sqlite, sql, &[1, 2, 3]);
        assert_eq!(out, "SELECT 'it''s LIMIT ?', \"LIMIT ?\" FROM t WHERE limits = ? AND é = ? LIMIT 3");
        assert_eq!(kept, [1, 2]);
        let (out, kept) = written(DbBackend::Sqlite, "SELECT a LIMIT ?", &[-1]);
        assert_eq!((out.as_str(), kept.len()), ("SELECT a LIMIT ?", 1), "every row, as SQLite reads it");
    }

    #[test]
    fn a_limit_that_is_no_number_stays_bound() {
        let sql = "SELECT a LIMIT ?";
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, ["x".into()]);
        assert_eq!(with_constant_limits(statement.clone()), statement);
    }
}
