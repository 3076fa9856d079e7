//! What `table` leaves behind for readers: the figures of all databases in one section of a page.

use std::cell::RefCell;

use serde_json::Value;

use crate::Result;
use crate::cli::TableArgs;
use crate::report::Report;
use crate::{figures, machine, section};

/// The name of the section.
const SECTION: &str = "figures";

/// Collects the reports of a run.
pub(crate) struct Page<'a> {
    args: &'a TableArgs,
    reports: RefCell<Vec<Value>>,
}

impl<'a> Page<'a> {
    pub(crate) fn new(args: &'a TableArgs) -> Self {
        Self {
            args,
            reports: RefCell::default(),
        }
    }

    pub(crate) fn add(&self, report: &Report) {
        // Figures with wrong answers among them are no figures.
        if report.wrong_count() == 0 || self.args.page_always {
            self.reports.borrow_mut().push(report.as_json());
        }
    }

    /// Writes the section, or says why not.
    pub(crate) fn write(&self) -> Result<()> {
        let Some(path) = &self.args.page else {
            return Ok(());
        };
        let reports = self.reports.borrow();
        let shown = path.display();
        if let Some(why) = self.args.reason_to_keep(reports.len()) {
            crate::say(&format!(
                "{shown} stays as it is: {why} (--page-always writes it nevertheless)"
            ));
            return Ok(());
        }
        let machine = machine::describe(&self.args.target);
        section::write(path, SECTION, &figures::section(&machine, &reports))?;
        crate::say(&format!("the figures are in {shown}"));
        Ok(())
    }
}
