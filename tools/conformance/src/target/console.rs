//! The console of a board: a serial device or a socket, and the commands for its power.

use std::path::PathBuf;

use serde::Deserialize;

/// The speed of a serial device whose console names none.
const SPEED: u32 = 115_200;

/// The commands that switch a board, each with its arguments.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Power {
    /// Before each boot, and after the last one.
    pub off: Vec<String>,
    /// The beginning of each boot; it may run until the boot is over.
    pub on: Vec<String>,
}

/// The place where a console is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Console {
    /// A serial device and its speed in bits per second.
    Serial(PathBuf, u32),
    /// A Unix socket.
    Unix(PathBuf),
    /// A TCP socket, HOST:PORT.
    Tcp(String),
}

impl Console {
    /// Reads `/dev/NAME`, `/dev/NAME:SPEED`, `unix:PATH` or `tcp:HOST:PORT`.
    pub(crate) fn parse(text: &str) -> Option<Console> {
        if let Some(path) = text.strip_prefix("unix:") {
            return (!path.is_empty()).then(|| Console::Unix(path.into()));
        }
        if let Some(address) = text.strip_prefix("tcp:") {
            let (host, port) = address.rsplit_once(':')?;
            let port: u16 = port.parse().ok()?;
            return (!host.is_empty() && port > 0).then(|| Console::Tcp(address.to_string()));
        }
        let (path, speed) = match text.rsplit_once(':') {
            Some((path, speed)) => (path, speed.parse().ok()?),
            None => (text, SPEED),
        };
        path.starts_with('/')
            .then(|| Console::Serial(path.into(), speed))
    }
}

#[cfg(test)]
mod tests {
    use super::Console;

    #[test]
    fn consoles_are_devices_and_sockets() {
        let serial = |path: &str, speed| Some(Console::Serial(path.into(), speed));
        for (text, console) in [
            ("/dev/ttyUSB0:9600", serial("/dev/ttyUSB0", 9600)),
            ("/dev/ttyS0", serial("/dev/ttyS0", 115_200)),
            (
                "unix:/run/console",
                Some(Console::Unix("/run/console".into())),
            ),
            ("tcp:board:2000", Some(Console::Tcp("board:2000".into()))),
            ("tcp:[::1]:2000", Some(Console::Tcp("[::1]:2000".into()))),
            ("ttyUSB0", None),
            ("/dev/ttyUSB0:fast", None),
            ("unix:", None),
            ("tcp:board", None),
            ("tcp::2000", None),
        ] {
            assert_eq!(Console::parse(text), console, "{text}");
        }
    }
}
