//! The load of the machine, which figures and limits of time depend on.

use std::num::NonZero;
use std::thread;

/// The line that says that other work keeps the processors busy, if it does. `own` is the number of
/// this command's processes that run at once.
pub(super) fn busy(own: usize) -> Option<String> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    busy_in(&text, processors, own)
}

/// The same for the text of `/proc/loadavg` (proc(5)): the first number is the mean of the last
/// minute.
fn busy_in(text: &str, processors: usize, own: usize) -> Option<String> {
    let load: f64 = text.split_whitespace().next()?.parse().ok()?;
    (load > (processors + own) as f64).then(|| {
        format!(
            "the machine is busy with other work: a load of {load:.1} on {processors} processors"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::busy_in;

    #[test]
    fn a_machine_is_busy_above_its_processors_and_the_own_work() {
        let text = "25.31 12.00 3.00 5/200 4711\n";
        let wanted = "the machine is busy with other work: a load of 25.3 on 2 processors";
        assert_eq!(busy_in(text, 2, 4).as_deref(), Some(wanted));
        assert_eq!(busy_in("5.90 1 1 1/2 3", 2, 4), None);
        assert_eq!(busy_in("", 2, 0), None);
    }
}
