//! The part of a query that only says yes or no: who asks, what must stand as written, what must not stand.

use std::collections::HashMap;

use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, EmptyQuery, Occur, PhraseQuery, Query, TermQuery, TermSetQuery};
use tantivy::schema::IndexRecordOption;

use super::Parsed;
use crate::access::{Clause, Token, Visibility};
use crate::search::analysis::Form;
use crate::search::index::{Fields, Part};

/// What `visibility` lets through, kind by kind. A kind that is absent sees nothing.
fn visible(fields: &Fields, visibility: &HashMap<String, Visibility>) -> Box<dyn Query> {
    let kinds = visibility.iter().filter(|(_, rule)| !rule.is_none()).map(|(kind, rule)| {
        let kind = term(Term::from_field_text(fields.kind, kind));
        let rule: Box<dyn Query> = if rule.is_all() {
            Box::new(AllQuery)
        } else {
            any(rule.clauses().iter().map(|each| clause(fields, each)).collect())
        };
        all(vec![kind, rule], Vec::new())
    });
    any(kinds.collect())
}

/// `visible`, less what the marks of the query take away.
pub(crate) fn admitted(fields: &Fields, visibility: &HashMap<String, Visibility>, parsed: &Parsed) -> Box<dyn Query> {
    let mut must = vec![visible(fields, visibility)];
    must.extend(parsed.phrases.iter().map(|words| standing(fields, words, Form::Exact)));
    let must_not = parsed.excluded.iter().map(|words| standing(fields, words, Form::Stem)).collect();
    all(must, must_not)
}

fn clause(fields: &Fields, clause: &Clause) -> Box<dyn Query> {
    let one_of = |tokens: &mut dyn Iterator<Item = &Token>| -> Box<dyn Query> {
        Box::new(TermSetQuery::new(tokens.map(|token| Term::from_field_text(fields.tokens, &token.term()))))
    };
    let must = clause.all_of.iter().map(|set| one_of(&mut set.iter())).collect();
    let none_of = &clause.none_of;
    let must_not = if none_of.is_empty() { Vec::new() } else { vec![one_of(&mut none_of.iter())] };
    all(must, must_not)
}

/// The words, in a row, in any part of the document.
fn standing(fields: &Fields, words: &[String], form: Form) -> Box<dyn Query> {
    let in_part = |part: Part| -> Box<dyn Query> {
        let field = fields.text(part, form);
        let terms: Vec<Term> = words.iter().map(|word| Term::from_field_text(field, &form.key(word))).collect();
        match <[Term; 1]>::try_from(terms) {
            Ok([only]) => term(only),
            Err(terms) => Box::new(PhraseQuery::new(terms)),
        }
    };
    any(Part::ALL.into_iter().filter(|part| *part != Part::Trail).map(in_part).collect())
}

fn term(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

fn any(queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    if queries.is_empty() { Box::new(EmptyQuery) } else { Box::new(BooleanQuery::union(queries)) }
}

fn all(must: Vec<Box<dyn Query>>, must_not: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = must.into_iter().map(|query| (Occur::Must, query)).collect();
    if clauses.is_empty() {
        clauses.push((Occur::Must, Box::new(AllQuery)));
    }
    clauses.extend(must_not.into_iter().map(|query| (Occur::MustNot, query)));
    Box::new(BooleanQuery::new(clauses))
}
