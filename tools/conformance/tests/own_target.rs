//! A target of the user's: its folder, what it prepares, its scratch folder, its board.

use std::fs::{self, File};
use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::pty::openpty;
use nix::unistd::ttyname;

use super::common::{ELF, LOG, Said, installed, said, tool};

/// A folder with a target of this text and an oracle.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("kernel.toml"), text).expect("a file");
    fs::write(folder.path().join("oracle.txt"), &*LOG).expect("a file");
    folder
}

/// Runs the target in a folder, from another one.
fn run(folder: &Path, words: &[&str]) -> Said {
    let mut command = tool(&["run"]);
    command.arg(folder.join("kernel.toml")).args(words);
    command.arg("--oracle").arg(folder.join("oracle.txt"));
    command.output().expect("the tool runs").into()
}

fn passes(said: &Said) {
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
}

/// The folders for temporary files that the tool made below a folder.
fn left(temp: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(temp).expect("a folder").flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.is_dir()).collect()
}

#[test]
fn paths_are_relative_to_the_targets_file() {
    let folder = folder(
        "command = [\"./boot\", \"{kernel}\", \"{elf}\"]\nkernel = [\"build/kernel-*\"]\n\
         version = [\"cat\", \"build/version\"]\n",
    );
    let build = folder.path().join("build");
    fs::create_dir(&build).expect("a folder");
    fs::write(build.join("kernel-1"), "kernel").expect("a file");
    fs::write(build.join("version"), "1.0\n").expect("a file");
    let boot = folder.path().join("boot");
    fs::write(&boot, "#!/bin/sh\ngrep -q kernel \"$1\" && exec \"$2\"\n").expect("a file");
    let executable = Command::new("chmod").arg("+x").arg(&boot).status();
    assert!(executable.expect("chmod").success());
    passes(&run(folder.path(), &[]));
    // A path on the command line is relative to the current directory.
    let mut command = tool(&["run", "kernel.toml", "--kernel", "build/version"]);
    let said: Said = command
        .args(["--oracle", "oracle.txt"])
        .current_dir(folder.path())
        .output()
        .expect("the tool runs")
        .into();
    assert_eq!(said.exit, 3, "{}{}", said.out, said.err);
    let bless = tool(&["bless", "kernel.toml", "--oracle", "oracle.txt"])
        .current_dir(folder.path())
        .output();
    let bless = Said::from(bless.expect("the tool runs"));
    assert_eq!(bless.exit, 0, "{}{}", bless.out, bless.err);
    let version = fs::read_to_string(folder.path().join("kernel.version.toml"));
    assert!(version.expect("a version").contains("\"1.0\""));
}

#[test]
fn prepare_runs_once_and_its_folder_is_removed() {
    let folder = folder(
        "prepare = [\"sh\", \"-c\", \"echo once >> count; cp $1 $2/base\", \"sh\", \"{elf}\", \
         \"{prepared}\"]\n\
         command = [\"sh\", \"-ceu\", '''\n\
         test -z \"$(ls -A \"$3\")\"; test -s \"$2/base\"; cp \"$1\" \"$3/elf\"; \
         echo \"$3\" >> boots; \"$3/elf\" | head -n 400\n\
         ''', \"sh\", \"{elf}\", \"{prepared}\", \"{scratch}\"]\nreboots = 1\n",
    );
    let said = run(folder.path(), &["--verbose"]);
    // It is cut in its first boot, and may boot once more.
    assert_eq!(said.exit, 3, "{}{}", said.out, said.err);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
    assert_eq!(read("count"), "once\n");
    let boots = read("boots");
    let scratch: Vec<&str> = boots.lines().collect();
    assert_eq!(scratch.len(), 2, "{boots}");
    assert_ne!(scratch[0], scratch[1]);
    for path in scratch {
        assert!(
            !Path::new(path).parent().expect("a parent").exists(),
            "{path}"
        );
    }
    let lines = said.err.lines().filter(|line| line.starts_with("boot: "));
    let lines: Vec<&str> = lines.collect();
    assert_eq!(lines.len(), 4, "{}", said.err);
    assert!(lines[0].starts_with("boot: the plan: "), "{}", said.err);
}

