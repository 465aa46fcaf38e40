//! A request and a decision, as typed.

use std::ops::RangeInclusive;

use atrium_core::web::{Form, Problems};
use atrium_core::{Message, Result};

/// What a school asks for.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// How many tablets, at least one.
    pub quantity: i64,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
}

/// What the Region decides.
#[derive(Clone, Debug)]
pub struct Decision {
    /// How many tablets it delivers; 0 refuses.
    pub granted: i64,
    /// What it tells the school, 1 to 1,000 characters.
    pub answer: String,
}

impl NewRequest {
    /// Reads the form of a request for `most` tablets at most.
    ///
    /// # Errors
    /// Returns `is_invalid` with a problem for each wrong field.
    pub fn parse(form: &Form, most: i64) -> Result<Self> {
        let (quantity, reason) = number_and_words(form, ("quantity", 1..=most), "reason")?;
        Ok(Self { quantity, reason })
    }
}

impl Decision {
    /// Reads the form.
    ///
    /// # Errors
    /// Returns `is_invalid` with a problem for each wrong field.
    pub fn parse(form: &Form) -> Result<Self> {
        let (granted, answer) = number_and_words(form, ("granted", 0..=500), "answer")?;
        Ok(Self { granted, answer })
    }
}

fn number_and_words(
    form: &Form,
    (number, range): (&'static str, RangeInclusive<i64>),
    words: &'static str,
) -> Result<(i64, String)> {
    let mut problems = Problems::default();
    let parsed = form.text(number).parse().ok().filter(|number| range.contains(number));
    let outside = Message::new("loans-field-number").with("min", *range.start()).with("max", *range.end());
    let parsed = problems.take(number, parsed.ok_or(outside));
    let text = form.text(words);
    match text.chars().count() {
        0 => problems.add(words, Message::new("loans-field-required")),
        1001.. => problems.add(words, Message::new("loans-field-too-long").with("max", 1000)),
        _ => {}
    }
    problems.finish()?;
    Ok((parsed.expect("problems are empty"), text))
}
