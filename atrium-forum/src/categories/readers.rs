//! Who reads what stands in a category, and what a change of that does to its topics.

use atrium_core::access::Scope;
use atrium_core::directory::EstablishmentId;

use super::{Category, CategoryInput};
use crate::audience::{Audience, Audiences};
use crate::state::Readers;

/// The readers of a topic: the kinds of people who see its category, where their roles count, and whether the topic is for
/// its school and the Region alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readership {
    /// Who sees the category.
    pub see: Audiences,
    /// Where the category lives.
    pub scope: Scope,
    /// The topic's own circle, of those.
    pub readers: Readers,
    /// The school whose people read it, when it is confidential.
    pub school: Option<EstablishmentId>,
}

/// In which direction a change of readers goes; both, when some come and others go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Some who read it today no longer will.
    pub narrower: bool,
    /// Some who do not read it today will.
    pub wider: bool,
}

/// What saving a category does to the topics that stand in it, deleted ones left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Consequences {
    /// Its topics.
    pub topics: i64,
    /// Topics that become confidential.
    pub restricted: i64,
    /// Topics that the category alone kept confidential, and that all of its readers will read again.
    pub opened: i64,
    /// Topics that stay confidential though the category no longer is.
    pub kept: i64,
    /// Topics that will live in another school.
    pub moved: i64,
    /// Where the circle of those who see the category goes.
    pub seen: Turn,
}

impl Consequences {
    /// Returns `true` if no topic changes its readers.
    #[must_use]
    pub(crate) fn is_none(&self) -> bool {
        let unseen = self.seen == Turn::default();
        self.topics == 0 || (unseen && self.restricted + self.opened + self.kept + self.moved == 0)
    }
}

/// How many topics a category has, and how many of each sort.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Held {
    pub(crate) topics: i64,
    pub(crate) open: i64,
    /// Confidential by the category alone.
    pub(crate) swept: i64,
    /// Those that would live elsewhere.
    pub(crate) elsewhere: i64,
}

impl Readership {
    /// Returns the readers of an open topic of `category`.
    pub(crate) fn of(category: &Category) -> Self {
        Self { see: category.see.clone(), scope: category.scope(), readers: Readers::Open, school: None }
    }

    /// Returns the readers of a topic of `school` in `category` that is for `readers`.
    pub(crate) fn of_topic(category: &Category, readers: Readers, school: Option<EstablishmentId>) -> Self {
        let school = school.filter(|_| readers == Readers::Confidential);
        Self { readers, school, ..Self::of(category) }
    }

    /// Returns the direction of the change from these readers to `after`.
    #[must_use]
    pub(crate) fn turn(&self, after: &Self) -> Turn {
        let confidential = |circle: &Self| circle.readers == Readers::Confidential;
        let elsewhere = confidential(self) && confidential(after) && self.school != after.school;
        Turn {
            narrower: self.loses_to(after) || (!confidential(self) && confidential(after)) || elsewhere,
            wider: after.loses_to(self) || (confidential(self) && !confidential(after)) || elsewhere,
        }
    }

    /// Returns `true` if there are people who see this category but not `other`.
    fn loses_to(&self, other: &Self) -> bool {
        let here = self.scope == other.scope || !matches!(other.scope, Scope::Establishment(_));
        self.see.iter().any(|audience| match audience {
            Audience::Public => !other.see.is_public(),
            Audience::SignedIn => !other.see.is_public() && !other.see.admits_anybody_signed_in(),
            Audience::Role(_) => {
                let everybody = other.see.is_public() || other.see.admits_anybody_signed_in();
                let the_same = here && other.see.iter().any(|other| other == audience);
                !(everybody || the_same)
            }
        })
    }
}

/// Returns the effects on the topics of `before` of saving it as `input`; it contains `held`.
pub(crate) fn consequences(before: &Category, input: &CategoryInput, held: Held) -> Consequences {
    let scope = input.establishment.map_or(Scope::Platform, Scope::Establishment);
    let after = Readership { see: input.see.clone(), scope, readers: Readers::Open, school: None };
    let mut told =
        Consequences { topics: held.topics, seen: Readership::of(before).turn(&after), ..Consequences::default() };
    match (before.row.confidential, input.confidential) {
        (false, true) => told.restricted = held.open,
        (true, false) => {
            told.opened = held.swept;
            told.kept = held.topics - held.open - held.swept;
        }
        _ => {}
    }
    if before.row.establishment_id != input.establishment {
        told.moved = held.elsewhere;
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(see: &str, school: Option<i64>) -> Readership {
        let scope = school.map_or(Scope::Platform, |id| Scope::Establishment(EstablishmentId(id)));
        Readership { see: Audiences::parse(see).unwrap(), scope, readers: Readers::Open, school: None }
    }

    #[test]
    fn a_circle_narrows_when_somebody_is_no_longer_in_it() {
        let (narrower, wider) = (Turn { narrower: true, wider: false }, Turn { narrower: false, wider: true });
        let both = Turn { narrower: true, wider: true };
        for (before, after, expected) in [
            (circle("public", None), circle("signed_in", None), narrower),
            (circle("public", None), circle("public teacher", None), Turn::default()),
            (circle("signed_in", None), circle("teacher", None), narrower),
            (circle("teacher", None), circle("teacher student", None), wider),
            (circle("teacher", None), circle("student", None), both),
            (circle("teacher", None), circle("teacher", Some(1)), narrower),
            (circle("teacher", Some(1)), circle("teacher", Some(2)), both),
            (circle("public", None), circle("public", Some(1)), Turn::default()),
            (circle("", None), circle("teacher", None), wider),
        ] {
            assert_eq!(before.turn(&after), expected, "{before:?} → {after:?}");
            let back = Turn { narrower: expected.wider, wider: expected.narrower };
            assert_eq!(after.turn(&before), back, "{after:?} → {before:?}");
        }
    }

    #[test]
    fn a_confidential_circle_is_narrower_and_another_schools_is_another() {
        let open = circle("public", None);
        let confidential = |school| Readership {
            readers: Readers::Confidential,
            school: Some(EstablishmentId(school)),
            ..open.clone()
        };
        assert_eq!(open.turn(&confidential(1)), Turn { narrower: true, wider: false });
        assert_eq!(confidential(1).turn(&open), Turn { narrower: false, wider: true });
        assert_eq!(confidential(1).turn(&confidential(2)), Turn { narrower: true, wider: true });
    }
}
