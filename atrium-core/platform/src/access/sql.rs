//! Renders the visibility rule as SQL: the same clauses, over columns instead of tokens.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr, TableRef};
use sea_orm::{Condition, EntityTrait, IntoSimpleExpr};

use super::{Facet, Token, TokenSet, Visibility};

/// Maps the tokens of one resource kind to its columns.
pub trait VisibilityColumns {
    /// Returns the condition that the row carries one of `tokens`, which are all of `facet`. An empty
    /// `Condition::any()` means never, an empty `Condition::all()` always; NULL counts as no.
    fn any_of(&self, facet: Facet, tokens: &TokenSet) -> Condition;
}

impl Visibility {
    /// Returns the rule as a condition on `columns`: no row if no item is visible, no restriction if every item is.
    #[must_use]
    pub fn condition(&self, columns: &impl VisibilityColumns) -> Condition {
        if self.is_all() {
            return Condition::all();
        }
        let mut any = Condition::any();
        for clause in self.clauses() {
            let mut all = Condition::all();
            for set in &clause.all_of {
                all = all.add(one_of(columns, set));
            }
            for (facet, tokens) in by_facet(&clause.none_of) {
                // Invariant: a row for which the condition is NULL does not carry the token, so it stays.
                let carries: SimpleExpr = columns.any_of(facet, &tokens).into();
                all = all.add(carries.is_not(Expr::Constant(true.into())));
            }
            any = any.add(SimpleExpr::from(all));
        }
        // As an expression, so that a rule without clauses is FALSE and not an absent condition.
        Condition::all().add(SimpleExpr::from(any))
    }
}

fn one_of(columns: &impl VisibilityColumns, set: &TokenSet) -> SimpleExpr {
    let any = by_facet(set)
        .into_iter()
        .fold(Condition::any(), |any, (facet, tokens)| any.add(SimpleExpr::from(columns.any_of(facet, &tokens))));
    any.into()
}

fn by_facet(set: &TokenSet) -> BTreeMap<Facet, TokenSet> {
    let mut facets: BTreeMap<Facet, TokenSet> = BTreeMap::new();
    for token in set {
        facets.entry(token.facet()).or_default().insert(token.clone());
    }
    facets
}

/// The usual shape of a table: nullable school and group columns, a category, a state, an author, an audience.
///
/// A facet without a column is carried by no row; without scope columns every row lives at the platform. A row of a
/// group holds its school as well.
#[derive(Clone, Debug, Default)]
pub struct ItemColumns {
    scope: Option<ScopeColumns>,
    category: Option<SimpleExpr>,
    state: Option<SimpleExpr>,
    author: Option<SimpleExpr>,
    audience: Option<AudienceColumn>,
}

#[derive(Clone, Debug)]
struct ScopeColumns {
    /// `None` if rows never live at a sector.
    sector: Option<SimpleExpr>,
    establishment: SimpleExpr,
    /// `None` if rows live in schools and never in a group.
    group: Option<SimpleExpr>,
}

#[derive(Clone, Debug)]
enum AudienceColumn {
    Own(SimpleExpr),
    Side(Box<SideTable>),
}

#[derive(Clone, Debug)]
struct SideTable {
    table: TableRef,
    /// The row's own id, and that id in the side table.
    item: SimpleExpr,
    of: SimpleExpr,
    audience: SimpleExpr,
}

impl ItemColumns {
    /// Creates a mapping without columns: every row lives at the platform and carries no other token.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the nullable columns of the school and of the group.
    #[must_use]
    pub fn scope(mut self, establishment: impl IntoSimpleExpr, group: impl IntoSimpleExpr) -> Self {
        let (establishment, group) = (establishment.into_simple_expr(), Some(group.into_simple_expr()));
        self.scope = Some(ScopeColumns { sector: None, establishment, group });
        self
    }

    /// Sets the nullable column of the sector, for rows that live at a sector rather than in a school. Set the columns of
    /// the school first.
    #[must_use]
    pub fn sector(mut self, column: impl IntoSimpleExpr) -> Self {
        if let Some(scope) = &mut self.scope {
            scope.sector = Some(column.into_simple_expr());
        }
        self
    }

    /// Sets the nullable column of the school, for rows that never live in a group.
    #[must_use]
    pub fn establishment(mut self, column: impl IntoSimpleExpr) -> Self {
        self.scope = Some(ScopeColumns { sector: None, establishment: column.into_simple_expr(), group: None });
        self
    }

    /// Sets the column of the category's id.
    #[must_use]
    pub fn category(mut self, column: impl IntoSimpleExpr) -> Self {
        self.category = Some(column.into_simple_expr());
        self
    }

