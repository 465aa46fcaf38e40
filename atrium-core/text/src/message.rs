//! Messages to people, before they are rendered in a language.

use std::borrow::Cow;

/// A message to a person: a localisation key and its arguments.
///
/// ```
/// use atrium_text::{Argument, Message};
///
/// let message = Message::new("field-too-long").with("max", 80).with("name", "Zoé");
/// assert_eq!(message.key, "field-too-long");
/// assert_eq!(message.args[0].1, Argument::Number(80));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Fluent message id, such as `field-too-long`.
    pub key: Cow<'static, str>,
    /// Arguments by name.
    pub args: Vec<(Cow<'static, str>, Argument)>,
}

/// An argument of a message. A number is formatted for the locale and selects the plural form; a text stays as it
/// is, even if it is made of digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

macro_rules! arguments {
    ($($texts:ty)*; $($numbers:ty)*) => {
        $(impl From<$texts> for Argument {
            fn from(text: $texts) -> Self {
                Self::Text(text.into())
            }
        })*
        $(impl From<$numbers> for Argument {
            /// Converts a number; one beyond the range of `i64` becomes the nearest in it.
            fn from(number: $numbers) -> Self {
                Self::Number(number.try_into().unwrap_or(i64::MAX))
            }
        })*
    };
}

arguments!(String &str &String Cow<'_, str>; u8 u16 u32 i32 i64 u64 usize);

impl Message {
    /// Creates a message without arguments.
    pub fn new(key: impl Into<Cow<'static, str>>) -> Self {
        Self { key: key.into(), args: Vec::new() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Argument>) -> Self {
        self.args.push((name.into(), value.into()));
        self
    }
}

/// A problem with one field of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name as the form or the JSON body spells it; empty for the input as a whole.
    pub field: Cow<'static, str>,
    /// The message to show beside the field.
    pub message: Message,
}
