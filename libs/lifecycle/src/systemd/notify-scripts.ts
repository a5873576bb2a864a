/**
 * Reads lines, and sends each to the socket of systemd. Answers `ok`, or what is wrong. It ignores the signals that systemd
 * sends to all processes of a service: it ends when the service has, at the end of its input.
 *
 * `systemd-notify` is there wherever systemd is. Images of containers may have Python, or Perl, which is in every Debian. `socat` is
 * not used, because it ends at SIGTERM.
 */
export const SHELL = `
trap '' TERM INT HUP QUIT USR1 USR2 PIPE
if command -v systemd-notify >/dev/null 2>&1; then
  while IFS= read -r line; do
    if why=$(systemd-notify "$line" 2>&1); then echo ok; else echo "systemd-notify: $why" | head -n 1; fi
  done
elif command -v python3 >/dev/null 2>&1; then exec python3 -c "$1"
elif command -v perl >/dev/null 2>&1; then exec perl -e "$2"
else echo 'none of systemd-notify, python3 and perl is there. Install one, or leave out Type=notify'
fi
`;

/** An address that begins with `@` is abstract: its first byte is 0. */
export const PYTHON = `
import os, socket, sys
path = os.environ["NOTIFY_SOCKET"]
address = chr(0) + path[1:] if path.startswith("@") else path
sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
for line in iter(sys.stdin.readline, ""):
    try:
        sender.sendto(line.rstrip().encode(), address)
        print("ok", flush=True)
    except OSError as error:
        print("python3:", error, flush=True)
`;

/** The same. */
export const PERL = `
use Socket;
$| = 1;
my $path = $ENV{NOTIFY_SOCKET};
substr($path, 0, 1) = chr(0) if substr($path, 0, 1) eq "@";
socket(my $sender, AF_UNIX, SOCK_DGRAM, 0);
while (my $line = <STDIN>) {
  chomp $line;
  print defined(send($sender, $line, 0, pack_sockaddr_un($path))) ? "ok\\n" : "perl: $!\\n";
}
`;
