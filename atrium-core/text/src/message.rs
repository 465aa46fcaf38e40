//! Messages to people, before they are put into words of a language.

use std::borrow::Cow;

/// A message to a person: a localisation key and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Fluent message id, such as `field-too-long`.
    pub key: Cow<'static, str>,
    /// Arguments by name.
    pub args: Vec<(Cow<'static, str>, Argument)>,
}

/// What a message is completed with. A number is written as people write numbers and chooses between singular and plural;
/// a text stays as it is, also one that is made of digits.
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
            /// Returns one beyond what an `i64` holds becomes the nearest that it holds.
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

    /// The message with one more argument.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Argument>) -> Self {
        self.args.push((name.into(), value.into()));
        self
    }
}

/// What is wrong with one field of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name as the form or the JSON body spells it; empty for the input as a whole.
    pub field: Cow<'static, str>,
    /// Returns the message to show beside the field.
    pub message: Message,
}
