//! Identifiers of the directory.

crate::id_type! {
    /// A school.
    pub struct EstablishmentId;
    /// A class or another group of an establishment.
    pub struct GroupId;
    /// A person, the same one in every establishment.
    pub struct PersonId;
    /// A person's place in an establishment.
    pub struct MembershipId;
}