#[test]
fn a_prepare_that_fails_is_shown() {
    let text = "prepare = [\"sh\", \"-c\", \"echo no kernel; exit 3\"]\ncommand = [\"{elf}\"]\n";
    let said = run(folder(text).path(), &[]);
    assert_eq!(said.exit, 3);
    let wanted = "error: target kernel: prepare failed: exit status: 3\n  no kernel\n";
    assert_eq!(said.err, wanted);
}

/// The folder is removed also where the tool is killed, and the wrapper cannot do it.
#[test]
fn scratch_is_removed_where_the_tool_is_killed() {
    let folder = folder(
        "command = [\"sh\", \"-c\", \"echo $2 > made; cp $1 $2; sleep 600\", \"sh\", \"{elf}\", \
         \"{scratch}\"]\n",
    );
    let temp = tempfile::tempdir().expect("a folder");
    let mut child = tool(&["run"])
        .arg(folder.path().join("kernel.toml"))
        .env("TMPDIR", temp.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the tool runs");
    let begun = Instant::now();
    let patience = Duration::from_secs(60);
    let wait_for = |there: &dyn Fn() -> bool| {
        while !there() {
            assert!(begun.elapsed() < patience, "not within {patience:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    let made = folder.path().join("made");
    wait_for(&|| fs::read_to_string(&made).is_ok_and(|text| text.ends_with('\n')));
    assert_eq!(left(temp.path()).len(), 1);
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    wait_for(&|| left(temp.path()).is_empty());
}

#[test]
fn the_elf_is_of_the_shape_that_the_file_asks_for() {
    let folder =
        folder("elf = \"pie\"\ncommand = [\"sh\", \"-c\", \"cp $1 elf; $1\", \"sh\", \"{elf}\"]\n");
    passes(&run(folder.path(), &[]));
    let bytes = fs::read(folder.path().join("elf")).expect("a copy");
    // e_type is ET_DYN.
    assert_eq!(bytes[16..18], [3, 0]);
}

#[test]
fn an_image_has_the_suite_as_init() {
    let folder = folder(
        "command = [\"sh\", \"-ceu\", '''\n\
         grep -aq posix-conformance \"$1\"; ! grep -aq posix-conformance/ \"$2\"; cp \"$2\" \
         image; exec \"$3\"\n''', \"sh\", \"{initramfs}\", \"{initramfs:elf}\", \"{elf}\"]\n",
    );
    passes(&run(folder.path(), &[]));
    let image = fs::read(folder.path().join("image")).expect("an image");
    // The file of the entry /init begins at a multiple of 4 after its name.
    let at = image
        .windows(5)
        .position(|name| name == b"init\0")
        .expect("/init");
    assert_eq!(&image[(at + 5).next_multiple_of(4)..][..4], b"\x7fELF");
    let names = image.windows(6).filter(|name| *name == b"070701").count();
    assert_eq!(names, 4, "dev, dev/console, init and the trailer");
}

/// A board whose console is a terminal: a shell that runs what was loaded when the power comes.
#[test]
fn a_board_is_switched_and_its_console_is_read() {
    let pty = openpty(None, None).expect("a terminal");
    let device = ttyname(&pty.slave).expect("its name");
    // The board's output from before its power is on is not read.
    let mut line = File::from(pty.master.try_clone().expect("a descriptor"));
    line.write_all(b"posix-conformance 0.1 of the last boot\n")
        .expect("a line");
    let folder = folder(&format!(
        "console = \"{}:115200\"\ncommand = [\"cp\", \"{{elf}}\", \"loaded\"]\n\
         [power]\noff = [\"sh\", \"-c\", \"echo off >> power\"]\n\
         on = [\"sh\", \"-c\", \"echo on >> power; cat loaded > board\"]\n",
        device.display()
    ));
    let (board, console) = (folder.path().join("board"), pty.master);
    let made = Command::new("mkfifo").arg(&board).status().expect("mkfifo");
    assert!(made.success());
    let elf = folder.path().join("running");
    let running = std::thread::spawn(move || {
        // Reading the pipe waits for the power.
        fs::write(&elf, fs::read(&board).expect("a program")).expect("a copy");
        let executable = Command::new("chmod").arg("+x").arg(&elf).status();
        assert!(executable.expect("chmod").success());
        let output = console.as_fd().try_clone_to_owned().expect("a descriptor");
        let status = Command::new(&elf).stdout(Stdio::from(output)).status();
        assert!(status.expect("it runs").success());
        console
    });
    let said = run(folder.path(), &[]);
    passes(&said);
    let _console: OwnedFd = running.join().expect("the board");
    let power = fs::read_to_string(folder.path().join("power")).expect("a record");
    assert_eq!(power, "off\non\noff\n");
    drop(pty.slave);
}

/// A console that is a socket, which the command that switches the power on makes.
#[test]
fn a_console_can_be_a_socket() {
    let folder = folder(
        "console = \"unix:PLACE\"\n[power]\n\
         on = [\"python3\", \"board.py\", \"PLACE\", \"{elf}\"]\n",
    );
    let socket = folder.path().join("socket");
    let target = folder.path().join("kernel.toml");
    let text = fs::read_to_string(&target).expect("a target");
    let text = text.replace("PLACE", &socket.display().to_string());
    fs::write(&target, text).expect("a target");
    let script = "import socket, subprocess, sys\n\
                  listener = socket.socket(socket.AF_UNIX)\n\
                  listener.bind(sys.argv[1])\nlistener.listen()\n\
                  peer, _ = listener.accept()\nsubprocess.call([sys.argv[2]], stdout=peer)\n";
    fs::write(folder.path().join("board.py"), script).expect("a script");
    if installed("python3", "python3") {
        passes(&run(folder.path(), &[]));
    }
}

#[test]
fn a_board_that_does_not_work_says_why() {
    for (text, hint) in [
        (
            "console = \"/dev/nowhere\"\ncommand = [\"true\", \"{elf}\"]\n",
            "No such file",
        ),
        (
            "console = \"/dev/null\"\ncommand = [\"false\", \"{elf}\"]\n",
            "false: exit status: 1",
        ),
    ] {
        let said = run(folder(text).path(), &[]);
        assert_eq!(said.exit, 3, "{}{}", said.out, said.err);
        assert!(said.out.contains(hint), "{}{}", said.out, said.err);
    }
    for (text, hint) in [
        (
            "console = \"COM1\"\ncommand = [\"{elf}\"]\n",
            "console must be /dev/NAME:SPEED",
        ),
        (
            "command = [\"{elf}\"]\n[power]\non = [\"x\"]\n",
            "power is set, but console",
        ),
        (
            "command = [\"{elf}\", \"{prepared}\"]\n",
            "prepare is missing",
        ),
        (
            "command = [\"{elf}\"]\nprepare = [\"{scratch}\"]\n",
            "prepare: unknown placeholder",
        ),
    ] {
        let said = run(folder(text).path(), &[]);
        assert_eq!(said.exit, 2, "{}{}", said.out, said.err);
        assert!(said.err.contains(hint), "{}", said.err);
    }
}

#[test]
fn the_tool_hands_out_the_elf() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("suite");
    let path = out.to_str().expect("a path");
    passes(&said(&["elf", "--out", path]));
    assert_eq!(
        fs::read(&out).expect("it"),
        fs::read(&*ELF).expect("an ELF")
    );
    let log = Command::new(&out).output().expect("it runs").stdout;
    assert_eq!(log, LOG.as_bytes());
    let targets = said(&["targets"]);
    passes(&targets);
    for name in ["linux", "microkernel", "gvisor"] {
        let begin = format!("{name} ");
        assert!(
            targets.out.lines().any(|line| line.starts_with(&begin)),
            "{}",
            targets.out
        );
    }
}
