//! The program as an operator runs it: commands, health, many clients at once, crashes, and failures around it.

mod backup;
mod changes;
mod cli;
mod crash;
mod doctor;
mod doctor_deep;
mod failures;
mod files;
mod first_steps;
mod health;
mod listening;
mod migration;
mod races;
mod records;
mod variables;
mod views;
mod why;
