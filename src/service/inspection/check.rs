//! What is looked at.

/// What is looked at, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// Indexes and constraints, as PostgreSQL sees them.
    Indexes,
    /// Rows that belong to nobody.
    Orphans,
    /// Schemas and resource types of tenants.
    Definitions,
    /// Documents against their schemas.
    Documents,
    /// Columns against documents.
    Columns,
    /// The index of values against documents.
    Values,
    /// Memberships.
    Edges,
    /// Counters of resources.
    Counts,
    /// Rows of changes against versions.
    Changes,
}

impl Check {
    pub(super) const ALL: [Self; 9] = [
        Self::Indexes,
        Self::Orphans,
        Self::Definitions,
        Self::Documents,
        Self::Columns,
        Self::Values,
        Self::Edges,
        Self::Counts,
        Self::Changes,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Indexes => "indexes",
            Self::Orphans => "orphans",
            Self::Definitions => "definitions",
            Self::Documents => "documents",
            Self::Columns => "columns",
            Self::Values => "values",
            Self::Edges => "edges",
            Self::Counts => "counts",
            Self::Changes => "changes",
        }
    }

    /// What it looks at, for a number before it.
    pub fn things(self) -> &'static str {
        match self {
            Self::Indexes => "databases",
            Self::Orphans => "tables",
            Self::Definitions => "tenants",
            Self::Documents | Self::Columns | Self::Values | Self::Changes => "resources",
            Self::Edges => "memberships",
            Self::Counts => "types of resources",
        }
    }

    /// What to do about its faults.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Indexes => "PostgreSQL mends these with the command that is named",
            Self::Orphans => {
                "entries of indexed_values: scimd doctor --deep --repair removes them. Others: they were left by SQL that \
                 went around scimd; nobody reads them, so delete them by SQL, after a back-up"
            }
            Self::Definitions => {
                "no request of this tenant is answered: replace the definition with scimd schema add or scimd \
                 resource-type add, or use the version of scimd that wrote it"
            }
            Self::Documents => {
                "only its source knows what it should be: PUT the resource, or delete it and let the identity provider \
                 send it again; or restore a back-up"
            }
            Self::Columns => {
                "scimd doctor --deep --repair writes them again. Where a unique value is taken by another resource, \
                 rename one of the two first"
            }
            Self::Values => "scimd doctor --deep --repair writes them again",
            Self::Edges => {
                "remove the member from the group with a PATCH, or by SQL where an end is missing"
            }
            Self::Counts => "scimd doctor --deep --repair adds the difference",
            Self::Changes => {
                "readers of the feed may have missed a change: let them begin again. A row that is missing cannot be \
                 made up; it stops being a fault when its time is over (change-retention)"
            }
        }
    }
}
