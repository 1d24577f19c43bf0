"""The settings the bundled server runs with, written afresh at each start."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from osler.store.embedded.account import Account
from osler.store.embedded.folders import DataFolder

PORT = 5432
"""Only part of the socket's name: the server listens on no network."""
ADMIN = "osler_admin"
"""The superuser: creates the database, takes base backups. The application works as `osler`, without such rights."""

_MB = 1024 * 1024
_WITH_IO_WORKERS = 18

_SETTINGS = """\
# Written by Osler at each start. Put your own settings into postgresql.conf in the data folder.
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket}'
unix_socket_permissions = 0777
hba_file = '{here}/pg_hba.conf'
ident_file = '{here}/pg_ident.conf'
max_connections = 120
password_encryption = scram-sha-256

shared_buffers = {shared_buffers}MB
effective_cache_size = {cache}MB
work_mem = 16MB
maintenance_work_mem = {maintenance}MB
dynamic_shared_memory_type = {shared_memory}
random_page_cost = 1.1
effective_io_concurrency = 64
jit = off
default_statistics_target = 200
max_parallel_workers_per_gather = 1

fsync = on
full_page_writes = on
synchronous_commit = on
wal_level = replica
# pglz, all that the bundled server has, cost a fifth of a millisecond a page: half the writes a second, for 30 % less log.
wal_compression = off
max_wal_size = 2GB
min_wal_size = 128MB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9
max_wal_senders = 4
wal_keep_size = 64MB

autovacuum = on
autovacuum_naptime = 30s
autovacuum_vacuum_scale_factor = 0.1
autovacuum_analyze_scale_factor = 0.05
autovacuum_vacuum_cost_limit = 1000

timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
idle_in_transaction_session_timeout = 5min
client_connection_check_interval = 2s

# No statement, parameter or row ever reaches the log: they may hold patient data. So neither do errors of statements,
# which quote what they could not read; the application gets them and logs their kind. `log` is above `error` here.
log_min_messages = log
logging_collector = on
log_destination = 'stderr'
log_filename = 'postgresql-%a.log'
log_file_mode = 0600
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] %e '
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = 'none'
log_duration = off
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_connections = off
"""

# The folder's name comes in an environment variable, so no character in it needs quoting, here or in PostgreSQL.
# A segment that is there with the same bytes is done (a crash came before the report); with others, it is kept.
ARCHIVE_COMMAND = (
    'd="$OSLER_WAL_ARCHIVE"; if test -e "$d/%f"; then cmp -s "%p" "$d/%f"; else '
    'cp "%p" "$d/%f.part" && sync "$d/%f.part" && mv "$d/%f.part" "$d/%f" && sync "$d"; fi'
)


def write_configuration(runtime: Path, data: DataFolder, account: Account, *, archive: bool, extra: str = "") -> Path:
    """Writes postgresql.conf, pg_hba.conf and pg_ident.conf into the runtime folder; gives the first."""
    memory = _memory()
    text = _SETTINGS.format(
        port=PORT,
        socket=runtime / "s",
        here=runtime,
        shared_buffers=max(128, min(memory // 8 // _MB, 1024)),
        cache=max(256, memory // 2 // _MB),
        maintenance=max(64, min(memory // 32 // _MB, 512)),
        shared_memory=_shared_memory(),
    )
    if (data.cluster_major() or 0) >= _WITH_IO_WORKERS:
        # A worker of 18 that is killed while the server recovers from a crash is not missed: what it had been asked to
        # read is never read, and nobody gets in any more.
        text += "\nio_method = sync\n"
    if archive:
        text += f"\narchive_mode = on\narchive_timeout = 60s\narchive_command = '{ARCHIVE_COMMAND}'\n"
    if data.own_settings.exists():
        text += f"\n# From {data.own_settings.name} in the data folder\n{data.own_settings.read_text()}\n"
    _write(runtime / "pg_hba.conf", "local all all peer map=osler\nlocal replication all peer map=osler\n")
    _write(runtime / "pg_ident.conf", _identity_map(account))
    return _write(runtime / "postgresql.conf", text + extra)


def _identity_map(account: Account) -> str:
    """The system accounts that may connect: root, whoever started the server, and the server's own."""
    names = {"root", account.name, pwd.getpwuid(os.geteuid()).pw_name}
    return "".join(f'osler "{name}" {role}\n' for name in sorted(names) for role in (ADMIN, "osler"))


def _write(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o644)
    return path


def _memory() -> int:
    """Bytes this machine or container has."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        return total
    return min(total, int(limit)) if limit.isdigit() else total


def _shared_memory() -> str:
    """`posix` needs room in /dev/shm, which containers often keep at 64 MB."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108
    except OSError:
        return "mmap" if Path("/proc").exists() else "posix"
    return "posix" if room.f_frsize * room.f_blocks >= 256 * _MB else "mmap"
