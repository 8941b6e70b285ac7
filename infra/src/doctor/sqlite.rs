use std::fs::{File, Metadata};
use std::path::Path;

use sea_orm::DbErr;

use super::{Finding, books, or_broken, schema};
use crate::clock::Clock;
use crate::db::{Plain, sqlite_file};

/// With less room than this a server may stop at any time, in bytes.
#[cfg(unix)]
const NO_ROOM: u64 = 100 << 20;
/// With less room than this somebody should make some, in bytes.
#[cfg(unix)]
const LITTLE_ROOM: u64 = 1 << 30;

pub(super) async fn examine(url: &str, clock: &Clock) -> Vec<Finding> {
    let file = Path::new(sqlite_file(url));
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut found = Vec::new();
    let Ok(about) = file.metadata() else {
        found.push(absent(file, folder));
        found.extend(room(folder, 0));
        return found;
    };
    if let Some(unusable) = unusable(file) {
        return vec![unusable];
    }
    found.push(permissions(file, &about));
    found.extend(room(folder, about.len()));
    match Plain::reading(url, None).await {
        Ok(mut conn) => {
            found.extend(or_broken("database", inside(&mut conn).await));
            let (migrations, is_current) = schema::examine(&mut conn).await;
            found.extend(migrations);
            if is_current {
                found.extend(books::examine(&mut conn, clock).await);
            }
        }
        Err(error) => found.push(Finding::problem(
            "database",
            format_args!("{} cannot be opened: {error}", file.display()),
            "Is it an SQLite file? Otherwise restore the last back-up.",
        )),
    }
    found
}

fn absent(file: &Path, folder: &Path) -> Finding {
    if folder.is_dir() {
        let said = format!("{} is not there yet; `qun serve` makes it", file.display());
        Finding::ok("database", said)
    } else {
        let said = format!("the directory {} is not there", folder.display());
        Finding::problem("database", said, "Make it, or name another file in database_url.")
    }
}

/// Why nobody could work with the file as this user.
fn unusable(file: &Path) -> Option<Finding> {
    let error = File::options().read(true).write(true).open(file).err()?;
    Some(Finding::problem(
        "database",
        format_args!("{} cannot be read and written: {error}", file.display()),
        "Run as the user whom the file belongs to.",
    ))
}

#[cfg(unix)]
fn permissions(file: &Path, about: &Metadata) -> Finding {
    use std::os::unix::fs::PermissionsExt;

    const CHECK: &str = "file permissions";
    let mode = about.permissions().mode() & 0o777;
    if mode.is_multiple_of(0o10) {
        return Finding::ok(CHECK, format_args!("{mode:03o}: closed to others on this machine"));
    }
    let shown = file.display();
    Finding::warning(
        CHECK,
        format_args!("{mode:03o}: others on this machine can read {shown}, which holds signing keys"),
        format_args!("chmod o-rwx {shown}"),
    )
}

#[cfg(not(unix))]
fn permissions(file: &Path, _: &Metadata) -> Finding {
    Finding::ok("file permissions", format_args!("{} can be read and written", file.display()))
}

/// Whether the disk has room for the file to grow.
#[cfg(unix)]
fn room(folder: &Path, size: u64) -> Vec<Finding> {
    const CHECK: &str = "disk";
    let Ok(disk) = rustix::fs::statvfs(folder) else { return Vec::new() };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let said = format!("{} MiB free, the database takes {} MiB", free >> 20, size >> 20);
    let advice = "Make room: without it the server cannot write.";
    vec![match free {
        ..NO_ROOM => Finding::problem(CHECK, said, advice),
        NO_ROOM..LITTLE_ROOM => Finding::warning(CHECK, said, advice),
        _ => Finding::ok(CHECK, said),
    }]
}

#[cfg(not(unix))]
fn room(_: &Path, _: u64) -> Vec<Finding> {
    Vec::new()
}

async fn inside(conn: &mut Plain) -> Result<Vec<Finding>, DbErr> {
    let version: String = conn.row("SELECT sqlite_version()").await?.try_get_by_index(0)?;
    let mode: String = conn.row("PRAGMA journal_mode").await?.try_get_by_index(0)?;
    let mut found = vec![Finding::ok("database", format_args!("SQLite {version}"))];
    found.push(if mode == "wal" {
        Finding::ok("journal", "write-ahead log")
    } else {
        let said = format!("the journal mode is {mode}, under which readers wait for writers");
        Finding::warning("journal", said, "The next start of `qun serve` turns the write-ahead log on.")
    });
    let rows = conn.rows("PRAGMA quick_check(3)").await?;
    let told: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    found.push(if told == ["ok"] {
        Finding::ok("integrity", "quick_check finds nothing")
    } else {
        let said = format!("the file is damaged: {}", told.join("; "));
        Finding::problem(
            "integrity",
            said,
            "Stop the server, keep a copy of the file, restore the last back-up.",
        )
    });
    Ok(found)
}
