/** A port of loopback that a command names. */
export interface LoopbackPort {
  /** In which of its words. */
  readonly word: number;
  /** Whether it is a port beyond doubt: `-p 1` may be a process. */
  readonly isCertain: boolean;
  /** Where the digits are in that word; both the same where a port has to be put in. */
  readonly start: number;
  readonly end: number;
  readonly port: number;
  /** As in `localhost:3000`. */
  readonly text: string;
}

/** A place in one text. */
type Place = Omit<LoopbackPort, 'word' | 'isCertain'>;

/** The names that a container has for itself. */
const HOST = String.raw`(?<![\w.-])(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\]|\$\{?(?:HOSTNAME|POD_IP)\}?|\$\(hostname(?: -[iI])?\))`;
const PORT = String.raw`(\d{1,5})(?![\w.])`;

const ADDRESS = new RegExp(String.raw`(?:\/dev\/(?:tcp|udp)\/${HOST}\/|${HOST}(?::|\s+))${PORT}`, 'dg');
/** As curl and gRPC's health probe take it: `:3000`. */
const PORT_ALONE = new RegExp(String.raw`(?<=^|[\s="'])()(?::)${PORT}`, 'dg');
const NAMED_PORT = new RegExp(String.raw`\bport['"]?(?:\s*[:=]\s*|\s+)['"]?${PORT}|(?<=^|\s)-p\s*${PORT}`, 'dgi');
const DEFAULT_PORT = new RegExp(String.raw`\b(https?):\/\/(?:[^\s/@'"]*@)?${HOST}(?=$|[\s/?#'"\x60])`, 'dg');

/**
 * The ports of its own pod that a command asks: in a container, loopback is the pod's own. A script that the command runs is not looked into, and
 * neither is what a variable holds, as in `localhost:$PORT`.
 */
export function loopbackPorts(command: readonly string[]): readonly LoopbackPort[] {
  const namesHost = command.some((text) => NAMES_HOST.test(text));
  const isOfItself = namesHost || !command.some((text) => OTHER_HOST.test(text));
  const placed = (word: number, places: readonly Place[], isCertain: boolean): LoopbackPort[] =>
    places.map(({ start, end, port, text }) => ({ word, start, end, port, text, isCertain }));
  const found = command.flatMap((text, word) => {
    const addresses = [...portsIn(text, ADDRESS), ...portsIn(text, PORT_ALONE)];
    return [
      ...placed(word, [...addresses, ...defaultPortsIn(text), ...afterHost(command, word)], true),
      ...placed(word, isOfItself ? namedPorts(command, word) : [], namesHost),
    ];
  });
  const seen = new Set<string>();
  return found.filter(({ word, start }) => {
    const key = `${word}:${start}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** The ports of loopback that a text names with a host, as in the source of a script. */
export function addressesIn(text: string): readonly Place[] {
  return portsIn(text, ADDRESS);
}

/** The same command with other ports; those that `standIn` has none for stay. */
export function withPorts(
  command: readonly [program: string, ...args: string[]],
  standIn: (port: number) => number | undefined,
): readonly [program: string, ...args: string[]] {
  const [program, ...args] = command;
  const found = loopbackPorts(command);
  const rewritten = (text: string, word: number): string =>
    found
      .filter((one) => one.word === word)
      .toSorted((one, other) => other.start - one.start)
      .reduce((so, { start, end, port }) => {
        const other = standIn(port);
        if (other === undefined) return so;
        return `${so.slice(0, start)}${start === end ? ':' : ''}${other}${so.slice(end)}`;
      }, text);
  return [rewritten(program, 0), ...args.map((text, index) => rewritten(text, index + 1))];
}

function portsIn(text: string, pattern: RegExp): Place[] {
  return [...text.matchAll(pattern)].flatMap(({ indices, 0: whole }) => {
    const place = indices?.slice(1).find((one) => one !== undefined && one[1] > one[0]);
    if (place === undefined) return [];
    const [start, end] = place;
    return [{ start, end, port: Number(text.slice(start, end)), text: whole.trim() }];
  });
}

/** `http://localhost/drain` asks 80. */
function defaultPortsIn(text: string): Place[] {
  return [...text.matchAll(DEFAULT_PORT)].map(({ index, 0: whole, 1: scheme }) => {
    const at = index + whole.length;
    return { start: at, end: at, port: scheme === 'https' ? 443 : 80, text: whole };
  });
}

const ONLY_HOST = new RegExp(`^${HOST}$`);

/** `nc -z localhost 3000`, in words. */
function afterHost(command: readonly string[], word: number): Place[] {
  const [host = '', text = ''] = [command[word - 1], command[word]];
  if (!ONLY_HOST.test(host) || !/^\d{1,5}$/.test(text)) return [];
  return [{ start: 0, end: text.length, port: Number(text), text: `${host} ${text}` }];
}

const NAMES_HOST = new RegExp(HOST);
/** Where it stands without loopback, a port is that of another. */
const OTHER_HOST = /\bhost|(?<=^|\s)-h\b/i;

/** `--port 3000`, `-p 3000`, `{ port: 3000 }`. */
function namedPorts(command: readonly string[], word: number): Place[] {
  const [flag = '', text = ''] = [command[word - 1], command[word]];
  if (/^(?:-p|--?port)$/i.test(flag) && /^\d{1,5}$/.test(text)) {
    return [{ start: 0, end: text.length, port: Number(text), text: `${flag} ${text}` }];
  }
  return portsIn(text, NAMED_PORT);
}
