//! The recorded score: its minimum, and the reasons why faults survive.

use std::collections::BTreeMap;
use std::fs;

use packer::suites::{CORE, Suite};
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::resources::Resources;
use crate::toml_file;

use super::history_of;
use super::score::{Detection, Score};

/// The file of the record.
const FILE: &str = "tools/faults/survivors.toml";

/// `tools/faults/survivors.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    /// The least share of the observable faults that must be killed, in percent.
    pub least_percent: f64,
    /// The least share of the historic faults that must be found, in percent.
    #[serde(default)]
    pub least_historic_percent: f64,
    /// The same of each suite but the core suite.
    #[serde(default)]
    suites: BTreeMap<String, Minimum>,
    /// The faults that are not killed, and the reasons.
    #[serde(default)]
    pub survivors: BTreeMap<String, String>,
}

/// The least figures of a suite.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Minimum {
    least_percent: f64,
    least_historic_percent: f64,
}

impl Record {
    /// The repository's record; it is empty outside of the repository.
    pub(super) fn read(resources: &Resources) -> Result<Record> {
        let Some(root) = &resources.repository else {
            return Ok(Record::default());
        };
        let path = root.join(FILE);
        let text = fs::read_to_string(&path).map_err(|error| Error::file(&path, &error))?;
        toml_file::parse(FILE, &text)
    }

    /// The record with the figures of a suite.
    pub(super) fn of(mut self, suite: &Suite) -> Record {
        if suite.name != CORE.name {
            let least = self.suites.remove(suite.name).unwrap_or_default();
            self.least_percent = least.least_percent;
            self.least_historic_percent = least.least_historic_percent;
        }
        self
    }

    /// The complaints about a score, a line each; `whole` is true where no fault was left out.
    pub(super) fn judge(&self, suite: &Suite, score: &Score, whole: bool) -> Vec<String> {
        let mut complaints = Vec::new();
        if whole && score.percent() < self.least_percent {
            complaints.push(format!(
                "{:.1} % of the observable faults are killed; {FILE} sets the minimum to {} %",
                score.percent(),
                self.least_percent
            ));
        }
        for trial in score.observable() {
            let id = trial.fault.id;
            if trial.detection != Detection::Killed && !self.survivors.contains_key(id) {
                complaints.push(format!("{id} is not killed, and {FILE} gives no reason"));
            }
            if trial.detection == Detection::Killed && self.survivors.contains_key(id) {
                complaints.push(format!("{id} is killed: strike its reason off {FILE}"));
            }
        }
        for id in self.survivors.keys() {
            if ::faults::find(id).is_none_or(|fault| fault.unobservable.is_some()) {
                complaints.push(format!(
                    "{FILE} names {id}, which is not an observable fault"
                ));
            }
        }
        complaints.extend(self.judge_history(score, suite));
        complaints
    }

    /// The complaints about the historic faults: each that is not found names the check that is
    /// missing. One that is found by accident may name it too.
    fn judge_history(&self, score: &Score, suite: &Suite) -> Vec<String> {
        let mut complaints = Vec::new();
        if !score.history.is_empty()
            && score.history.len() == history_of(suite).count()
            && score.historic_percent() < self.least_historic_percent
        {
            complaints.push(format!(
                "{:.1} % of the historic faults are found; {FILE} sets the minimum to {} %",
                score.historic_percent(),
                self.least_historic_percent
            ));
        }
        for (historic, trial) in &score.history {
            if trial.detection != Detection::Killed && historic.missing.is_none() {
                complaints.push(format!(
                    "{} is not found, and its row names no missing check",
                    trial.fault.id
                ));
            }
        }
        complaints
    }
}