    /// Sets the text column of the state.
    #[must_use]
    pub fn state(mut self, column: impl IntoSimpleExpr) -> Self {
        self.state = Some(column.into_simple_expr());
        self
    }

    /// Sets the column of the author's id.
    #[must_use]
    pub fn author(mut self, column: impl IntoSimpleExpr) -> Self {
        self.author = Some(column.into_simple_expr());
        self
    }

    /// Sets the text column of the single audience.
    #[must_use]
    pub fn audience(mut self, column: impl IntoSimpleExpr) -> Self {
        self.audience = Some(AudienceColumn::Own(column.into_simple_expr()));
        self
    }

    /// Sets the side table `E` of audiences: the row's own id, and in the side table the id and the audience.
    #[must_use]
    pub fn audience_in<E: EntityTrait>(
        mut self,
        item: impl IntoSimpleExpr,
        of: E::Column,
        audience: E::Column,
    ) -> Self {
        self.audience = Some(AudienceColumn::Side(Box::new(SideTable {
            table: E::default().table_ref(),
            item: item.into_simple_expr(),
            of: of.into_simple_expr(),
            audience: audience.into_simple_expr(),
        })));
        self
    }

    fn in_scope(&self, tokens: &TokenSet) -> Condition {
        let mut asked = Params::default();
        tokens.iter().for_each(|token| asked.add(token));
        if asked.anywhere {
            return Condition::all();
        }
        let Some(ScopeColumns { sector, establishment, group }) = &self.scope else {
            return if asked.platform { Condition::all() } else { Condition::any() };
        };
        let mut any = Condition::any();
        if asked.platform {
            let here = Condition::all().add(establishment.clone().is_null());
            any = any.add(here.add_option(sector.clone().map(ExprTrait::is_null)));
        }
        if let Some(sector) = sector
            && !asked.sectors.is_empty()
        {
            any = any.add(sector.clone().is_in(asked.sectors));
        }
        if !asked.below.is_empty() {
            any = any.add(establishment.clone().is_in(asked.below));
        }
        if !asked.here.is_empty() {
            let here = Condition::all().add(establishment.clone().is_in(asked.here));
            any = any.add(here.add_option(group.clone().map(ExprTrait::is_null)));
        }
        if let Some(group) = group
            && !asked.groups.is_empty()
        {
            any = any.add(group.clone().is_in(asked.groups));
        }
        any
    }
}

/// Scope tokens, grouped by what they ask of the two columns.
#[derive(Default)]
struct Params {
    anywhere: bool,
    platform: bool,
    sectors: Vec<i64>,
    below: Vec<i64>,
    here: Vec<i64>,
    groups: Vec<i64>,
}

impl Params {
    fn add(&mut self, token: &Token) {
        let value = token.value();
        let (here, value) = value.strip_prefix('=').map_or((false, value), |value| (true, value));
        let number = || value.get(1..).and_then(|digits| digits.parse::<i64>().ok());
        match (value.chars().next(), here) {
            (Some('p'), false) => self.anywhere = true,
            (Some('p'), true) => self.platform = true,
            (Some('s'), _) => self.sectors.extend(number()),
            (Some('e'), false) => self.below.extend(number()),
            (Some('e'), true) => self.here.extend(number()),
            (Some('g'), _) => self.groups.extend(number()),
            _ => {}
        }
    }
}

impl VisibilityColumns for ItemColumns {
    fn any_of(&self, facet: Facet, tokens: &TokenSet) -> Condition {
        let numbers = || tokens.iter().filter_map(|token| token.value().parse::<i64>().ok());
        let words = || tokens.iter().map(|token| token.value().to_owned());
        let one = |expr: SimpleExpr| Condition::all().add(expr);
        match facet {
            Facet::Scope => self.in_scope(tokens),
            Facet::Category => self.category.clone().map_or(Condition::any(), |column| one(column.is_in(numbers()))),
            Facet::Author => self.author.clone().map_or(Condition::any(), |column| one(column.is_in(numbers()))),
            Facet::State => self.state.clone().map_or(Condition::any(), |column| one(column.is_in(words()))),
            Facet::Audience => match self.audience.clone() {
                None => Condition::any(),
                Some(AudienceColumn::Own(column)) => one(column.is_in(words())),
                Some(AudienceColumn::Side(side)) => {
                    let mut rows = Query::select();
                    rows.expr(side.of).from(side.table).and_where(side.audience.is_in(words()));
                    one(side.item.in_subquery(rows))
                }
            },
        }
    }
}
