import { spawnSync } from 'node:child_process';

/** How a command is started in a network of its own, and how another one is brought in there. */
export interface NetNamespace {
  readonly unshare: readonly string[];
  readonly enter: (pid: number) => readonly string[];
}

/** What this machine allows: a way, or why there is none, in one line. */
export type FoundNetNamespace =
  | { readonly namespace: NetNamespace }
  | { readonly namespace: undefined; readonly why: string };

const namespaces: readonly NetNamespace[] = [
  { unshare: ['unshare', '--net'], enter: (pid) => ['nsenter', `--target=${pid}`, '--net'] },
  {
    unshare: ['unshare', '--user', '--map-root-user', '--net'],
    enter: (pid) => ['nsenter', `--target=${pid}`, '--user', '--preserve-credentials', '--net'],
  },
];

/**
 * Netlink messages that put `lo` up and make every address local, for `pack` of Perl and `struct` of Python: RTM_NEWLINK, and RTM_NEWROUTE for IPv4 and
 * IPv6. In a new namespace `lo` has the index 1.
 */
const PERL = [
  'socket(S,16,3,0)||die"$!\\n";',
  'sub ask{send(S,$_[0],0);sysread(S,$a,4096);$!=-unpack("x16l",$a);die"lo: $!\\n"if $_[1]&&$!+0}',
  'ask(pack("LSSLLCCSlLL",32,16,5,1,0,0,0,0,1,1,1),2);',
  'ask(pack("LSSLLC8LSSL",36,24,1029,1,0,$_,0,0,0,255,3,254,2,0,8,4,1),$_)for 2,10',
].join('');
const PYTHON = [
  'import socket,struct,os,sys',
  's=socket.socket(16,3,0)',
  'def ask(m):',
  ' s.send(m); return -struct.unpack_from("=i",s.recv(4096),16)[0]',
  'e=ask(struct.pack("=LHHLLBBHlLL",32,16,5,1,0,0,0,0,1,1,1))',
  'for f in (10,2): e=e or ask(struct.pack("=LHHLL8BLHHL",36,24,1029,1,0,f,0,0,0,255,3,254,2,0,8,4,1))*(f==2)',
  'os._exit(e and (print("lo: "+os.strerror(e),file=sys.stderr,flush=True) or 1))',
].join('\n');

/**
 * Brings up the loopback of a new network, and makes every address one of its own, so that a listener on a port gets what is sent there to whatever
 * address. Then it becomes the command in its arguments. `ip` is tried first, and what nearly every image has besides.
 */
const BRING_UP = `
set -e
if command -v ip >/dev/null 2>&1; then
  ip link set lo up
  ip route add local default dev lo
  ip -6 route add local default dev lo 2>/dev/null || :
elif command -v perl >/dev/null 2>&1; then perl -e "$UP_PERL"
elif command -v python3 >/dev/null 2>&1; then python3 -c "$UP_PYTHON"
else echo 'none of ip, perl and python3 is installed, to bring up its loopback' >&2; exit 1
fi
unset UP_PERL UP_PYTHON
exec "$@"`;

/** Variables that the command needs. */
export const BRING_UP_ENV: Readonly<Record<string, string>> = { UP_PERL: PERL, UP_PYTHON: PYTHON };

/** A command that runs in a network of its own, with its loopback up. */
export function inOwnNetwork({ unshare }: NetNamespace, command: readonly string[]): readonly string[] {
  return [...unshare, 'sh', '-c', BRING_UP, 'sh', ...command];
}

/** A tenth of a second is enough, and ten were not on a machine that had far too much to do. */
const TRIAL_MS = 60_000;

/** Node runs in there, and reaches itself. */
const TRIAL = `const s = require('node:net').createServer((c) => c.end()).listen(0, '127.0.0.1', () =>
  require('node:net').connect(s.address().port, '127.0.0.1').on('close', () => process.exit(0)).resume())`;

let found: FoundNetNamespace | undefined;

/**
 * Whether pods can have networks of their own here, tried once: with `unshare` and `nsenter` of Linux, as root, and else in a user namespace.
 * Nothing of it needs privileges.
 */
export function netNamespace(): FoundNetNamespace {
  found ??= process.platform === 'linux' ? find() : { namespace: undefined, why: 'that takes Linux' };
  return found;
}

function find(): FoundNetNamespace {
  let why = '';
  for (const namespace of namespaces) {
    const failure = failureOf(namespace);
    if (failure === undefined) return { namespace };
    why = failure;
  }
  return { namespace: undefined, why };
}

function failureOf(namespace: NetNamespace): string | undefined {
  const isEntered = 'nsenter --target=$$ --net true && exec "$@"';
  const [program = '', ...args] = inOwnNetwork(namespace, ['sh', '-c', isEntered, 'sh', process.execPath, '-e', TRIAL]);
  const { error, status, stderr } = spawnSync(program, args, {
    env: { ...process.env, ...BRING_UP_ENV, NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: TRIAL_MS,
  });
  if (error !== undefined) return error.message;
  if (status === 0) return undefined;
  const [line = ''] = stderr.trim().split('\n');
  return line === '' ? `${namespace.unshare.join(' ')} ended with ${status}` : line;
}
