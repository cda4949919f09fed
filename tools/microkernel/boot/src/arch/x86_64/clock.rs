//! Time: the cycle counter, calibrated against the HPET, and the HPET's alarm.
//!
//! IA-PC HPET specification 1.0a; registers are 64 bits wide.

use core::cell::Cell;

use super::cpu::cycles;
use crate::arch::pointer;

const HPET: u64 = 0xfed0_0000;
const CAPABILITIES: u64 = 0x000;
const CONFIGURATION: u64 = 0x010;
const COUNTER: u64 = 0x0f0;
const ALARM_CONFIGURATION: u64 = 0x100;
const ALARM: u64 = 0x108;
/// The counter runs, and the first comparator replaces the legacy timer's interrupt.
const RUNNING: u64 = 3;
const INTERRUPTS: u64 = 4;
/// The time of one calibration in nanoseconds.
const MEASURE: u64 = 1_000_000;
/// The number of calibrations. An interruption of the virtual machine makes the cycles seem short,
/// never long.
const MEASUREMENTS: u32 = 3;
/// The shortest alarm in nanoseconds.
const SHORTEST: u64 = 2_000;
/// The longest alarm in nanoseconds: an early interrupt does no harm.
const LONGEST: u64 = 1_000_000_000;

/// The clock.
pub(crate) struct Clock {
    /// Femtoseconds in one tick of the HPET.
    tick: u64,
    start: u64,
    /// Nanoseconds in one cycle, times 2 to the 32nd.
    scale: u64,
    armed: Option<u64>,
    /// The latest time returned: the counters of two processors of the host may differ.
    latest: Cell<u64>,
}

fn read(register: u64) -> u64 {
    // SAFETY: the device is there on every machine that QEMU calls `pc` or `q35`, and the direct
    // map reaches it.
    unsafe { pointer::<u64>(HPET + register).read_volatile() }
}

/// The HPET's counter. QEMU reads it in two halves; the lower one may overflow in between.
fn counter() -> u64 {
    let half = |offset: u64| {
        // SAFETY: as above; the halves of a register may be read alone.
        u64::from(unsafe { pointer::<u32>(HPET + COUNTER + offset).read_volatile() })
    };
    loop {
        let (high, low) = (half(4), half(0));
        if half(4) == high {
            return high << 32 | low;
        }
    }
}

fn write(register: u64, value: u64) {
    // SAFETY: as above.
    unsafe { pointer::<u64>(HPET + register).write_volatile(value) }
}

/// Nanoseconds in one cycle, times 2 to the 32nd; `tick` is in femtoseconds.
fn measured(tick: u64) -> u64 {
    let (start, first) = (cycles(), counter());
    let elapsed = loop {
        let elapsed = (counter() - first) * tick / 1_000_000;
        if elapsed >= MEASURE {
            break elapsed;
        }
    };
    let spent = cycles().saturating_sub(start).max(1);
    ((u128::from(elapsed) << 32) / u128::from(spent)) as u64
}

impl Clock {
    /// Starts the HPET and calibrates the cycle counter; `None` where there is no HPET.
    pub(crate) fn start() -> Option<Clock> {
        let tick = read(CAPABILITIES) >> 32;
        if tick == 0 || tick > 100_000_000 {
            return None;
        }
        write(ALARM_CONFIGURATION, 0);
        write(CONFIGURATION, RUNNING);
        let start = cycles();
        let scale = (0..MEASUREMENTS).map(|_| measured(tick)).max()?;
        write(ALARM_CONFIGURATION, INTERRUPTS);
        Some(Clock {
            tick,
            start,
            scale,
            armed: None,
            latest: Cell::new(0),
        })
    }

    /// Nanoseconds since the start; never decreases.
    pub(crate) fn now(&self) -> u64 {
        let spent = cycles().saturating_sub(self.start);
        let now = ((u128::from(spent) * u128::from(self.scale)) >> 32) as u64;
        self.latest.set(now.max(self.latest.get()));
        self.latest.get()
    }

    /// Requests an interrupt at a time, or none.
    pub(crate) fn arm(&mut self, until: Option<u64>) {
        if until == self.armed {
            return;
        }
        self.armed = until;
        let Some(until) = until else {
            return;
        };
        let mut wait = until.saturating_sub(self.now()).clamp(SHORTEST, LONGEST);
        loop {
            let at = counter() + wait * 1_000_000 / self.tick;
            write(ALARM, at);
            // The virtual machine may have been interrupted for longer than that.
            if counter() < at {
                return;
            }
            wait *= 2;
        }
    }

    /// Notes that the alarm's interrupt has arrived.
    pub(crate) fn alarm_fired(&mut self) {
        self.armed = None;
    }
}
