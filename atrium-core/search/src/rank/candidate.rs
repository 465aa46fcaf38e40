//! An article or a topic in the results, with its best sections.

use std::ops::{Deref, DerefMut};

use tantivy::DocAddress;

/// An article or a topic in the results, or a part of a long one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub score: f32,
    /// Its number within its segment.
    pub group: u32,
    pub segment: u32,
    /// Which terms it holds, one bit each.
    pub covered: u32,
    /// Its best sections, best first.
    pub sections: Sections,
}

/// A section with its score.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scored {
    pub address: DocAddress,
    pub score: f32,
}

/// The best sections of one group, best first; equals in the order they came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sections {
    best: [Scored; Self::MOST],
    count: u8,
}

impl Sections {
    /// Sections of one group that are shown.
    pub(crate) const MOST: usize = 3;

    pub(crate) fn insert(&mut self, section: Scored) {
        let place = self.partition_point(|other| other.score >= section.score);
        if place == Self::MOST {
            return;
        }
        self.best[place..].rotate_right(1);
        self.best[place] = section;
        self.count = (self.count + 1).min(Self::MOST as u8);
    }
}

impl Default for Sections {
    fn default() -> Self {
        let empty = Scored { address: DocAddress::new(0, 0), score: 0.0 };
        Self { best: [empty; Self::MOST], count: 0 }
    }
}

impl Deref for Sections {
    type Target = [Scored];

    fn deref(&self) -> &[Scored] {
        &self.best[..usize::from(self.count)]
    }
}

impl DerefMut for Sections {
    fn deref_mut(&mut self) -> &mut [Scored] {
        &mut self.best[..usize::from(self.count)]
    }
}
