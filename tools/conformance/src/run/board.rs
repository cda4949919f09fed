//! A board as a command: switches it off and on, and prints its console.
//!
//! The tool starts itself as this command, under a supervisor like any other target, so that time
//! limits, recordings and reports know nothing of devices.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::termios::{self, BaudRate, ControlFlags, FlushArg, SetArg};

use crate::target::Console;

/// The first argument of the tool as a board.
pub(crate) const BOARD: &str = "board";
/// The exit code for a console or a command that does not work.
const FAILED: u8 = 1;
/// The interval at which a console that is not there yet is opened again: a USB adapter appears,
/// and an emulator makes its socket, after the power is on.
const OPEN_AGAIN: Duration = Duration::from_millis(20);

/// The arguments of a board: its console, and its commands, each after the number of its words.
pub(crate) fn arguments(console: &str, commands: [&[OsString]; 3]) -> Vec<OsString> {
    let mut words = vec![BOARD.into(), console.into()];
    for command in commands {
        words.push(command.len().to_string().into());
        words.extend(command.iter().cloned());
    }
    words
}

/// The tool as a board: switches it off, loads it, opens its console, switches it on, and prints
/// the console until it is closed.
pub(crate) fn boot(arguments: &[OsString]) -> u8 {
    match switch_and_print(arguments) {
        Ok(()) => 0,
        Err(why) => {
            eprintln!("{why}");
            FAILED
        }
    }
}

fn switch_and_print(arguments: &[OsString]) -> Result<(), String> {
    let (console, commands) = parse(arguments).ok_or("a board needs a console and 3 commands")?;
    let [off, load, on] = commands;
    for command in [off, load] {
        run(command)?;
    }
    // The first lines of the board must not be lost, so the console is opened before the power is
    // on, where that is possible.
    let early = open(&console).ok();
    let mut power = start(on)?;
    let mut input = match early {
        Some(input) => input,
        None => opened(&console, &mut power)?,
    };
    let mut buffer = [0; 4096];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                let mut stdout = io::stdout().lock();
                let written = stdout.write_all(&buffer[..count]);
                written
                    .and_then(|()| stdout.flush())
                    .map_err(|error| error.to_string())?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A terminal whose other side is closed reads so; a USB adapter that is pulled, too.
            Err(error) => return Err(format!("the console: {error}")),
        }
    }
}

/// The console and the commands of a board's arguments.
fn parse(arguments: &[OsString]) -> Option<(Console, [&[OsString]; 3])> {
    let (console, mut rest) = arguments.split_first()?;
    let mut commands: [&[OsString]; 3] = [&[]; 3];
    for command in &mut commands {
        let (count, words) = rest.split_first()?;
        (*command, rest) = words.split_at_checked(count.to_str()?.parse().ok()?)?;
    }
    Some((Console::parse(console.to_str()?)?, commands))
}

/// Runs a command to its end; none is fine.
fn run(command: &[OsString]) -> Result<(), String> {
    let Some(mut child) = start(command)? else {
        return Ok(());
    };
    let status = child.wait().map_err(|error| error.to_string())?;
    judge(command, status)
}

fn judge(command: &[OsString], status: ExitStatus) -> Result<(), String> {
    match (command.first(), status.success()) {
        (Some(program), false) => Err(format!("{}: {status}", program.display())),
        _ => Ok(()),
    }
}

/// Starts a command, whose output is no console.
fn start(command: &[OsString]) -> Result<Option<Child>, String> {
    let Some((program, words)) = command.split_first() else {
        return Ok(None);
    };
    let problem = |error: io::Error| format!("{}: {error}", program.display());
    let stderr = io::stderr().as_fd().try_clone_to_owned().map_err(problem)?;
    let child = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::from(stderr))
        .spawn();
    child.map(Some).map_err(problem)
}

/// Opens a console that appears after the power is on. A limit on the time is the tool's.
fn opened(console: &Console, power: &mut Option<Child>) -> Result<Box<dyn Read>, String> {
    loop {
        let problem = match open(console) {
            Ok(input) => return Ok(input),
            Err(problem) => problem,
        };
        let status = power
            .as_mut()
            .and_then(|power| power.try_wait().ok().flatten());
        if status.is_some_and(|status| !status.success()) || power.is_none() {
            return Err(format!("{console:?}: {problem}"));
        }
        thread::sleep(OPEN_AGAIN);
    }
}

fn open(console: &Console) -> io::Result<Box<dyn Read>> {
    Ok(match console {
        Console::Serial(path, speed) => Box::new(open_serial(path, *speed)?),
        Console::Unix(path) => Box::new(UnixStream::connect(path)?),
        Console::Tcp(address) => Box::new(TcpStream::connect(address)?),
    })
}

/// A serial device in raw mode, without what it received before.
fn open_serial(path: &Path, speed: u32) -> io::Result<File> {
    // Without the flag the system would wait for a carrier that many boards do not signal.
    let flags = (OFlag::O_NOCTTY | OFlag::O_NONBLOCK).bits();
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(flags)
        .open(path)?;
    let mut modes = termios::tcgetattr(&file)?;
    termios::cfmakeraw(&mut modes);
    modes.control_flags |= ControlFlags::CLOCAL | ControlFlags::CREAD;
    termios::cfsetspeed(&mut modes, baud_rate(speed)?)?;
    termios::tcsetattr(&file, SetArg::TCSANOW, &modes)?;
    termios::tcflush(&file, FlushArg::TCIFLUSH)?;
    let file = OwnedFd::from(file);
    let status = OFlag::from_bits_retain(fcntl(&file, FcntlArg::F_GETFL)?);
    fcntl(&file, FcntlArg::F_SETFL(status - OFlag::O_NONBLOCK))?;
    Ok(File::from(file))
}

fn baud_rate(speed: u32) -> io::Result<BaudRate> {
    Ok(match speed {
        9600 => BaudRate::B9600,
        19_200 => BaudRate::B19200,
        38_400 => BaudRate::B38400,
        57_600 => BaudRate::B57600,
        115_200 => BaudRate::B115200,
        230_400 => BaudRate::B230400,
        460_800 => BaudRate::B460800,
        921_600 => BaudRate::B921600,
        1_000_000 => BaudRate::B1000000,
        1_500_000 => BaudRate::B1500000,
        2_000_000 => BaudRate::B2000000,
        3_000_000 => BaudRate::B3000000,
        _ => return Err(io::Error::other(format!("a speed of {speed} is not known"))),
    })
}
